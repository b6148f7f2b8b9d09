set check_function_bodies = off;

-- What it can be about. For each one: a column in notifications.sql, private.may_be_told_of_<about> and its address in TypeScript.
create type public.notification_about as enum ('activity', 'report', 'proposal', 'poll', 'notice', 'account');

-- `pressing` has a time limit of its own and is not kept back to be gathered. `urgent` is danger: told at any hour, whatever somebody has
-- switched off.
create type public.notification_urgency as enum ('whenever', 'pressing', 'urgent');

-- Where one leads; the address of each is in src/domains/notifications/notifications.ts.
create type public.notification_page as enum (
  'activity', 'activity_desk', 'report', 'proposal', 'poll', 'poll_questions', 'poll_count', 'poll_follow_up', 'notice', 'notice_desk',
  'home', 'join_without_code', 'my_pause', 'staff_acts'
);

-- Each kind and what it can be about, and what follows. No column has a default: whoever adds a kind answers every question.
create table public.notification_kinds (
  kind public.notification_kind not null,
  about public.notification_about not null,
  topic public.message_topic not null,
  urgency public.notification_urgency not null,
  leads_to public.notification_page not null,
  -- Whoever is told is asked for something: to say yes or no, to explain, to vote, to decide.
  wants_answer boolean not null,
  -- Whoever did not ask for what happened should speak up: somebody else may be using the account.
  warns_of_misuse boolean not null,
  -- Told only while somebody lives or works in the building. Not so what says that somebody is no member (any more).
  is_for_members boolean not null,
  primary key (kind, about)
);

ALTER TABLE "public"."notifications" DROP CONSTRAINT "notifications_check";

DROP FUNCTION "private"."due_at"(uuid, public.notification_kind, timestamp with time zone);

DROP FUNCTION "private"."is_pressing"(public.notification_kind);

DROP FUNCTION "private"."is_urgent"(public.notification_kind);

DROP FUNCTION "private"."may_be_told"(public.notifications);

DROP FUNCTION "private"."tell_author"(public.things, text, uuid);

DROP FUNCTION "private"."tell_of_help"(uuid, text, text);

DROP FUNCTION "private"."tell_proposer"(uuid, text, text);

DROP FUNCTION "private"."topic_of"(public.notification_kind);

DROP FUNCTION "private"."wants"(uuid, public.outbox_channel, public.notification_kind);

ALTER TABLE "public"."notifications" ADD COLUMN "about" public.notification_about GENERATED ALWAYS AS (
CASE
    WHEN (activity_id IS NOT NULL) THEN 'activity'::public.notification_about
    WHEN (report_id IS NOT NULL) THEN 'report'::public.notification_about
    WHEN (proposal_id IS NOT NULL) THEN 'proposal'::public.notification_about
    WHEN (poll_id IS NOT NULL) THEN 'poll'::public.notification_about
    WHEN (notice_id IS NOT NULL) THEN 'notice'::public.notification_about
    ELSE 'account'::public.notification_about
END) STORED NOT NULL;

-- Takes e-mails, push messages or SMS that are due. What is taken is another's after two minutes: a
-- server that died loses nothing. Several servers at once never take the same. A message that has nothing to say any more
-- (the place was given back, somebody moved out, e-mail was ended) is dropped; so is the landlord's without an address.
-- At night only what is urgent, and the landlord's. Definer: reads and writes what nobody may, addresses among it.
create or replace function private.claim_messages(p_channel public.outbox_channel, p_limit integer)
returns table (
  id uuid, kind public.outbox_kind, attempts integer, recipient text, person_id uuid, locale text,
  block_names text[], kinds public.notification_kind[], push_public_key text, push_auth_key text, report_number bigint
)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_ids uuid[];
  v_dropped integer;
