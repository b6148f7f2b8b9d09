-- What the portal keeps about me, whole: for the page and the file of /konto/mine-data.

create type public.account_state as enum ('none', 'with_password', 'without_password');

-- Whether my account is still there, and whether it has a password. None in a session that has ended: its token outlives it by up to an hour.
-- Definer: reads the tables of the auth service.
create function private.account_state() returns public.account_state
language sql stable security definer set search_path = '' as $$
  select coalesce((
    select case when u.encrypted_password like '$2%' then 'with_password' else 'without_password' end::public.account_state
    from auth.users u where u.id = (select auth.uid()) and not private.session_has_ended()
  ), 'none')
$$;
create function public.account_state() returns public.account_state
language sql stable set search_path = '' as $$ select private.account_state() $$;
grant execute on function private.account_state() to authenticated;
grant execute on function public.account_state() to authenticated;

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

-- How I am told, and what I was told. Granted to nobody.
create function private.my_message_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'message_settings', (
      select coalesce(jsonb_agg(jsonb_build_object('email_topics', s.email_topics, 'push_topics', s.push_topics, 'sms_topics', s.sms_topics,
        'rhythm', s.rhythm, 'quiet_from', s.quiet_from, 'quiet_to', s.quiet_to)), '[]')
      from public.message_settings s where s.person_id = p_me),
    'phones', (
      select coalesce(jsonb_agg(jsonb_build_object('phone', m.phone, 'asked_at', m.asked_at, 'confirmed_at', m.confirmed_at,
        'check_expires_at', c.expires_at)), '[]')
      from public.message_phones m left join private.phone_checks c on c.person_id = m.person_id where m.person_id = p_me),
    'push_devices', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', s.created_at, 'endpoint', s.endpoint) order by s.created_at), '[]')
      from public.push_subscriptions s where s.person_id = p_me),
    'family_notices', (
      select coalesce(jsonb_agg(jsonb_build_object('joined_at', f.joined_at)), '[]') from public.family_readers f where f.person_id = p_me),
    'calendar_link', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', l.created_at)), '[]') from public.calendar_links l where l.person_id = p_me),
    -- Found again by the hash, as long as it is kept.
    'read_notices', (
      select coalesce(jsonb_agg(jsonb_build_object('title', n.title) order by n.published_at), '[]')
      from private.notice_salts s join public.notices n on n.id = s.notice_id
      join private.notice_readers r on r.notice_id = s.notice_id
        and r.reader_hash = sha256(s.salt || convert_to(p_me::text, 'UTF8'))),
    'notifications', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', n.created_at, 'notification_kind', n.kind, 'building', b.name,
        'waits_to_be_sent_by', (select array_agg(distinct d.channel) from private.deliveries d where d.notification_id = n.id and d.message_id is null)
      ) order by n.created_at), '[]')
      from public.notifications n join public.blocks b on b.id = n.block_id where n.person_id = p_me),
    'sent_messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', o.created_at, 'channel', o.channel, 'sending', o.status,
        'finished_at', o.finished_at) order by o.created_at), '[]')
      from public.outbox_messages o where o.person_id = p_me)
  )
$$;

-- That I have answered the pulse, found again by the hash of the month; never what. Granted to nobody.
create function private.my_pulse_data(p_me uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('building', b.name, 'month', k.month) order by k.month), '[]')
    from private.pulse_months h join private.pulse_marks k on k.block_id = h.block_id and k.month = h.month
      and k.mark = sha256(h.salt || convert_to(p_me::text, 'UTF8'))
    join public.blocks b on b.id = h.block_id
  );
end
$$;

-- What I did as one of the staff. Granted to nobody.
create function private.my_staff_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'staff_acts', (
      select coalesce(jsonb_agg(jsonb_build_object('acted_at', a.acted_at, 'role', a.actor_role, 'act', a.act, 'subject', a.subject,
        'shape', a.shape, 'details', a.details, 'usual_reason', a.usual_reason, 'reason', a.reason) order by a.acted_at), '[]')
      from public.audit_entries a where a.actor_id = p_me),
    'staff_case_acts', (
      select coalesce(jsonb_agg(private.case_words(e.report_id) || jsonb_build_object('acted_at', e.created_at) order by e.created_at, e.id), '[]')
      from public.report_event_actors a join public.report_events e on e.id = a.event_id where a.person_id = p_me),
    'codes_made', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', c.created_at, 'role', c.role) order by c.created_at), '[]')
      from public.join_codes c where c.created_by = p_me),
    'case_handler', (
      select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'is_active', a.is_active)), '[]')
      from public.report_assignees a where a.person_id = p_me)
  )
