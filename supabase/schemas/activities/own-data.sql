-- What the portal keeps about me as guest and host of activities, for the page of my own data (residents/own-data.sql).

-- What I signed up for, host and wrote to participants, and my calendar link. Granted to nobody.
create function private.my_activities_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'signups', (
      select coalesce(jsonb_agg(jsonb_build_object('title', a.title, 'signup_status', s.status, 'party_size', s.party_size,
        'created_at', s.created_at, 'signed_up_at', s.signed_up_at, 'ended_at', s.ended_at,
        'came', (select sum(c.present_count) from public.attendances c where c.signup_id = s.id),
        'steps', (select jsonb_agg(jsonb_build_object('created_at', e.created_at, 'signup_status', e.status, 'signup_reason', e.reason) order by e.id)
          from public.signup_events e where e.signup_id = s.id)
      ) order by s.created_at), '[]')
      from public.signups s join public.activities a on a.id = s.activity_id where s.person_id = p_me),
    'hosted_activities', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', a.created_at, 'title', a.title, 'body', a.body, 'host', a.host,
        'activity_status', a.status) order by a.created_at), '[]')
      from public.activity_hosts h join public.activities a on a.id = h.activity_id where h.person_id = p_me),
    'sent_activity_messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', m.created_at, 'title', x.title, 'body', m.body, 'hidden_reason', m.hidden_reason)
        order by m.created_at), '[]')
      from public.activity_message_authors a join public.activity_messages m on m.id = a.message_id
      join public.activities x on x.id = m.activity_id where a.person_id = p_me),
    'calendar_link', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', l.created_at)), '[]') from public.calendar_links l where l.person_id = p_me)
  )
$$;
