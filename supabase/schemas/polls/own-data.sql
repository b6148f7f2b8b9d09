-- What the portal keeps about me in votes, for the page of my own data (residents/own-data.sql).

-- What I asked, and where I may vote. Granted to nobody.
create function private.my_polls_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'poll_questions', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', q.created_at, 'title', p.title, 'body', q.body, 'answer', q.answer,
        'hidden_reason', q.hidden_reason) order by q.created_at), '[]')
      from public.poll_question_authors a join public.poll_questions q on q.id = a.question_id
      join public.polls p on p.id = q.poll_id where a.person_id = p_me),
    -- That I or my flat may vote and whether the vote is used. Never what was voted: that is tied to nobody.
    'votes', (
      select coalesce(jsonb_agg(jsonb_build_object('title', p.title, 'flat', f.name, 'is_used', e.used_on is not null)
        order by p.created_at, f.name), '[]')
      from private.electors e join public.polls p on p.id = e.poll_id left join public.places f on f.id = e.flat_id
      where e.person_id = p_me or e.flat_id in (
        select m.flat_id from public.memberships m where m.person_id = p_me and m.ended_at is null))
  )
$$;
