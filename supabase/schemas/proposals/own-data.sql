-- What the portal keeps about me in proposals, for the page of my own data (residents/own-data.sql).

-- What I proposed, supported and said. Granted to nobody.
create function private.my_proposals_data(p_me uuid) returns jsonb
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
      join public.proposals p on p.id = c.proposal_id where a.person_id = p_me)
  )
$$;