begin
  loop
    with due as materialized (
      select o.id from public.outbox_messages o
      where o.channel = p_channel and o.status = 'queued' and o.next_attempt_at <= now()
        and (o.kind = 'report_created' or o.is_urgent or not private.is_quiet(o.person_id))
        and (o.kind <> 'report_created' or exists (select from public.landlord_settings s where s.intake_email is not null))
      order by o.next_attempt_at limit p_limit for update skip locked
    ), taken as (
      update public.outbox_messages o
      set attempts = o.attempts + 1, next_attempt_at = now() + interval '2 minutes'
      from due where o.id = due.id
      returning o.id
    )
    select coalesce(array_agg(t.id), '{}') into v_ids from taken t;
    delete from public.outbox_messages o
    where o.id = any (v_ids) and o.person_id is not null and not exists (select from private.lines_of(o.id));
    get diagnostics v_dropped = row_count;
    exit when v_dropped = 0 or v_dropped < cardinality(v_ids);
  end loop;
  return query
  select t.id, t.kind, t.attempts,
    case
      when t.join_request_id is not null then private.address_of(q.person_id, 'email')
      when t.person_id is null then (select s.intake_email from public.landlord_settings s)
      when t.channel = 'push' then s.endpoint
      else private.address_of(t.person_id, t.channel) end,
    t.person_id, coalesce(p.locale, q.locale, 'nb'),
    coalesce(l.block_names, array[b.name]),
    case when t.join_request_id is not null then '{account_not_joined}'::public.notification_kind[] else l.kinds end, s.public_key, s.auth_key, r.number::bigint
  from public.outbox_messages t
  left join public.people p on p.id = t.person_id
  left join public.push_subscriptions s on s.id = t.subscription_id
  left join public.reports r on r.id = t.report_id
  left join public.join_requests q on q.id = t.join_request_id
  left join public.blocks b on b.id in (r.block_id, q.block_id)
  left join lateral (
    select array_agg(distinct x.block_name) as block_names, array_agg(x.kind) as kinds from private.lines_of(t.id) x
  ) l on true
  where t.id = any (v_ids) and (t.person_id is null or l.kinds is not null);
end
$$;

