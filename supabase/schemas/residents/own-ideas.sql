-- The ids of all that this person wrote and others can read. Granted to nobody.
create function private.things_by(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.proposal_id from public.proposal_authors a where a.person_id = p_person_id
  union all select a.comment_id from public.proposal_comment_authors a where a.person_id = p_person_id
  union all select a.question_id from public.poll_question_authors a where a.person_id = p_person_id
  union all select a.activity_id from public.activity_hosts a where a.person_id = p_person_id
  union all select a.message_id from public.activity_message_authors a where a.person_id = p_person_id
$$;

-- What I proposed, said and asked. Granted to nobody.
create function private.my_ideas_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'proposals', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'created_at', p.created_at, 'title', p.title, 'body', p.body, 'alias', p.alias, 'proposal_status', p.status,
        'rough_cost_nok', p.rough_cost_nok, 'answer', p.answer, 'hidden_reason', p.hidden_reason, 'photo', f.alternative_text,
        'messages', (
          select coalesce(jsonb_agg(jsonb_build_object('created_at', m.created_at, 'is_from_staff', m.is_from_staff, 'body', m.body)
            order by m.created_at, m.id), '[]')
          from public.proposal_messages m where m.proposal_id = p.id)
      ) order by p.created_at), '[]')
      from public.proposal_authors a join public.proposals p on p.id = a.proposal_id
      left join public.proposal_photos f on f.proposal_id = p.id
      where a.person_id = p_me),
    'supported_proposals', (
      select coalesce(jsonb_agg(jsonb_build_object('title', case when p.hidden_at is null then p.title end) order by p.created_at), '[]')
      from public.proposal_supporters s join public.proposals p on p.id = s.proposal_id where s.person_id = p_me),
    'comments', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', c.created_at, 'title', case when p.hidden_at is null then p.title end,
        'body', c.body, 'alias', c.alias,
        'hidden_reason', c.hidden_reason) order by c.created_at), '[]')
      from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
      join public.proposals p on p.id = c.proposal_id where a.person_id = p_me),
    'texts_changed', (
      select coalesce(jsonb_agg(jsonb_build_object('edited_at', e.edited_at, 'title', x.old_title,
        'body', concat_ws(E'\n\n', x.old_body, (
          select string_agg(regexp_replace(w.part, '^[^\n]*\n', ''), E'\n\n' order by w.nr) from unnest(x.old_parts) with ordinality w (part, nr))),
        'reason', e.reason)
        order by e.edited_at), '[]')
      from public.edit_texts x join public.edits e on e.id = x.edit_id where x.thing_id in (select private.things_by(p_me))),
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
        select m.flat_id from public.memberships m where m.person_id = p_me and m.ended_at is null)),
    'flags', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', f.created_at, 'reason', f.reason, 'verdict', f.verdict) order by f.created_at), '[]')
      from public.flags f where f.flagged_by = p_me),
    'sent_activity_messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', m.created_at, 'title', x.title, 'body', m.body, 'hidden_reason', m.hidden_reason)
        order by m.created_at), '[]')
      from public.activity_message_authors a join public.activity_messages m on m.id = a.message_id
      join public.activities x on x.id = m.activity_id where a.person_id = p_me),
    'appeals', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', y.appealed_at, 'body', y.body, 'answer', y.answer) order by y.appealed_at), '[]')
      from public.appeals y where y.thing_id in (select private.things_by(p_me))),
    'pauses', (
      select coalesce(jsonb_agg(jsonb_build_object('building', b.name, 'started_at', s.started_at, 'ended_at', coalesce(s.lifted_at, s.ends_at),
        'reason', s.reason) order by s.started_at), '[]')
      from private.paused_people w join public.pauses s on s.id = w.pause_id join public.blocks b on b.id = s.block_id
      where w.person_id = p_me)
  )
$$;