$$;

-- Everything, as one object: of each kind a list of rows. Whoever adds a table that names a person adds it here, or says in
-- tests/db/my-data.test.ts why not.
-- Definer: reads every table that holds something of the caller; `p_me` is never an argument of whoever asks.
create function private.my_data() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if private.account_state() = 'none' then
    return null;
  end if;
  return jsonb_build_object(
    'account', (
      select jsonb_agg(jsonb_build_object('id', u.id,
        'email', case when u.email not like '%@bruker.invalid' then u.email end,
        'user_name', case when u.email like '%@bruker.invalid' then split_part(u.email, '@', 1) end,
        'display_name', p.display_name, 'language', p.locale, 'has_password', private.account_state() = 'with_password',
        'created_at', u.created_at, 'last_sign_in_at', u.last_sign_in_at))
      from auth.users u left join public.people p on p.id = u.id where u.id = v_me),
    'sign_ins', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', s.created_at, 'device', to_jsonb(s) -> 'user_agent',
        'network_address', to_jsonb(s) -> 'ip') order by s.created_at), '[]')
      from auth.sessions s where s.user_id = v_me),
    'memberships', (
      select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'building', b.name, 'flat', f.name, 'started_at', m.started_at,
        'ended_at', m.ended_at, 'blocked_at', m.blocked_at) order by m.started_at, m.id), '[]')
      from public.memberships m left join public.blocks b on b.id = m.block_id left join public.places f on f.id = m.flat_id
      where m.person_id = v_me),
    'join_requests', (
      select coalesce(jsonb_agg(jsonb_build_object('asked_at', r.asked_at, 'building', b.name, 'display_name', r.display_name,
        'flat', r.flat_text, 'request_status', r.status, 'decided_at', r.decided_at) order by r.asked_at), '[]')
      from public.join_requests r join public.blocks b on b.id = r.block_id where r.person_id = v_me),
    'sign_in_slips', (
      select coalesce(jsonb_agg(jsonb_build_object('expires_at', s.expires_at, 'used_at', s.used_at) order by s.expires_at), '[]')
      from private.sign_in_slips s join public.memberships m on m.id = s.membership_id where m.person_id = v_me),
    'signups', (
      select coalesce(jsonb_agg(jsonb_build_object('title', a.title, 'signup_status', s.status, 'party_size', s.party_size,
        'created_at', s.created_at, 'signed_up_at', s.signed_up_at, 'ended_at', s.ended_at,
        'came', (select sum(c.present_count) from public.attendances c where c.signup_id = s.id),
        'steps', (select jsonb_agg(jsonb_build_object('created_at', e.created_at, 'signup_status', e.status, 'signup_reason', e.reason) order by e.id)
          from public.signup_events e where e.signup_id = s.id)
      ) order by s.created_at), '[]')
      from public.signups s join public.activities a on a.id = s.activity_id where s.person_id = v_me),
    'hosted_activities', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', a.created_at, 'title', a.title, 'body', a.body, 'host', a.host,
        'activity_status', a.status) order by a.created_at), '[]')
      from public.activity_hosts h join public.activities a on a.id = h.activity_id where h.person_id = v_me),
    'cases', private.my_case_data(v_me),
    'pulse_answers', private.my_pulse_data(v_me),
    'followed_cases', (
      select coalesce(jsonb_agg(private.case_words(f.report_id) || jsonb_build_object('created_at', f.created_at) order by f.created_at), '[]')
      from public.report_followers f where f.person_id = v_me),
    'case_objections', (
      select coalesce(jsonb_agg(private.case_words(o.report_id) || jsonb_build_object('created_at', o.created_at) order by o.created_at), '[]')
      from public.report_objections o where o.person_id = v_me),
    'case_drafts', (
      select coalesce(jsonb_agg(jsonb_build_object('saved_at', d.saved_at, 'description', d.description, 'access', d.access, 'contact', d.contact)), '[]')
      from public.report_drafts d where d.person_id = v_me),
    'unsent_photos', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', o.created_at) order by o.created_at), '[]')
      from storage.objects o where o.owner_id = v_me::text
        and not exists (select from public.report_photos f where f.path = o.name) and not private.is_space_photo_used(o.name))
  ) || private.my_ideas_data(v_me) || private.my_message_data(v_me) || private.my_staff_data(v_me);
end
$$;
create function public.my_data() returns jsonb
language sql stable set search_path = '' as $$ select private.my_data() $$;
grant execute on function private.my_data() to authenticated;
grant execute on function public.my_data() to authenticated;