-- The consultant's answer, once: approve (the answer is then for everybody, and optional) or decline (with a reason,
-- for the author). `p_kind` says what it is when its author chose wrongly: what is built or changed must be checked by Boligbygg. Logged.
-- Definer: proposals are not writable.
create or replace function private.decide_proposal(p_proposal_id uuid, p_approve boolean, p_answer text, p_kind public.proposal_kind)
returns public.decide_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_answer text := nullif(btrim(p_answer), '');
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  if not found or not private.has_role(v_proposal.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_proposal.status <> 'pending' then
    return 'already_decided';
  elsif p_approve is not true and v_answer is null then
    return 'reason_missing';
  end if;
  update public.proposals p
  set status = case when p_approve then 'approved' else 'declined' end::public.proposal_status,
    answer = v_answer, decided_at = now(), kind = coalesce(p_kind, p.kind)
  where p.id = p_proposal_id;
  if p_kind <> v_proposal.kind then
    perform private.log_act(v_proposal.block_id, case p_kind when 'physical' then 'make_physical' else 'make_social' end,
      'proposal', p_proposal_id, null);
  end if;
  perform private.log_act(v_proposal.block_id, case when p_approve then 'approve' else 'decline' end,
    'proposal', p_proposal_id, v_answer);
  perform private.tell_proposer(p_proposal_id,
    case when p_approve then 'proposal_approved' else 'proposal_declined' end::public.notification_kind, p_proposal_id::text);
  return case when p_approve then 'approved' else 'declined' end::public.decide_outcome;
end
$$;

-- When somebody is told of what happens at that moment and is so urgent. Definer: reads the settings of others, for triggers and the server.
create function private.due_at(p_person_id uuid, p_urgency public.notification_urgency, p_at timestamptz) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select case
    when p_urgency = 'urgent' then p_at
    else private.after_quiet(
      case when s.rhythm = 'gathered' and p_urgency = 'whenever' then private.next_gathering(p_at) else p_at end,
      coalesce(s.quiet_from, private.number('quiet_from')), coalesce(s.quiet_to, private.number('quiet_to'))) end
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;

-- Gathers what is due into messages, one per person and channel (and browser), for the channels this server can send by.
-- What nobody may be told any more, or has waited for two days, is forgotten: nobody gets a pile of old news when a channel
-- is switched on. A browser that was signed out is forgotten with all that waits for it. Answers how many messages.
-- One server at a time, so that what belongs together stays together; the others have nothing to do.
-- Definer: reads and writes what nobody may, and the sessions of the auth service.
create or replace function private.form_messages(p_channels public.outbox_channel[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('form_messages', 0)) then
    return 0;
  end if;
  delete from public.push_subscriptions s
  where s.session_id is not null and not exists (select from auth.sessions x where x.id = s.session_id);
  delete from private.deliveries d
  where d.message_id is null and d.due_at < now() - (select private.period('delivery'));
  delete from private.deliveries d
  using public.notifications n join public.notification_kinds k on k.kind = n.kind and k.about = n.about
  where d.message_id is null and d.due_at <= now() and n.id = d.notification_id
    and not (private.wants(d.person_id, d.channel, k.topic, k.urgency) and private.may_be_told(n));
  with due as materialized (
    select d.id, d.person_id, d.channel, d.subscription_id, k.urgency = 'urgent' as is_urgent
    from private.deliveries d
    join public.notifications n on n.id = d.notification_id
    join public.notification_kinds k on k.kind = n.kind and k.about = n.about
    where d.message_id is null and d.due_at <= now() and d.channel = any (p_channels)
      -- the server was away when it was time, and now it is night
      and (k.urgency = 'urgent' or not private.is_quiet(d.person_id))
    for update of d skip locked
  ), message as materialized (
    select gen_random_uuid() as id, u.person_id, u.channel, u.subscription_id, bool_or(u.is_urgent) as is_urgent
    from due u group by u.person_id, u.channel, u.subscription_id
  ), written as (
    insert into public.outbox_messages (id, channel, kind, payload, person_id, subscription_id, is_urgent)
    select m.id, m.channel, 'personal', '{}', m.person_id, m.subscription_id, m.is_urgent from message m
  )
  update private.deliveries d set message_id = m.id
  from due u join message m on m.person_id = u.person_id and m.channel = u.channel
    and m.subscription_id is not distinct from u.subscription_id
  where d.id = u.id;
  select count(distinct d.message_id) into v_count from private.deliveries d
  join public.outbox_messages o on o.id = d.message_id and o.created_at = now();
  return v_count;
end
$$;

-- What a personal message is to say: the kinds and the buildings of what may still be told, the oldest first. No row: nothing.
-- Definer: reads what other people are told.
create or replace function private.lines_of(p_message_id uuid) returns table (kind public.notification_kind, block_name text)
language sql stable security definer set search_path = '' as $$
  select n.kind, b.name
  from private.deliveries d
  join public.notifications n on n.id = d.notification_id
  join public.notification_kinds k on k.kind = n.kind and k.about = n.about
  join public.blocks b on b.id = n.block_id
  where d.message_id = p_message_id and private.wants(d.person_id, d.channel, k.topic, k.urgency) and private.may_be_told(n)
  order by n.created_at, n.id
$$;

-- Whether somebody may still be told of it: lives or works in the building, may see what it is about, and it still holds. What that means for
-- a thing is said by its domain, in private.may_be_told_of_<about>; one that is not asked here is an error, not a yes.
-- Definer: asks for another person what the policies ask for the caller.
create function private.may_be_told(p_notification public.notifications) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  -- As what somebody lives or works in the building; the landlord's people work in all.
  v_roles public.member_role[] := (
    select array_agg(m.role) from public.memberships m
    where m.person_id = p_notification.person_id and m.ended_at is null
      and (m.block_id = p_notification.block_id and m.role in ('resident', 'partner', 'consultant') or m.role = 'landlord')
  );
begin
  if v_roles is null then
    return exists (
      select from public.notification_kinds k
      where k.kind = p_notification.kind and k.about = p_notification.about and not k.is_for_members
    );
  end if;
  case p_notification.about
    when 'activity' then return private.may_be_told_of_activity(p_notification, v_roles);
    when 'report' then return private.may_be_told_of_report(p_notification, v_roles);
    when 'proposal' then return private.may_be_told_of_proposal(p_notification, v_roles);
    when 'poll' then return private.may_be_told_of_poll(p_notification, v_roles);
    when 'notice' then return private.may_be_told_of_notice(p_notification, v_roles);
    when 'account' then return private.may_be_told_of_account(p_notification, v_roles);
  end case; -- without an else: what is not named raises an exception
end
$$;

-- Everybody may be told of their own account. For may_be_told; granted to nobody.
create function private.may_be_told_of_account(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$ select true $$;

-- Of an activity that is shown, or that one runs, as the policies say. Of a place that is held while it is held, of what is today until it
-- starts. For may_be_told; granted to nobody.
create function private.may_be_told_of_activity(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.activities a where a.id = p_notification.activity_id and (
      a.status in ('published', 'cancelled') and a.hidden_at is null or 'consultant' = any (p_roles)
      or exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id = p_notification.person_id)
    )
  )
  and (p_notification.kind <> 'place_offered' or exists (
    select from public.signups g where g.id = p_notification.signup_id and g.status = 'offered' and g.offer_expires_at > now()
  ))
  and (p_notification.kind <> 'session_today' or exists (
    select from public.activity_sessions s where s.id = p_notification.session_id and s.starts_at > now()
  ))
$$;

-- Of a notice that is shown, whoever it is for. A request to remove a picture also when the notice is over. For may_be_told; granted to nobody.
create function private.may_be_told_of_notice(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select p_notification.kind = 'notice_photo_request' or exists (
    select from public.notices x
    where x.id = p_notification.notice_id and x.state = 'published' and x.published_at <= now() and (x.ends_at is null or x.ends_at > now())
      and p_notification.person_id in (select private.notice_person_ids(x))
  )
$$;

-- Of a vote that is shown; the consultant of a draft too. For may_be_told; granted to nobody.
create function private.may_be_told_of_poll(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.polls p where p.id = p_notification.poll_id and (p.status <> 'draft' or 'consultant' = any (p_roles))
  )
$$;

-- Only who wrote a proposal or a comment on it is told, and they may be told always, also when it is hidden. For may_be_told; granted to
-- nobody.
create function private.may_be_told_of_proposal(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$ select true $$;

-- Staff of every case; a resident of what is common and of what they reported, also when that was merged into this one. For may_be_told;
-- granted to nobody.
create function private.may_be_told_of_report(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.reports r where r.id = p_notification.report_id and (
      p_roles && '{consultant,landlord}' or r.is_common
      or exists (
        with recursive told_here (id) as (
          select r.id union select x.id from public.reports x join told_here h on x.merged_into = h.id
        )
        select from told_here h join public.report_details d on d.report_id = h.id where d.reporter_id = p_notification.person_id
      )
    )
  )
$$;

-- An act of the consultant on a thing. p_parts: what else stands in an activity that is edited, by column. Hiding what flags have hidden,
-- or what was appealed, leaves it hidden, for good. Putting the words right shows the thing again. Whoever wrote it is told (not when it
-- is left as it was), and sees the reason. A reason may begin with a line `template:…`: a usual one, which the portal puts into the
-- reader's language. Logged. Holds the thing. Definer: writes what nobody may, and reads who wrote it.
create or replace function private.moderate(
  p_kind public.thing_kind, p_id uuid, p_act public.moderation_act, p_reason text, p_title text, p_body text, p_days integer, p_parts jsonb
) returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_thing public.things := private.lock_thing(p_kind, p_id);
  v_reason text := nullif(btrim(p_reason), '');
  v_title text := nullif(btrim(p_title), '');
  v_body text := nullif(btrim(p_body), '');
  v_is_hidden boolean := v_thing.hidden_at is not null;
  v_is_appealed boolean := exists (select from public.appeals a where a.thing_id = p_id and a.answered_at is null);
  v_is_flagged boolean := exists (select from public.flags f where f.thing_id = p_id and f.resolved_at is null);
  v_is_changed boolean := exists (select from public.edit_texts x where x.thing_id = p_id and x.changed_again_at is not null);
  v_act text := p_act::text;
  v_entry_id uuid;
begin
  if v_thing.id is null or not private.has_role(v_thing.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null and (p_act <> 'dismiss' or v_is_hidden) then
    return 'reason_missing';
  elsif p_act = 'hide' and v_is_hidden and v_thing.hidden_by = 'staff' and not v_is_appealed
    or p_act = 'restore' and not v_is_hidden
    or p_act = 'dismiss' and not ((v_is_flagged or v_is_changed) and coalesce(v_thing.hidden_by, 'flags') = 'flags')
    or p_act = 'edit' and (coalesce(v_title, v_thing.title), coalesce(v_body, v_thing.body))
      is not distinct from (v_thing.title, v_thing.body) and not private.changes_parts(p_id, p_parts) then
    return 'nothing_to_do';
  elsif p_act = 'edit' and v_body is null and (p_kind = 'activity' and p_parts ? 'body') is not true then
    return 'text_missing';
  elsif p_act = 'edit' and private.is_in_open_vote(v_thing) then
    return 'in_open_vote';
  elsif p_act = 'pause' and coalesce(p_days, 0) not between 1 and private.number('pause_days') then
    return 'days_missing';
  end if;
  if p_act in ('warn', 'pause', 'lift_pause') then
    if p_act <> 'warn' and not private.pause_author(v_thing, p_act = 'pause', p_days, v_reason) then
      return 'nothing_to_do';
    end if;
  elsif p_act = 'hide' then
    perform private.set_hidden(v_thing, coalesce(v_thing.hidden_at, now()), 'staff', v_reason);
  else
    if p_act = 'edit' then
      perform private.edit_thing(v_thing, coalesce(v_title, v_thing.title), v_body, v_reason, p_parts);
    end if;
    perform private.set_hidden(v_thing, null, null, null);
    v_act := case when p_act = 'dismiss' and v_is_hidden then 'restore' else v_act end;
  end if;
  if p_act in ('dismiss', 'hide', 'restore', 'edit') then
    update public.flags f set resolved_at = now(),
      verdict = case p_act when 'hide' then 'hidden' when 'edit' then 'edited' else 'dismissed' end::public.flag_verdict
    where f.thing_id = p_id and f.resolved_at is null;
    update public.appeals a set answered_at = now(), is_granted = p_act <> 'hide', answer = v_reason
    where a.thing_id = p_id and a.answered_at is null;
    update public.edit_texts x set changed_again_at = null where x.thing_id = p_id and x.changed_again_at is not null;
    v_act := case when v_is_appealed and p_act = 'hide' then 'uphold' else v_act end;
  end if;
  v_entry_id := private.log_act(v_thing.block_id, v_act, p_kind::text, p_id, v_reason);
  if v_act <> 'dismiss' then
    perform private.tell_author(v_thing,
      case when p_act in ('pause', 'lift_pause') then 'account_paused' else 'account_moderated' end::public.notification_kind, v_entry_id);
  end if;
  return 'done';
end
$$;

-- Tells whoever wrote a thing, unless it is the one who acts. The subject is the entry in the log: its reason is read through
-- moderation_reason. Granted to nobody.
create function private.tell_author(p_thing public.things, p_kind public.notification_kind, p_entry_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, proposal_id, poll_id, activity_id)
  select a, p_thing.block_id, p_kind, p_entry_id::text,
    case when p_thing.kind in ('proposal', 'comment') then p_thing.page_id end,
    case when p_thing.kind = 'question' then p_thing.page_id end,
    case when p_thing.kind in ('activity', 'message') then p_thing.page_id end
  from private.authors_of(p_thing.id) a
  where a is distinct from (select auth.uid())
  order by a
$$;

-- Tells of the notices that can be seen by now and have not been told of. One that became urgent is told of again, one that is
-- no longer urgent is not. A notice that somebody holds is left for the next minute. Answers how many people are told.
-- Definer: reads all notices and writes notifications.
create or replace function private.tell_notices() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_notice public.notices;
  v_kind public.notification_kind;
  v_told integer;
  v_count integer := 0;
begin
  for v_notice in
    select * from public.notices n
    where n.state = 'published' and n.told_at is null and n.published_at <= now() and (n.ends_at is null or n.ends_at > now())
    order by n.published_at, n.id limit 100 for update skip locked
  loop
    v_kind := case v_notice.class when 'urgent' then 'notice_urgent' else 'notice_new' end::public.notification_kind;
    insert into public.notifications (person_id, block_id, kind, subject, notice_id)
    select distinct p.id, v_notice.block_id, v_kind, v_notice.id::text, v_notice.id
    from private.notice_person_ids(v_notice) p (id)
    where not exists (
      select from public.notifications n
      where n.person_id = p.id and n.notice_id = v_notice.id and n.kind in (v_kind, 'notice_urgent')
    )
    order by p.id
    on conflict (person_id, kind, subject) do nothing;
    get diagnostics v_told = row_count;
    v_count := v_count + v_told;
    update public.notices n set told_at = now() where n.id = v_notice.id;
  end loop;
  return v_count;
end
$$;

-- Logs that somebody was helped to sign in, and tells them: whoever has not asked for it must learn that there is another way into their
-- account now. Granted to nobody.
create function private.tell_of_help(p_membership_id uuid, p_act text, p_kind public.notification_kind) returns void
language plpgsql set search_path = '' as $$
declare
  v_member public.memberships;
  v_entry_id uuid;
begin
  select * into v_member from public.memberships m where m.id = p_membership_id;
  v_entry_id := private.log_act(v_member.block_id, p_act, 'membership', p_membership_id, null);
  insert into public.notifications (person_id, block_id, kind, subject)
  values (v_member.person_id, v_member.block_id, p_kind, v_entry_id::text);
end
$$;

-- Tells the author of a proposal, unless it is the one who acts. For the definer functions; granted to nobody.
create function private.tell_proposer(p_proposal_id uuid, p_kind public.notification_kind, p_subject text) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.notify_proposal(a.person_id, p_kind, p_proposal_id, p_subject)
  from public.proposal_authors a where a.proposal_id = p_proposal_id and a.person_id is distinct from (select auth.uid());
end
$$;

-- Whoever is told gets a delivery for each channel they want it by. The trigger stands with its table, in notifications/notifications.sql.
-- Definer: reads settings and writes what nobody may.
create or replace function private.tg_notifications__deliver() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.deliveries (notification_id, person_id, channel, subscription_id, due_at)
  select n.id, n.person_id, c.channel, s.id, private.due_at(n.person_id, k.urgency, now())
  from new_rows n
  join public.notification_kinds k on k.kind = n.kind and k.about = n.about
  cross join unnest('{email,push,sms}'::public.outbox_channel[]) c (channel)
  left join public.push_subscriptions s on c.channel = 'push' and s.person_id = n.person_id
  where private.wants(n.person_id, c.channel, k.topic, k.urgency);
  return null;
end
$$;

-- Whether somebody wants a kind of this topic and urgency by this channel. Definer: reads settings and addresses of people, for triggers and
-- the server.
create function private.wants(
  p_person_id uuid, p_channel public.outbox_channel, p_topic public.message_topic, p_urgency public.notification_urgency
) returns boolean
language sql stable security definer set search_path = '' as $$
  select (
      p_urgency = 'urgent'
      or coalesce((
        select p_topic = any (case p_channel when 'email' then s.email_topics when 'push' then s.push_topics
          else s.sms_topics end)
        from public.message_settings s where s.person_id = p_person_id
      ), p_channel in ('email', 'push'))
    ) and private.address_of(p_person_id, p_channel) is not null
$$;

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_check" CHECK ((num_nonnulls(activity_id, report_id, proposal_id, poll_id, notice_id) <= 1));

create index notifications_kind_idx on public.notifications (kind, about);

-- Changed by migrations only.
create policy select_all on public.notification_kinds for select to authenticated using (true);

REVOKE ALL ON FUNCTION "private"."due_at"(uuid, public.notification_urgency, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_be_told"(public.notifications) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_author"(public.things, public.notification_kind, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_of_help"(uuid, text, public.notification_kind) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_proposer"(uuid, public.notification_kind, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."wants"(uuid, public.outbox_channel, public.message_topic, public.notification_urgency) FROM PUBLIC;

alter table public.notification_kinds enable row level security;

-- The kinds. The last three are told to those who run it.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('place_won', 'activity', 'activities', 'whenever', 'activity', false, false, true),
  ('place_offered', 'activity', 'activities', 'pressing', 'activity', true, false, true),
  ('session_today', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('session_moved', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('session_cancelled', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('place_changed', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('activity_cancelled', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('activity_message', 'activity', 'activities', 'whenever', 'activity', false, false, true),
  ('activity_approved', 'activity', 'activities', 'whenever', 'activity_desk', false, false, true),
  ('activity_declined', 'activity', 'activities', 'whenever', 'activity_desk', false, false, true),
  ('activity_host_left', 'activity', 'activities', 'whenever', 'activity_desk', false, false, true);

-- The kinds. What somebody wrote can be many things, so both are about several. A pause because of what somebody wrote is told as about that.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('account_moderated', 'activity', 'account', 'whenever', 'activity', false, false, true),
  ('account_moderated', 'proposal', 'account', 'whenever', 'proposal', false, false, true),
  ('account_moderated', 'poll', 'account', 'whenever', 'poll_questions', false, false, true),
  ('account_paused', 'activity', 'account', 'whenever', 'my_pause', false, false, true),
  ('account_paused', 'proposal', 'account', 'whenever', 'proposal', false, false, true),
  ('account_paused', 'poll', 'account', 'whenever', 'poll', false, false, true),
  ('account_paused', 'account', 'account', 'whenever', 'my_pause', false, false, true);

-- The kinds. The last one is told to the consultants.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('notice_new', 'notice', 'notices', 'whenever', 'notice', false, false, true),
  ('notice_urgent', 'notice', 'notices', 'urgent', 'notice', false, false, true),
  ('notice_photo_request', 'notice', 'notices', 'whenever', 'notice_desk', true, false, true);

-- The kinds.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('poll_opened', 'poll', 'votes', 'whenever', 'poll', true, false, true),
  ('poll_extended', 'poll', 'votes', 'whenever', 'poll', false, false, true),
  ('poll_stopped', 'poll', 'votes', 'whenever', 'poll', false, false, true),
  ('poll_counted', 'poll', 'votes', 'whenever', 'poll', false, false, true),
  ('poll_uncounted', 'poll', 'votes', 'whenever', 'poll_count', false, false, true),
  ('poll_answer', 'poll', 'votes', 'whenever', 'poll_questions', false, false, true),
  ('follow_up_changed', 'poll', 'votes', 'whenever', 'poll', false, false, true),
  ('follow_up_given', 'poll', 'votes', 'whenever', 'poll_follow_up', false, false, true),
  ('follow_up_late', 'poll', 'votes', 'whenever', 'poll_follow_up', false, false, true);

-- The kinds.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('proposal_approved', 'proposal', 'votes', 'whenever', 'proposal', false, false, true),
  ('proposal_declined', 'proposal', 'votes', 'whenever', 'proposal', false, false, true),
  ('proposal_question', 'proposal', 'votes', 'whenever', 'proposal', true, false, true),
  ('proposal_merged', 'proposal', 'votes', 'whenever', 'proposal', false, false, true),
  ('proposal_checked', 'proposal', 'votes', 'whenever', 'proposal', false, false, true);

-- The kinds.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('report_status', 'report', 'reports', 'whenever', 'report', false, false, true),
  ('report_message', 'report', 'reports', 'whenever', 'report', false, false, true),
  ('report_question', 'report', 'reports', 'whenever', 'report', true, false, true),
  ('report_merged', 'report', 'reports', 'whenever', 'report', false, false, true),
  ('report_late', 'report', 'reports', 'whenever', 'report', false, false, true);

-- The kinds.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('account_slip', 'account', 'account', 'whenever', 'staff_acts', false, true, true),
  ('account_password', 'account', 'account', 'whenever', 'staff_acts', false, true, true),
  ('account_joined', 'account', 'account', 'whenever', 'home', false, false, true),
  ('account_not_joined', 'account', 'account', 'whenever', 'join_without_code', false, false, false),
  ('account_ended', 'account', 'account', 'whenever', 'staff_acts', false, false, false);

grant select on public.notification_kinds to authenticated;

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_kind_about_fkey" FOREIGN KEY (kind, about) REFERENCES public.notification_kinds(kind, about) ON DELETE RESTRICT;
