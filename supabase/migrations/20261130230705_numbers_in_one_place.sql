set check_function_bodies = off;

-- The secret, made by the first attempt of all. One row. In the database, because functions count that people call without our server; in
-- the schema that the API does not show, granted to nobody.
create table private.attempt_keys (
  id boolean primary key default true check (id),
  hash_key bytea not null default extensions.gen_random_bytes(32) check (octet_length(hash_key) = 32)
);

-- `most` times `per` window, each window counted back from now. Reached over the API by nobody.
create table private.limits (
  what text primary key check (what ~ '^[a-z0-9_]{1,40}$'),
  most integer not null check (most > 0),
  per interval not null check (per > interval '0')
);

-- How many, or from how many on. Reached over the API by nobody.
create table private.numbers (
  what text primary key check (what ~ '^[a-z_]{1,40}$'),
  value integer not null check (value >= 0)
);

-- How long something holds. Reached over the API by nobody.
create table private.periods (
  what text primary key check (what ~ '^[a-z_]{1,40}$'),
  lasts interval not null check (lasts > interval '0')
);

DROP FUNCTION "private"."at_least_five"(bigint);

DROP FUNCTION "private"."attempt"(text, text, integer, interval);

DROP FUNCTION "private"."forget_attempts"(text, text);

DROP FUNCTION "private"."has_attempts_left"(text, text, integer, interval);

DROP FUNCTION "private"."waiting_shown"();

DROP FUNCTION "public"."attempt"(text, text, integer, integer);

DROP FUNCTION "public"."forget_attempts"(text, text);

DROP FUNCTION "public"."make_join_code"(uuid, uuid, integer, integer, public.member_role);

-- What happened in these days: dates held (published, or somebody came), how many came where it was counted, and sign-ups made, also
-- those that were taken back.
create or replace function private.activity_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  with dates as (
    select a.status, c.heads
    from public.activity_sessions s join public.activities a on a.id = s.activity_id,
    lateral (select sum(n.heads) as heads from (
      select h.heads from public.head_counts h where h.session_id = s.id
      union all select t.present_count from public.attendances t where t.session_id = s.id) n) c
    where s.block_id = p_block_id and s.starts_at >= p_from and s.starts_at < p_to and s.cancelled_at is null
  ), held as (select d.heads from dates d where d.status = 'published' or d.heads > 0)
  select 'dates_held'::public.figure_metric, private.unless_few(count(*)) from held
  union all select 'attendance', private.unless_few(sum(h.heads)::bigint) from held h where h.heads is not null having count(*) > 0
  union all select 'signups', private.unless_few(count(*)) from public.signups g
    where g.block_id = p_block_id and g.created_at >= p_from and g.created_at < p_to
$$;

-- Adds a picture that I have stored, also to what is done: that is when there is an "after". Logged.
-- Definer: writes a table that nobody may write to.
create or replace function private.add_follow_up_photo(
  p_id uuid, p_poll_id uuid, p_moment public.follow_up_moment, p_path text, p_alternative_text text
) returns public.follow_up_photo_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups := private.lock_follow_up(p_poll_id);
begin
  if v_follow_up.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_photos p where p.id = p_id) then
    return case when exists (select from public.follow_up_photos p where p.id = p_id and p.poll_id = p_poll_id)
      then 'added' else 'not_allowed' end;
  elsif (select count(*) from public.follow_up_photos p where p.poll_id = p_poll_id and p.moment = p_moment)
    >= private.number('follow_up_photos') then
    return 'too_many';
  elsif not private.hold_space_photo(p_path) or private.is_space_photo_used(p_path) then
    return 'no_picture';
  end if;
  insert into public.follow_up_photos (id, poll_id, block_id, moment, path, alternative_text)
  values (p_id, p_poll_id, v_follow_up.block_id, p_moment, p_path, private.trimmed(p_alternative_text));
  perform private.log_act(v_follow_up.block_id, 'add_follow_up_photo', 'poll', p_poll_id, private.trimmed(p_alternative_text));
  return 'added';
end
$$;

-- Adds a step to what is not done or declined. p_id is the form's own key. Logged.
-- Definer: writes a table that nobody may write to.
create or replace function private.add_milestone(p_id uuid, p_poll_id uuid, p_title text, p_due_on date) returns public.milestone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups := private.lock_follow_up(p_poll_id);
begin
  if v_follow_up.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_milestones m where m.id = p_id) then
    return case when exists (select from public.follow_up_milestones m where m.id = p_id and m.poll_id = p_poll_id)
      then 'added' else 'not_allowed' end;
  elsif v_follow_up.next_on is null then
    return 'closed';
  elsif (select count(*) from public.follow_up_milestones m where m.poll_id = p_poll_id)
    >= private.number('milestones') then
    return 'too_many';
  end if;
  insert into public.follow_up_milestones (id, poll_id, block_id, title, due_on)
  values (p_id, p_poll_id, v_follow_up.block_id, private.trimmed(p_title), p_due_on);
  perform private.log_act(v_follow_up.block_id, 'add_milestone', 'poll', p_poll_id, private.trimmed(p_title));
  return 'added';
end
$$;

-- Writes to the other side ('resident'), to everyone who sees the case, or an internal note ('internal'); the last two are
-- the staff's. Sending the same id twice writes once. Limited by the day, for a resident more than for staff.
-- Definer: writes tables that nobody may write to.
create or replace function private.add_report_message(p_id uuid, p_report_id uuid, p_body text, p_audience public.message_audience)
returns public.report_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
  v_role public.report_actor;
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select min(role) into v_role from unnest(v_roles) role;
  if v_role = 'reporter' and p_audience <> 'resident' then
    return 'not_allowed';
  elsif not private.attempt(
    case v_role when 'reporter' then 'report_message' else 'report_message_by_staff' end, (select auth.uid())::text) then
    return 'too_many_today';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id;
  perform private.write_report_message(p_id, v_report, v_role, p_audience, p_body);
  return 'sent';
end
$$;

-- Asks about a vote that is shown or open. p_id is the form's own key: the same form sent twice is one question. Few
-- of mine may wait in a vote, and those of a day are limited; my own row is locked, so that ten at once are counted one by one.
-- Definer: writes tables nobody may write, and sees any question that has the key already.
create or replace function private.ask_poll_question(p_id uuid, p_poll_id uuid, p_body text) returns public.ask_poll_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  if not found or v_poll.status = 'draft' or not private.has_role(v_poll.block_id, '{resident}') then
    return 'not_allowed';
  end if;
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (select from public.poll_question_authors a where a.question_id = p_id and a.person_id = v_person_id) then
    return 'asked';
  elsif exists (select from public.poll_questions q where q.id = p_id) then
    return 'not_allowed';
  elsif private.is_paused(v_poll.block_id) then
    return 'paused';
  elsif v_poll.status not in ('planned', 'open') or v_poll.closes_at <= now() then
    return 'not_open';
  elsif (
    select count(*) from public.poll_question_authors a join public.poll_questions q on q.id = a.question_id
    where a.person_id = v_person_id and q.poll_id = p_poll_id and q.answered_at is null and q.hidden_at is null
  ) >= private.number('poll_questions_waiting') then
    return 'too_many_waiting';
  elsif not private.attempt('poll_question', v_person_id::text) then
    return 'too_many_today';
  end if;
  insert into public.poll_questions (id, poll_id, block_id, body)
  values (p_id, p_poll_id, v_poll.block_id, btrim(p_body));
  insert into public.poll_question_authors (question_id, person_id) values (p_id, v_person_id);
  return 'asked';
end
$$;

-- Asks the resident of an open case. p_starts_at and p_ends_at are up to 6 proposed times to come, each at most a day long, or
-- none. The same id asks once.
-- Definer: writes tables that nobody may write to.
create or replace function private.ask_report_question(
  p_id uuid, p_report_id uuid, p_body text, p_starts_at timestamptz[], p_ends_at timestamptz[]
) returns public.report_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
begin
  if not v_roles && '{landlord,consultant}' then
    return case when v_roles <> '{}' or private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if exists (select from public.report_questions q where q.id = p_id) then
    return case when exists (select from public.report_questions q where q.id = p_id and q.report_id = p_report_id)
      then 'asked' else 'not_allowed' end;
  elsif not v_report.is_open then
    return 'closed';
  elsif cardinality(p_starts_at) > private.number('question_times') or cardinality(p_starts_at) <> cardinality(p_ends_at) or exists (
    select from unnest(p_starts_at, p_ends_at) t (starts_at, ends_at)
    where (starts_at > now() and ends_at > starts_at and ends_at <= starts_at + private.period('visit')
      and starts_at < now() + private.period('visit_ahead')) is not true
  ) then
    return 'wrong_times';
  end if;
  update public.report_questions q set withdrawn_at = now()
  where q.report_id = p_report_id and q.answered_at is null and q.withdrawn_at is null;
  insert into public.report_questions (id, report_id, block_id, author_role, body)
  values (p_id, p_report_id, v_report.block_id, (select min(role) from unnest(v_roles) role where role <> 'reporter'),
    private.trimmed(p_body));
  insert into public.report_question_times (question_id, position, starts_at, ends_at)
  select p_id, row_number() over (order by t.starts_at, t.ends_at), t.starts_at, t.ends_at
  from (select distinct * from unnest(p_starts_at, p_ends_at) t (starts_at, ends_at)) t;
  perform private.notify_report(v_report, 'report_question', p_id::text, false);
  perform private.log_act(v_report.block_id, 'ask', 'report', p_report_id, null);
  return 'asked';
end
$$;

-- Asks. Limited for an account and a building; one open request of an account in each.
-- A flat that is not there, a building that is not there, and somebody who is locked out get the same answer as everybody.
-- Definer: writes requests, and reads whether I am locked out.
create or replace function private.ask_to_join(p_id uuid, p_block_id uuid, p_display_name text, p_flat_text text, p_locale text)
returns public.join_ask_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if v_me is null then
    raise exception using errcode = '42501', message = 'sign in first';
  elsif exists (select from public.join_requests r where r.id = p_id and r.person_id = v_me) then
    return 'asked';
  elsif exists (select from public.memberships m
      where m.person_id = v_me and m.block_id = p_block_id and m.role = 'resident' and m.ended_at is null) then
    return 'already_member';
  elsif not private.attempt('ask_to_join', v_me::text) then
    return 'too_many_attempts';
  end if;
  if private.is_locked_out(v_me, p_block_id)
    or (select count(*) from public.join_requests r where r.block_id = p_block_id and r.status = 'open')
      >= private.number('join_requests') then
    return 'asked';
  end if;
  insert into public.join_requests (id, block_id, person_id, display_name, flat_text, locale)
  select p_id, b.id, v_me, btrim(p_display_name), btrim(p_flat_text), p_locale
  from public.blocks b where b.id = p_block_id
  on conflict do nothing;
  return 'asked';
end
$$;

-- Whether a change of password asks for the old one: not just after signing in, or who forgot it and came in by a
-- code or a slip could never get a new one.
-- Definer: reads the tables of the auth service.
create or replace function private.asks_password() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from auth.users u where u.id = (select auth.uid()) and u.encrypted_password like '$2%')
    and not exists (
      select from auth.sessions s
      where s.id = ((select auth.jwt()) ->> 'session_id')::uuid and s.created_at > now() - private.period('fresh_sign_in')
    )
$$;

-- Counts one attempt and answers whether the limit of this name (base/limits.sql) allows it for this key.
-- The advisory lock makes parallel attempts wait for each other, so that 40 at once count as 40.
-- Definer: the table is nobody's to read or write, or somebody could remove their own attempts.
create function private.attempt(p_limit text, p_key text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_limit constant private.limits := private.limit_of(p_limit);
  v_hash constant text := private.hash_attempt(p_key);
begin
  perform pg_advisory_xact_lock(hashtextextended(p_limit || v_hash, 0));
  delete from private.attempts a where a.kind = p_limit and a.key_hash = v_hash and a.attempted_at <= now() - v_limit.per;
  if (select count(*) from private.attempts a where a.kind = p_limit and a.key_hash = v_hash) >= v_limit.most then
    return false;
  end if;
  insert into private.attempts (kind, key_hash) values (p_limit, v_hash);
  return true;
end
$$;

-- What is kept of a key: HMAC-SHA-256 with the secret. Null as long as there is no secret: then nothing was counted either. Granted to nobody.
create function private.attempt_hash(p_key text) returns text
language sql stable set search_path = '' as $$
  select encode(extensions.hmac(convert_to(p_key, 'UTF8'), k.hash_key, 'sha256'), 'hex') from private.attempt_keys k
$$;

-- The dates of what the owner of this link is signed up for or hosts, from a while back, at most 1000. Cancelled ones too:
-- a calendar must learn of it; what the owner gave up is gone. A wrong link has no row, one without dates a row of nulls.
-- Definer: the caller is a calendar app without an account; the secret says whose sign-ups to read.
create or replace function private.calendar_of(p_secret text)
returns table (
  session_id uuid, starts_at timestamptz, ends_at timestamptz, is_cancelled boolean, note text, sequence integer, title text,
  body text, place_name text, whereabouts text, activity_id uuid, block_name text, block_slug text
)
language sql stable security definer set search_path = '' as $$
  select d.*
  from public.calendar_links l
  left join lateral (
    select s.id, s.starts_at, s.ends_at, s.cancelled_at is not null or a.status = 'cancelled',
      coalesce(a.cancel_reason, s.note), s.sequence + a.version, a.title, a.body, p.name, a.whereabouts, a.id, b.name, b.slug
    from (
      select g.activity_id from public.signups g
      where g.person_id = l.person_id and (g.status = 'signed_up' or g.status = 'cancelled' and exists (
        select from public.signup_events e where e.signup_id = g.id and e.reason = 'activity_cancelled'))
      union
      -- As long as they belong to the building, like my_hosted_ids.
      select h.activity_id from public.activity_hosts h
      join public.memberships m on m.person_id = h.person_id and m.block_id = h.block_id
      where h.person_id = l.person_id and m.ended_at is null and m.role in ('resident', 'partner')
    ) mine
    join public.activities a on a.id = mine.activity_id and a.status in ('published', 'cancelled') and a.hidden_at is null
    join public.activity_sessions s on s.activity_id = a.id and s.starts_at > now() - (select private.period('calendar_back'))
    join public.blocks b on b.id = a.block_id
    left join public.places p on p.id = a.place_id
    order by s.starts_at
    limit 1000
  ) d on true
  where l.link_hash = encode(sha256(convert_to(coalesce(p_secret, ''), 'UTF8')), 'hex')
  order by d.starts_at
$$;

-- Cases of these days. New: reported, and not found to be another one told again. Fixed: said to be fixed by the landlord, once a case.
-- First answer: the first word or step of the landlord or the consultant that the reporter sees (forwarding is none); the median is over the
-- cases that were first answered in these days, and that of fixed over those fixed in them, so that none is left out for being slow.
-- Late: open at the end of the last day with the landlord's own expected day passed.
create or replace function private.case_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, thing public.report_thing, value numeric)
language sql stable set search_path = '' as $$
  with fixed as (
    select e.report_id, max(e.created_at) as fixed_at from public.report_events e
    where e.block_id = p_block_id and e.created_at >= p_from and e.created_at < p_to
      and e.kind = 'status' and e.actor_role in ('landlord', 'consultant') and e.to_status = 'fixed'
    group by e.report_id
  ), answers as (
    select e.report_id, e.created_at from public.report_events e
    where e.block_id = p_block_id and e.created_at >= p_from and e.created_at < p_to
      and e.kind = 'status' and e.actor_role in ('landlord', 'consultant') and e.to_status in ('in_progress', 'waiting', 'fixed', 'closed')
    union all
    select m.report_id, m.created_at from public.report_messages m
    where m.block_id = p_block_id and m.created_at >= p_from and m.created_at < p_to
      and m.author_role in ('landlord', 'consultant') and m.audience <> 'internal'
  ), answered as (
    select a.report_id, min(a.created_at) as answered_at from answers a
    where not exists (
      select from public.report_events e
      where e.report_id = a.report_id and e.created_at < p_from and e.kind = 'status' and e.actor_role in ('landlord', 'consultant')
        and e.to_status in ('in_progress', 'waiting', 'fixed', 'closed')
    ) and not exists (
      select from public.report_messages m
      where m.report_id = a.report_id and m.created_at < p_from
        and m.author_role in ('landlord', 'consultant') and m.audience <> 'internal'
    )
    group by a.report_id
  )
  select 'new_cases'::public.figure_metric, t.thing, t.value from private.things_told(array(
    select r.thing from public.reports r
    where r.block_id = p_block_id and r.is_open = any ('{true,false}') and r.created_at >= p_from and r.created_at < p_to
      and r.status <> 'merged'
  )) t
  union all
  select 'fixed_cases', t.thing, t.value from private.things_told(array(
    select r.thing from fixed f join public.reports r on r.id = f.report_id
  )) t
  union all
  select 'days_to_answer', null, m.value from private.median_told(array(
    select extract(epoch from a.answered_at - r.created_at) / 86400 from answered a join public.reports r on r.id = a.report_id
  )) m
  union all
  select 'days_to_fixed', null, m.value from private.median_told(array(
    select extract(epoch from f.fixed_at - r.created_at) / 86400 from fixed f join public.reports r on r.id = f.report_id
  )) m
  union all
  select 'late_cases', null, private.unless_few(count(*))
  from (
    select r.id, r.created_at, r.expected_by from public.reports r where r.block_id = p_block_id and r.is_open
    union all
    select r.id, r.created_at, r.expected_by from public.reports r
    where r.block_id = p_block_id and not r.is_open and r.status_changed_at >= p_to
  ) r
  where r.created_at < p_to and r.expected_by < (p_to at time zone 'Europe/Oslo')::date and (
    select e.to_status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged') from public.report_events e
    where e.report_id = r.id and e.created_at < p_to and e.to_status is not null order by e.id desc limit 1
  )
$$;

-- The consultant asks the landlord to hurry, each case once in a while. That it happened is for everyone who sees
-- the case, the words are an internal note.
-- Definer: writes tables that nobody may write to.
create or replace function private.chase_report(p_report_id uuid, p_body text) returns public.chase_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
  v_event_id bigint;
begin
  if not 'consultant' = any (v_roles) then
    return case when v_roles <> '{}' or private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if not v_report.is_open then
    return 'not_open';
  elsif v_report.chased_at > now() - private.period('chase') then
    return 'chased_today';
  end if;
  update public.reports r set chased_at = now(), chase_count = r.chase_count + 1 where r.id = p_report_id;
  v_event_id := private.write_report_event(v_report, 'consultant', 'chased');
  if nullif(private.trimmed(p_body), '') is not null then
    perform private.write_report_message(gen_random_uuid(), v_report, 'consultant', 'internal', p_body, v_event_id);
  end if;
  return 'chased';
end
$$;

-- Says something about an approved proposal of my building. p_id is the form's own key. Limited by the hour and
-- by the day; my own row is locked, so that many at once are counted one after the other. Holds the building's setting
-- and the proposal: nothing is said a moment after comments were switched off or the proposal was hidden.
-- Definer: writes tables nobody may write.
create or replace function private.comment_proposal(p_id uuid, p_proposal_id uuid, p_body text, p_alias text)
returns public.comment_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_proposal public.proposals;
  v_allows boolean;
begin
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (
    select from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
    where a.comment_id = p_id and a.person_id = v_person_id and c.proposal_id = p_proposal_id
  ) then
    return 'commented';
  end if;
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for share;
  if not found or not private.has_role(v_proposal.block_id, '{resident}') then
    return 'not_allowed';
  elsif v_proposal.status <> 'approved' or v_proposal.hidden_at is not null then
    return 'not_open';
  end if;
  select b.allows_comments into v_allows from public.blocks b where b.id = v_proposal.block_id for share;
  if private.is_paused(v_proposal.block_id) then
    return 'paused';
  elsif not v_allows then
    return 'comments_off';
  elsif not private.may_use_alias(v_proposal.block_id, p_alias) then
    return 'alias_taken';
  elsif not (private.attempt('comment', v_person_id::text) and private.attempt('comment_day', v_person_id::text)) then
    return 'too_many';
  end if;
  insert into public.proposal_comments (id, proposal_id, block_id, alias, body)
  values (p_id, p_proposal_id, v_proposal.block_id, nullif(btrim(p_alias), ''), btrim(p_body))
  on conflict do nothing;
  if not found then
    return 'not_allowed';
  end if;
  insert into public.proposal_comment_authors (comment_id, person_id) values (p_id, v_person_id);
  return 'commented';
end
$$;

-- Confirms my number with what was sent to it; limited tries. Definer: reads the hash and writes the row, which nobody may.
create or replace function private.confirm_phone(p_digits text) returns public.phone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_check private.phone_checks;
begin
  if v_person_id is null then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  if not private.attempt('phone_confirm', v_person_id::text) then
    return 'too_many_attempts';
  end if;
  select * into v_check from private.phone_checks c where c.person_id = v_person_id for update;
  if not found or v_check.expires_at <= now() then
    return 'expired';
  elsif v_check.code_hash <> encode(sha256(convert_to(v_person_id || coalesce(p_digits, ''), 'UTF8')), 'hex') then
    return 'wrong';
  end if;
  delete from private.phone_checks c where c.person_id = v_person_id;
  update public.message_phones m set confirmed_at = now() where m.person_id = v_person_id;
  return 'confirmed';
end
$$;

-- Counts a wrong receipt. A right one leaves no row: it would tell who voted, and when. Answers false when it was one too many.
create or replace function private.count_wrong_receipt(p_poll_id uuid) returns boolean
language sql volatile set search_path = '' as $$
  select private.attempt('receipt', (select auth.uid())::text || p_poll_id)
$$;

-- Reports a fault in my own flat or in a common place. Limited by the day, counted behind a lock of
-- the person, so that 40 at once are no more. The same words for the same thing at the same place are answered with the case that has them,
-- while it is open or from today.
-- Definer: writes tables that nobody may write to, and looks whether the id is taken by somebody else.
create or replace function private.create_report(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_is_urgent boolean, p_description text,
  p_access public.report_access, p_contact text, p_photo_paths text[], p_are_photos_shared boolean
) returns table (outcome public.create_report_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_today timestamptz := private.today()::timestamp at time zone 'Europe/Oslo';
begin
  perform pg_advisory_xact_lock(hashtextextended('report' || v_me::text, 0));
  return query select * from private.made_before(p_id);
  if found then
    return;
  elsif not private.has_role(p_block_id, '{resident,partner,consultant}') then
    return query select 'not_member'::public.create_report_outcome, null::bigint;
    return;
  elsif exists (
    select from public.places p where p.id = p_place_id and p.kind = 'flat' and p.id not in (select private.my_flat_ids())
  ) then
    return query select 'wrong_place'::public.create_report_outcome, null::bigint;
    return;
  end if;
  return query
  select 'sent_already'::public.create_report_outcome, r.number
  from public.report_details d join public.reports r on r.id = d.report_id
  where d.reporter_id = v_me and r.place_id = p_place_id and r.thing = p_thing and (r.is_open or r.created_at >= v_today)
    and private.plain_words(d.description) = private.plain_words(p_description)
  order by r.number desc limit 1;
  if found then
    return;
  elsif (
    select count(*) from public.report_details d join public.reports r on r.id = d.report_id
    where d.reporter_id = v_me and r.created_at >= v_today
  ) >= private.most('report') then
    return query select 'too_many_today'::public.create_report_outcome, null::bigint;
    return;
  end if;
  return query
  select * from private.make_report(
    p_id, p_block_id, p_place_id, p_thing, p_is_urgent, p_description, p_access, p_contact, p_photo_paths,
    p_are_photos_shared, v_me, 'reporter');
end
$$;

-- The staff report for somebody without an account, for any place of the building. `contact` is how to reach the person; who it
-- is, nobody is asked.
-- Definer: as create_report.
create or replace function private.create_report_for(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_is_urgent boolean, p_description text,
  p_access public.report_access, p_contact text, p_photo_paths text[]
) returns table (outcome public.create_report_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
begin
  perform pg_advisory_xact_lock(hashtextextended('report' || v_me::text, 0));
  return query select * from private.made_before(p_id);
  if found then
    return;
  elsif not private.has_role(p_block_id, '{consultant,landlord}') then
    return query select 'not_member'::public.create_report_outcome, null::bigint;
    return;
  elsif not private.attempt('report_for', v_me::text) then
    return query select 'too_many_today'::public.create_report_outcome, null::bigint;
    return;
  end if;
  return query
  select * from private.make_report(
    p_id, p_block_id, p_place_id, p_thing, p_is_urgent, p_description, p_access, p_contact, p_photo_paths, false, null,
    case when private.has_role(p_block_id, '{consultant}') then 'consultant' else 'landlord' end::public.report_actor);
end
$$;

-- What waits for the consultant of a building: danger first, then what somebody waits for, then what is the consultant's own;
-- the oldest first in each. At most so many of a kind and in all, with how many there are. Nobody else gets a row.
-- Definer: asks for the role once instead of in every row's policy; reads who voted on paper and was not reached, to say that there is some.
create or replace function private.desk_waiting(p_block_id uuid) returns setof public.waiting_thing
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  return query
  select w.kind, w.id, w.about, w.title, w.body, w.reasons, w.place, w.parent_id, w.number, w.due_at, w.is_urgent, w.amount,
    w.since, w.kind_count, sum(case when w.position = 1 then w.kind_count end) over ()::integer
  from (
    select a.*, row_number() over (partition by a.kind order by a.since, a.id) as position
    from (
      select * from private.waiting_flags(p_block_id)
      union all
      select * from private.waiting_cases(p_block_id)
      union all
      select * from private.waiting_people(p_block_id)
      union all
      select * from private.waiting_own(p_block_id)
    ) a
  ) w
  order by not (w.kind = 'case' and w.is_urgent), w.kind in ('closing', 'unreached', 'draft'), w.since, w.id
  limit private.number('desk_things');
end
$$;

-- The last days of a building in figures, for its consultant; `late_cases` are those of now. Numbers only.
-- Definer: counts rows past their policies, after it has asked for the role itself.
create or replace function private.desk_week(p_block_id uuid)
returns table (
  sign_ups integer, dates_held integer, people_came integer, cases_opened integer, cases_finished integer, late_cases integer,
  join_requests integer, new_members integer
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_from constant timestamptz := now() - private.period('desk_week');
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  return query
  with held as (
    select s.id from public.activity_sessions s join public.activities a on a.id = s.activity_id and a.status = 'published'
    where s.block_id = p_block_id and s.starts_at > v_from and s.starts_at <= now() and s.cancelled_at is null
  )
  select
    (select coalesce(sum(g.party_size), 0)::integer from public.signups g
      where g.block_id = p_block_id and g.created_at > v_from and g.status in ('signed_up', 'offered', 'waitlisted')),
    (select count(*)::integer from held),
    ((select coalesce(sum(c.present_count), 0) from held join public.attendances c on c.session_id = held.id)
      + (select coalesce(sum(h.heads), 0) from held join public.head_counts h on h.session_id = held.id))::integer,
    (select count(*)::integer from public.reports r
      where r.block_id = p_block_id and r.is_open = any ('{true,false}') and r.created_at > v_from),
    (select count(*)::integer from public.reports r
      where r.block_id = p_block_id and r.status in ('fixed', 'confirmed', 'closed') and r.status_changed_at > v_from),
    (select count(*)::integer from public.reports r
      where r.block_id = p_block_id and r.is_open and r.expected_by < private.today()),
    (select count(*)::integer from public.join_requests j
      where j.block_id = p_block_id and j.status = any ('{open,approved,declined}') and j.asked_at > v_from),
    (select count(distinct m.person_id)::integer from public.memberships m
      where m.block_id = p_block_id and m.role = 'resident' and m.ended_at is null and m.started_at > v_from);
end
$$;

-- When somebody is told of what happens at that moment. Definer: reads the settings of others, for triggers and the server.
create or replace function private.due_at(p_person_id uuid, p_kind public.notification_kind, p_at timestamptz) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select case
    when private.is_urgent(p_kind) then p_at
    else private.after_quiet(
      case when s.rhythm = 'gathered' and not private.is_pressing(p_kind) then private.next_gathering(p_at) else p_at end,
      coalesce(s.quiet_from, private.number('quiet_from')), coalesce(s.quiet_to, private.number('quiet_to'))) end
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;

-- Counts one call and says whether it may go on; wrong keys are counted apart. A right key is let in whatever its address tried before:
-- it cannot have been guessed.
-- Definer: counts and looks up keys, which nobody may.
create or replace function private.enter_api(p_secret text, p_address text) returns public.api_entry
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_limit constant private.limits := private.limit_of(case when v_key.id is null then 'api_calls' else 'api_key_calls' end);
  v_calls integer;
begin
  if p_secret is not null and v_key.id is null then
    return case when private.attempt('api_key', p_address) then 'wrong_key' else 'too_many' end;
  end if;
  insert into private.api_calls as c (caller_hash, minute_at)
  values (private.hash_attempt(coalesce(v_key.id::text, p_address)), date_bin(v_limit.per, now(), timestamptz 'epoch'))
  on conflict (minute_at, caller_hash) do update set calls = c.calls + 1
  returning c.calls into v_calls;
  if v_calls > v_limit.most then
    return 'too_many';
  end if;
  if v_key.id is not null and v_key.last_used_on is distinct from private.today() then
    update public.api_keys k set last_used_on = private.today() where k.id = v_key.id;
  end if;
  return case when v_key.id is null then 'nobody' else 'system' end;
end
$$;

-- Lets an open vote go on, once and for a time, with a reason everybody sees. Logged. Definer: writes the poll.
create or replace function private.extend_poll(p_poll_id uuid, p_closes_at timestamptz, p_reason text) returns public.extend_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'open' or v_poll.closes_at <= clock_timestamp() then
    return 'not_open';
  elsif v_poll.extended_at is not null then
    return 'already_extended';
  elsif nullif(btrim(p_reason), '') is null then
    return 'reason_missing';
  elsif p_closes_at is null or p_closes_at <= v_poll.closes_at then
    return 'too_early';
  elsif p_closes_at > v_poll.closes_at + private.period('extension') then
    return 'too_late';
  end if;
  update public.polls p
  set closes_at = p_closes_at, first_closes_at = p.closes_at, extended_at = now(), extension_reason = btrim(p_reason)
  where p.id = p_poll_id;
  -- What was promised for then and later moves by as many days.
  update public.poll_phases f
  set ends_on = f.ends_on + ((p_closes_at at time zone 'Europe/Oslo')::date - (v_poll.closes_at at time zone 'Europe/Oslo')::date)
  where f.poll_id = p_poll_id and f.ends_on >= (v_poll.closes_at at time zone 'Europe/Oslo')::date;
  perform private.log_act(v_poll.block_id, 'extend', 'poll', p_poll_id, btrim(p_reason));
  return 'extended';
end
$$;

-- Gives free places to those who have waited longest. The one place where somebody gets in. The rules:
-- a party gets in whole or not at all, and is passed over only when it does not fit; people waiting come before newcomers;
-- a freed place is given at once when the start is far enough away, and offered for a while when it is not; more places
-- are given at once; fewer throw nobody out; what somebody gives up, declines or lets lapse is over for them.
-- The caller holds the lock of the activity row. p_newcomer: the sign-up that was just made, by p_actor; it is asked for now, so it
-- is never an offer. Places may be fewer than sign-ups (they were lowered): then nobody gets in, and nobody is out.
-- For the definer functions and triggers; granted to nobody.
create or replace function private.fill_places(
  p_activity_id uuid, p_reason public.signup_reason, p_newcomer uuid default null, p_actor public.signup_actor default 'system'
) returns void
language plpgsql set search_path = '' as $$
declare
  v_activity public.activities;
  v_free integer;
  v_start timestamptz := private.next_start(p_activity_id);
  v_waiting record;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id;
  if v_activity.status is distinct from 'published' or v_activity.waitlisted_count = 0 then
    return;
  end if;
  v_free := coalesce(v_activity.capacity - v_activity.signed_up_count - v_activity.offered_count, v_activity.waitlisted_count);
  for v_waiting in
    select s.id, s.party_size from public.signups s
    where s.activity_id = p_activity_id and s.status = 'waitlisted'
    order by s.queue_number
  loop
    exit when v_free <= 0;
    if v_waiting.party_size > v_free then
      if v_waiting.id is distinct from p_newcomer then
        perform private.pass_over(v_waiting.id);
      end if;
      continue;
    end if;
    if v_waiting.id = p_newcomer then
      perform private.set_signup(v_waiting.id, 'signed_up', 'free_place', p_actor);
    elsif v_start is null then
      -- The last date has begun: nobody is called in any more.
      continue;
    elsif p_reason = 'more_places' or v_start > now() + private.period('given_at_once') then
      perform private.set_signup(v_waiting.id, 'signed_up', p_reason, 'system');
      perform private.notify_signup(v_waiting.id, 'place_won');
    else
      perform private.set_signup(v_waiting.id, 'offered', p_reason, 'system', private.offer_end(now(), v_start));
      perform private.notify_signup(v_waiting.id, 'place_offered');
    end if;
    v_free := v_free - v_waiting.party_size;
  end loop;
end
$$;

-- How a try went (error null: well). Given up after the last try, or at once when trying again is no use (is_final). A browser that
-- took its permission back is forgotten, with what waits for it. Only who made this very try may say.
-- Definer: reads and writes what nobody may.
create or replace function private.finish_message(p_id uuid, p_attempts integer, p_error text, p_is_final boolean) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_message public.outbox_messages;
begin
  update public.outbox_messages o set
    status = case
      when p_error is null then 'sent' when p_is_final or o.attempts >= private.number('message_tries') then 'failed' else 'queued' end::public.outbox_status,
    last_error = left(p_error, 100), tried_at = now(),
    failures = o.failures + case when p_error is null then 0 else 1 end,
    finished_at = case when p_error is null or p_is_final or o.attempts >= private.number('message_tries') then now() end,
    next_attempt_at = case when p_error is null then now() else
      now() + least(interval '30 seconds' * 4 ^ (o.attempts - 1), interval '12 hours') * (0.8 + 0.4 * random()) end
  where o.id = p_id and o.attempts = p_attempts and o.status = 'queued' and o.channel <> 'webhook'
  returning * into v_message;
  if v_message.id is null then
    return false;
  elsif p_error is null then
    update public.notifications n set sent_at = now()
    where n.sent_at is null and n.id in (select d.notification_id from private.deliveries d where d.message_id = p_id);
  elsif v_message.channel = 'push' and p_error in ('status 404', 'status 410') then
    delete from public.push_subscriptions s where s.id = v_message.subscription_id;
  end if;
  return true;
end
$$;

-- How a try went (error null: well). After the 8th it is given up; before that the next comes after half a minute, two
-- minutes, eight … at most 12 hours, a fifth more or less. Only who made this very try may say.
-- Definer: reads and writes what nobody may.
create or replace function private.finish_webhook(p_id uuid, p_attempts integer, p_error text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.outbox_messages o set
    status = case when p_error is null then 'sent' when o.attempts >= private.number('message_tries') then 'failed' else 'queued' end::public.outbox_status,
    last_error = left(p_error, 100), tried_at = now(),
    failures = o.failures + case when p_error is null then 0 else 1 end,
    finished_at = case when p_error is null or o.attempts >= private.number('message_tries') then now() end,
    next_attempt_at = case when p_error is null then now() else
      now() + least(interval '30 seconds' * 4 ^ (o.attempts - 1), interval '12 hours') * (0.8 + 0.4 * random()) end
  where o.id = p_id and o.attempts = p_attempts and o.status = 'queued';
  return found;
end
$$;

-- Flags something I can read and have not written. At most twenty a day. Holds the thing, so that flags from three
-- flats at once are counted one after the other: with the third it is hidden until the consultant has looked at it.
-- Definer: writes flags and things, which nobody may.
create or replace function private.flag_thing(p_kind public.thing_kind, p_id uuid, p_reason text) returns public.flag_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
  v_thing public.things := private.lock_thing(p_kind, p_id);
begin
  if v_thing.id is null or v_thing.hidden_at is not null or private.has_role(v_thing.block_id, '{consultant}')
    or v_me in (select private.authors_of(p_id)) then
    return 'not_found';
  elsif private.is_paused(v_thing.block_id) then
    return 'paused';
  elsif exists (select from public.flags f where f.thing_id = p_id and f.flagged_by = v_me and f.resolved_at is null) then
    return 'already_flagged';
  elsif not private.attempt('flag', v_me::text) then
    return 'too_many';
  end if;
  execute format('insert into public.flags (block_id, %I, reason, flagged_by, flat_id) values ($1, $2, $3, $4, $5)', p_kind || '_id')
  using v_thing.block_id, p_id, btrim(p_reason), v_me, (
    select m.flat_id from public.memberships m
    where m.person_id = v_me and m.block_id = v_thing.block_id and m.flat_id is not null and m.ended_at is null
    order by m.flat_id limit 1);
  if private.flats_against(p_id) >= private.number('flats_to_hide') and not private.is_in_open_vote(v_thing) then
    perform private.hide_by_flags(v_thing);
  end if;
  return 'flagged';
end
$$;

-- Whoever got in was not guessing: their earlier attempts no longer count.
-- Definer: deletes attempts, which nobody may see.
create function private.forget_attempts(p_limit text, p_key text) returns void
language sql security definer set search_path = '' as $$
  delete from private.attempts a where a.kind = p_limit and a.key_hash = (select private.attempt_hash(p_key))
$$;

-- Deletes attempts that count for nothing any more: older than the window of their limit, or of a limit there is no more. So no limit can
-- be longer than what it counts is kept. Answers how many. For run_retention_jobs; granted to nobody.
create function private.forget_old_attempts() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  delete from private.attempts a
  where not exists (select from private.limits l where l.what = a.kind and a.attempted_at > now() - l.per);
  get diagnostics v_count = row_count;
  return v_count;
end
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
  delete from private.deliveries d using public.notifications n
  where d.message_id is null and d.due_at <= now() and n.id = d.notification_id
    and not (private.wants(d.person_id, d.channel, n.kind) and private.may_be_told(n));
  with due as materialized (
    select d.id, d.person_id, d.channel, d.subscription_id, private.is_urgent(n.kind) as is_urgent
    from private.deliveries d join public.notifications n on n.id = d.notification_id
    where d.message_id is null and d.due_at <= now() and d.channel = any (p_channels)
      -- the server was away when it was time, and now it is night
      and (private.is_urgent(n.kind) or not private.is_quiet(d.person_id))
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

-- Whether there is an attempt left, without counting one: for what only counts when it was wrong. Granted to nobody.
create function private.has_attempts_left(p_limit text, p_key text) returns boolean
language sql stable set search_path = '' as $$
  select count(*) < (select private.most(p_limit)) from private.attempts a
  where a.kind = p_limit and a.key_hash = (select private.attempt_hash(p_key))
    and a.attempted_at > (select private.window_start(p_limit))
$$;

-- Whether fewer than `secret_voters` could vote in what is a draft or planned, so that nobody is promised secrecy: yes or no, never a number. Null from the
-- opening on, when `entitled` says it, and for a vote I do not see. Definer: counts who lives there.
create or replace function private.has_few_voters(p_poll_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select (select count(*) from private.who_could_vote(p.id)) < private.number('secret_voters')
  from public.polls p
  where p.id = p_poll_id and (
    p.status in ('draft', 'planned') and private.has_role(p.block_id, '{consultant}')
    or p.status = 'planned' and private.has_role(p.block_id, '{resident,partner,landlord}')
  )
$$;

-- The same for what is about to be counted: makes the secret when there is none. Granted to nobody.
create function private.hash_attempt(p_key text) returns text
language plpgsql set search_path = '' as $$
begin
  insert into private.attempt_keys default values on conflict (id) do nothing;
  return private.attempt_hash(p_key);
end
$$;

-- So few ballots that their number, and what stands on them, is told to nobody.
create or replace function private.is_few(p_ballots integer) returns boolean
language sql stable set search_path = '' as $$ select p_ballots between 1 and private.number('small_group') - 1 $$;

-- Whether the auth service takes it.
create or replace function private.is_password(p_password text) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(
    length(p_password) >= private.number('password_least') and octet_length(p_password) <= private.number('password_most'), false)
$$;

-- Whether it is quiet for somebody right now. Definer: reads the settings of others, for the server.
create or replace function private.is_quiet(p_person_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.after_quiet(now(),
    coalesce(s.quiet_from, private.number('quiet_from')), coalesce(s.quiet_to, private.number('quiet_to'))) > now()
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;

-- Uses a code: makes me a member, under the name I choose. The tries of an account are limited.
-- Locks the code row, so that two people can not share its last use.
-- Definer: reads the hash and writes memberships and people, which only this function may.
create or replace function private.join_block(p_code text, p_display_name text, p_locale text) returns public.join_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_code public.join_codes;
  v_membership_id uuid;
begin
  if v_person_id is null then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  if not private.attempt('join', v_person_id::text) then
    return 'too_many_attempts';
  end if;
  select * into v_code from public.join_codes c where c.code_hash = private.code_hash(p_code) for update;
  if not found or v_code.revoked_at is not null or private.is_locked_out(v_person_id, v_code.block_id) then
    return 'wrong_code';
  elsif v_code.expires_at <= now() then
    return 'expired';
  end if;
  if exists (
    select from public.memberships m
    where m.person_id = v_person_id and m.ended_at is null and m.role = v_code.role
      and m.block_id is not distinct from v_code.block_id and m.flat_id is not distinct from v_code.flat_id
  ) then
    return 'already_member';
  elsif v_code.used_count >= v_code.max_uses then
    return 'used_up';
  end if;
  update public.join_codes c set used_count = c.used_count + 1 where c.id = v_code.id;
  insert into public.people (id, display_name, locale) values (v_person_id, btrim(p_display_name), p_locale)
  on conflict (id) do nothing;
  insert into public.memberships (person_id, role, block_id, flat_id)
  values (v_person_id, v_code.role, v_code.block_id, v_code.flat_id)
  returning id into v_membership_id;
  if v_code.role not in ('resident', 'partner') then
    perform private.log_act(v_code.block_id, 'become_' || v_code.role, 'membership', v_membership_id, null);
  end if;
  return 'joined';
end
$$;

-- The periods as the page on privacy prints them; attempts are kept as long as the longest limit counts.
-- Definer: the tables are reached by nobody.
create or replace function private.kept_for() returns table (what text, years integer, months integer, days integer, hours integer)
language sql stable security definer set search_path = '' as $$
  select k.what, extract(year from k.keep)::integer, extract(month from k.keep)::integer, extract(day from k.keep)::integer,
    extract(hour from k.keep)::integer
  from (
    select r.what, r.keep from private.retention_rules r
    union all select 'attempts', max(l.per) from private.limits l
  ) k
  order by k.keep, k.what
$$;

-- The last month that is old enough to be counted: from `counted_on` on the one before this.
create or replace function private.last_full_month() returns date
language sql stable set search_path = '' as $$
  select (date_trunc('month', private.today() - private.number('counted_on') + 1) - interval '1 month')::date
$$;

-- The limit of this name. A name that is not in the table is a mistake. Granted to nobody: definer functions ask.
create function private.limit_of(p_what text) returns private.limits
language plpgsql stable set search_path = '' as $$
declare
  v_limit private.limits;
begin
  select * into v_limit from private.limits l where l.what = p_what;
  if not found then
    raise exception 'no limit %', p_what;
  end if;
  return v_limit;
end
$$;

-- An account without e-mail for somebody in a flat, made with the consultant: user name, password, what to call them. `p_id` becomes
-- the account's own, so that a form sent twice makes one.
-- Definer: writes the tables of the auth service, people and memberships, which nobody may.
create or replace function private.make_account(p_id uuid, p_flat_id uuid, p_user_name text, p_password text, p_display_name text)
returns public.account_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid := (select f.block_id from public.places f where f.id = p_flat_id and f.kind = 'flat');
  v_address constant text := private.mailless_address(p_user_name);
begin
  if private.has_role(v_block_id, '{consultant}') is not true then
    return 'not_found';
  elsif (lower(btrim(p_user_name)) ~ '^[a-z0-9][a-z0-9._-]*$'
      and length(btrim(p_user_name)) between private.number('user_name_least') and private.number('user_name_most')) is not true then
    return 'name_invalid';
  elsif not private.is_password(p_password) then
    return 'password_invalid';
  elsif exists (select from auth.users u join public.memberships m on m.person_id = u.id
      where u.id = p_id and u.email = v_address and m.flat_id = p_flat_id and m.ended_at is null) then
    return 'made';
  end if;
  begin
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
      created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new
    ) values (
      '00000000-0000-0000-0000-000000000000', p_id, 'authenticated', 'authenticated', v_address,
      extensions.crypt(p_password, extensions.gen_salt('bf', 10)), now(),
      '{"provider": "email", "providers": ["email"]}', '{}', now(), now(), '', '', '', ''
    );
  exception when unique_violation then
    return 'name_taken';
  end;
  insert into auth.identities (id, provider, provider_id, user_id, identity_data, created_at, updated_at)
  values (p_id, 'email', p_id::text, p_id,
    jsonb_build_object('sub', p_id, 'email', v_address, 'email_verified', true, 'phone_verified', false), now(), now());
  insert into public.people (id, display_name) values (p_id, btrim(p_display_name));
  insert into public.memberships (person_id, role, block_id, flat_id) values (p_id, 'resident', v_block_id, p_flat_id);
  perform private.log_act(v_block_id, 'make_account', 'flat', p_flat_id, null);
  return 'made';
end
$$;

-- Makes a key and answers it, not shown again; null for everybody but the landlord, and beyond the most keys in use. Logged.
-- Definer: writes the hash, which nobody may.
create or replace function private.make_api_key(p_name text, p_scopes public.api_scope[]) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret text := 'bomiljo_' || encode(extensions.gen_random_bytes(32), 'hex');
  v_id uuid;
begin
  if not exists (select from private.my_block_ids('{landlord}'))
    or (select count(*) from public.api_keys k where k.revoked_at is null) >= private.number('api_keys') then
    return null;
  end if;
  insert into public.api_keys (name, scopes, key_hash)
  values (
    btrim(p_name), array(select distinct s from unnest(p_scopes) s order by s),
    encode(sha256(convert_to(v_secret, 'UTF8')), 'hex')
  )
  returning id into v_id;
  perform private.log_act(null, 'add', 'api_key', v_id, null);
  return v_secret;
end
$$;

-- Draws a code and keeps its hash: for a flat, or (without) for another role; see may_appoint (residents/people.sql). Roles for all buildings have none.
-- Answers the code as it is printed (XXXX-XXXX-XXXX): it is not shown again.
-- Definer: writes the hash, which nobody may write or read. Raises 42501 when the caller may not.
create or replace function private.make_join_code(
  p_block_id uuid, p_flat_id uuid, p_max_uses integer, p_valid_days integer, p_role public.member_role
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_code text := private.draw_code(private.number('join_code_signs'));
  v_id uuid;
begin
  if private.may_appoint(p_block_id, p_role) is not true then
    raise exception using errcode = '42501', message = 'not allowed to make this code';
  end if;
  insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
  values (
    p_block_id, p_role, p_flat_id, private.code_hash(v_code), p_max_uses,
    now() + make_interval(days => least(greatest(p_valid_days, 1), private.number('code_days'))), (select auth.uid())
  ) returning id into v_id;
  perform private.log_act(p_block_id, 'make_code_for_' || p_role, 'join_code', v_id, null);
  return v_code;
end
$$;

-- New codes for the flats of a building (p_place_id null), of a stair, or for one flat; the old ones die. With p_only_empty
-- only where nobody has joined yet. Answers each flat with its code as printed, once: none when this id was used before,
-- there is no such flat, or I am not the consultant here. At most 1000 flats.
-- Two at once wait for each other, so that exactly one code of a flat lives.
-- Definer: writes hashes, which nobody may.
create or replace function private.make_letters(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_only_empty boolean, p_max_uses integer, p_valid_days integer
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  v_expires_at constant timestamptz := now() + make_interval(days => least(greatest(p_valid_days, 1), private.number('code_days')));
  v_flat record;
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  perform from public.blocks b where b.id = p_block_id for no key update;
  insert into private.letter_batches (id, block_id) values (p_id, p_block_id) on conflict (id) do nothing;
  if not found then
    return;
  end if;
  for v_flat in
    select f.id from private.flats_of(p_block_id, p_place_id) f
    where not coalesce(p_only_empty, false) or not exists (
      select from public.memberships m where m.flat_id = f.id and m.ended_at is null)
    order by f.position, f.name limit 1000
  loop
    update public.join_codes c set revoked_at = now() where c.flat_id = v_flat.id and c.revoked_at is null;
    flat_id := v_flat.id;
    join_code := private.draw_code(private.number('join_code_signs'));
    expires_at := v_expires_at;
    insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
    values (p_block_id, 'resident', v_flat.id, private.code_hash(join_code), p_max_uses, v_expires_at, (select auth.uid()));
    return next;
  end loop;
  if flat_id is not null then
    perform private.log_act(p_block_id, 'make_letters', case when p_place_id is null then 'block' else 'place' end,
      coalesce(p_place_id, p_block_id), null);
  end if;
end
$$;

-- Makes a case, or answers the case that the same person made before with this id.
-- p_reporter_id: null when nobody with an account reports it. p_photo_paths: files already stored in the caller's own folder,
-- at most 4. Where an outage is posted for this thing at this place, the new case is merged into it at once.
-- Granted to nobody: the callers have decided who may, and hold a lock of the person.
create or replace function private.make_report(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_is_urgent boolean, p_description text,
  p_access public.report_access, p_contact text, p_photo_paths text[], p_are_photos_shared boolean,
  p_reporter_id uuid, p_role public.report_actor
) returns table (outcome public.create_report_outcome, number bigint)
language plpgsql set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_kind public.place_kind;
  v_report public.reports;
  v_outage public.reports;
begin
  select p.kind into v_kind from public.places p where p.id = p_place_id and p.block_id = p_block_id;
  if not found then
    return query select 'wrong_place'::public.create_report_outcome, null::bigint;
    return;
  elsif not exists (select from public.report_things t where t.thing = p_thing and t.place_kind = v_kind) then
    return query select 'wrong_thing'::public.create_report_outcome, null::bigint;
    return;
  elsif cardinality(p_photo_paths) > private.number('report_photos') or exists (
    select from unnest(p_photo_paths) path
    where split_part(path, '/', 1) is distinct from v_me::text
      or not private.hold_photo(path)
  ) then
    return query select 'wrong_photo'::public.create_report_outcome, null::bigint;
    return;
  end if;

  insert into public.reports as r (id, block_id, place_id, place_kind, thing, is_urgent, are_photos_shared, expected_by)
  values (
    p_id, p_block_id, p_place_id, v_kind, p_thing, p_is_urgent, coalesce(p_are_photos_shared, false) and v_kind <> 'flat',
    private.expected_by(p_thing, p_is_urgent)
  )
  on conflict do nothing
  returning r.* into v_report;
  if v_report.id is null then -- somebody else, at the same moment
    return query select 'id_taken'::public.create_report_outcome, null::bigint;
    return;
  end if;
  insert into public.report_details (report_id, block_id, reporter_id, description, access, contact)
  values (
    p_id, p_block_id, p_reporter_id, private.trimmed(p_description),
    case when v_kind = 'flat' then coalesce(p_access, 'call_first') end, nullif(private.trimmed(p_contact), '')
  );
  insert into public.report_photos (report_id, block_id, position, path)
  select p_id, p_block_id, row_number() over (order by min(o)) - 1, path
  from unnest(p_photo_paths) with ordinality u (path, o) group by path;
  v_report.status := null; -- it comes from nothing
  perform private.write_report_event(v_report, p_role, 'status', 'received');
  v_report.status := 'received';

  select r.* into v_outage from public.outages o join public.reports r on r.id = o.report_id
  where o.place_id = p_place_id and o.thing = p_thing and o.ended_at is null and r.id <> p_id for update of r;
  if found and v_outage.is_open then
    perform private.move_into(v_report, v_outage, 'system');
  end if;
  return query select 'created'::public.create_report_outcome, v_report.number;
end
$$;

-- A slip that signs this member in once while it holds; earlier ones of the member die. Answers its code, once: null when
-- this id was used before, or I may not. Logged, and told.
-- Definer: writes the hash, which nobody may read.
create or replace function private.make_slip(p_id uuid, p_membership_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_slip constant text := private.draw_code(private.number('slip_signs'));
begin
  perform from public.memberships m where m.id = p_membership_id for update;
  if not private.may_help_in(p_membership_id) or exists (select from private.sign_in_slips s where s.id = p_id) then
    return null;
  end if;
  delete from private.sign_in_slips s where s.membership_id = p_membership_id and s.used_at is null
    or s.expires_at < now() - (select private.keep('sign_in_slips'));
  insert into private.sign_in_slips (id, membership_id, slip_hash, expires_at)
  values (p_id, p_membership_id, private.code_hash(v_slip), now() + private.period('slip'));
  perform private.tell_of_help(p_membership_id, 'make_slip', 'account_slip');
  return v_slip;
end
$$;

-- Marks up to 200 files that were stored or chosen again more than 24 hours ago (with some storage services also: shown) and
-- that no report and no draft points to, and answers their names, oldest first. Looks at all files, so it does at most every ten minutes;
-- in between, and to a second caller at the same time, it answers none. A file that somebody holds is left for the next time.
-- Definer: sees every file and every photo.
create or replace function private.mark_abandoned_photos() returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[];
  v_names text[];
begin
  if not private.attempt('photo_cleanup', 'all') then
    return;
  end if;
  delete from private.photo_removals r where r.marked_at < now() - interval '1 hour';
  v_ids := array(
    select o.id from storage.objects o
    where o.bucket_id = 'report-photos' and greatest(o.created_at, o.last_accessed_at) < now() - (select private.keep('unsent_photos'))
      and not exists (select from public.report_photos p where p.path = o.name)
      and not exists (select from private.photo_removals r where r.path = o.name)
      and not exists (select from private.photo_moves m where o.name in (m.path_from, m.path_to))
      and not exists (
        select from public.report_drafts d
        where d.person_id::text = split_part(o.name, '/', 1)
          and strpos(d.photos, substring(o.name from '/(.*)\.webp$')) > 0)
    order by o.created_at limit 200
  );
  v_names := array(select o.name from storage.objects o where o.id = any (v_ids) for update skip locked);
  -- Asked again under the lock: meanwhile a report may point to it, or somebody has chosen it again.
  return query
  insert into private.photo_removals as r (path)
  select o.name from storage.objects o
  where o.bucket_id = 'report-photos' and o.name = any (v_names)
    and greatest(o.created_at, o.last_accessed_at) < now() - (select private.keep('unsent_photos'))
    and not exists (select from public.report_photos p where p.path = o.name)
    and not exists (select from private.photo_moves m where o.name in (m.path_from, m.path_to))
  on conflict do nothing
  returning r.path;
end
$$;

-- As mark_abandoned_photos (reports/photos.sql), for pictures of what all share: those of forms that nobody sent for 24 hours, and
-- of what is not there any more. Definer: sees every file and every picture.
create or replace function private.mark_abandoned_space_photos() returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_names text[];
begin
  if not private.attempt('space_photo_cleanup', 'all') then
    return;
  end if;
  delete from private.photo_removals r where r.marked_at < now() - interval '1 hour';
  v_names := array(
    select o.name from storage.objects o
    where o.bucket_id = 'space-photos' and o.created_at < now() - (select private.keep('unsent_photos'))
      and not private.is_space_photo_used(o.name)
      and not exists (select from private.photo_removals r where r.path = o.name)
    order by o.created_at limit 200
  );
  v_names := array(
    select o.name from storage.objects o
    where o.bucket_id = 'space-photos' and o.name = any (v_names) for update skip locked
  );
  -- Asked again under the lock: meanwhile something may point to it.
  return query
  insert into private.photo_removals as r (path)
  select n from unnest(v_names) n where not private.is_space_photo_used(n)
  on conflict do nothing
  returning r.path;
end
$$;

-- Whether I may store one more file today: somebody who belongs to a building, for an account costs nothing. Not by an address signed
-- beforehand: nothing is asked when a file is sent there, so that a thousand addresses signed in the morning would be a thousand files.
-- (Storage asks before a file is sent and notes it after: some that are sent at the very same time pass over the limit together. No lock
-- here outlives the question.)
-- Definer: counts my files whatever the policies of storage.objects say (they call this).
create or replace function private.may_store_photo() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(current_setting('storage.operation', true), '') not like '%sign_upload_url'
    and exists (select from private.my_block_ids('{resident,partner,consultant,landlord}'))
    and (select private.most('report_photo')) > (
      select count(*) from storage.objects o
      where o.bucket_id = 'report-photos' and o.name like (select auth.uid())::text || '/%'
        and o.created_at > (select private.window_start('report_photo'))
    )
$$;

-- Whether I may store one more file today: somebody who belongs to a building, within the limit, and not by an address signed
-- beforehand (see may_store_photo, reports/photos.sql).
-- Definer: counts my files whatever the policies of storage.objects say (they call this).
create or replace function private.may_store_space_photo() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(current_setting('storage.operation', true), '') not like '%sign_upload_url'
    and exists (select from private.my_block_ids('{resident,consultant,landlord}'))
    and (select private.most('space_photo')) > (
      select count(*) from storage.objects o
      where o.bucket_id = 'space-photos' and o.owner_id = (select auth.uid())::text
        and o.created_at > (select private.window_start('space_photo'))
    )
$$;

-- Whether I may try a receipt: not after too many wrong ones.
create or replace function private.may_try_receipt(p_poll_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.has_attempts_left('receipt', (select auth.uid())::text || p_poll_id)
$$;

-- Whether I may be called this. After too many that were taken none is free: nobody finds out by trying who lives here.
-- Granted to nobody.
create or replace function private.may_use_alias(p_block_id uuid, p_alias text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_me constant text := (select auth.uid())::text;
begin
  if nullif(btrim(p_alias), '') is null then
    return true;
  elsif not private.has_attempts_left('alias', v_me) then
    return false;
  elsif private.is_alias_taken(p_block_id, p_alias) then
    perform private.attempt('alias', v_me);
    return false;
  end if;
  return true;
end
$$;

-- The median of a small group of numbers of days at least, to a tenth; fewer: null, none at all: no row.
create or replace function private.median_told(p_days double precision[]) returns table (value numeric)
language sql stable set search_path = '' as $$
  select case when count(*) >= private.number('small_group') then round((percentile_cont(0.5) within group (order by d))::numeric, 1) end
  from unnest(p_days) d having count(*) > 0
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
    perform private.tell_author(v_thing, case when p_act in ('pause', 'lift_pause') then 'account_paused' else 'account_moderated' end,
      v_entry_id);
  end if;
  return 'done';
end
$$;

-- How many times. For limits that are counted from rows of their own: `(select private.most('…'))` in a query. Granted to nobody.
create function private.most(p_what text) returns integer
language sql stable set search_path = '' as $$ select (private.limit_of(p_what)).most $$;

-- The next hour of gathering in Oslo, for those who want messages gathered.
create or replace function private.next_gathering(p_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select min(c.at at time zone 'Europe/Oslo')
  from (
    select (p_at at time zone 'Europe/Oslo')::date + make_interval(days => d, hours => private.number(h)) as at
    from unnest('{gathered_morning,gathered_afternoon}'::text[]) h, generate_series(0, 1) d
  ) c
  where c.at > p_at at time zone 'Europe/Oslo'
$$;

-- How many accounts have read each notice of my building, for its consultant. Fewer than a small group are not told (null): of a
-- notice to one flat the number would say who.
-- Definer: counts hashes that nobody may see.
create or replace function private.notice_read_counts(p_block_id uuid) returns table (notice_id uuid, readers integer)
language sql stable security definer set search_path = '' as $$
  select n.id, case when c.count >= private.number('small_group') then c.count end
  from public.notices n
  cross join lateral (
    select coalesce(n.reader_count, (select count(*)::integer from private.notice_readers r where r.notice_id = n.id)) as count
  ) c
  where n.block_id = p_block_id and private.has_role(p_block_id, '{consultant}')
  order by n.published_at desc nulls first limit 200
$$;

-- The number of this name. A name that is not in the table is a mistake.
-- Definer: defaults of columns, triggers and invoker functions ask too, as people who reach no table of this schema.
create function private.number(p_what text) returns integer
language plpgsql stable security definer set search_path = '' as $$
declare
  v_value constant integer := (select n.value from private.numbers n where n.what = p_what);
begin
  if v_value is null then
    raise exception 'no number %', p_what;
  end if;
  return v_value;
end
$$;

-- "Ikke fikset" from a neighbour in a common place, while it is not too late: with enough flats the case opens again. Somebody who works in
-- the building counts as a flat of their own. Locks the case, so that the second is judged with the first.
-- Definer: reads the others' objections, and writes the case.
create or replace function private.object_report(p_report_id uuid) returns public.object_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_report public.reports;
begin
  if not private.sees_as_neighbour(p_report_id) then
    return 'not_found';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if p_report_id in (select private.my_report_ids()) or not exists (
    select from public.report_transitions t
    where t.from_status = v_report.status and t.to_status = 'reopened' and t.role = 'neighbour'
  ) then
    return 'not_allowed';
  elsif v_report.status_changed_at < now() - private.period('objection') then
    return 'too_late';
  end if;
  insert into public.report_objections (report_id, person_id, flat_id)
  values (p_report_id, v_me, (
    select m.flat_id from public.memberships m
    where m.person_id = v_me and m.block_id = v_report.block_id and m.ended_at is null and m.flat_id is not null
    order by m.flat_id limit 1
  ))
  on conflict do nothing;
  if not found then
    return 'unchanged';
  elsif (
    select count(distinct coalesce(o.flat_id, o.person_id)) from public.report_objections o where o.report_id = p_report_id
  ) < private.number('flats_to_reopen') then
    return 'counted';
  end if;
  perform private.set_report_status(v_report, 'reopened', 'neighbour');
  return 'reopened';
end
$$;

-- Until when an offer made at p_now holds: an end in the quiet hours (messages/settings.sql) waits for the morning; never past the
-- start. For the definer functions; granted to nobody.
create or replace function private.offer_end(p_now timestamptz, p_starts_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select least(p_starts_at,
    private.after_quiet(p_now + private.period('offer'), private.number('quiet_from'), private.number('quiet_to')))
$$;

-- A case from a system with the scope 'create'. The same key and reference is one case, whatever it says; without a
-- reference each is a new one. The place is its id, else its written address.
-- Definer: writes tables that nobody may write to. Only the server may call it, which has counted the call.
create or replace function private.open311_create(
  p_secret text, p_reference text, p_block_slug text, p_place_id uuid, p_address text, p_kind public.place_kind, p_thing public.report_thing,
  p_description text, p_access public.report_access, p_is_urgent boolean, p_contact text
) returns table (outcome public.open311_create_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_id uuid := coalesce(md5('open311/' || v_key.id || '/' || nullif(p_reference, ''))::uuid, gen_random_uuid());
  v_place_ids uuid[] := case when p_place_id is null then array(select private.places_at(p_address)) else array[p_place_id] end;
  v_place public.places;
  v_number bigint;
begin
  if 'create' = any (v_key.scopes) is not true then
    return query select 'wrong_key'::public.open311_create_outcome, null::bigint;
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('open311' || v_id, 0));
  select r.number into v_number from public.reports r where r.id = v_id;
  if found then
    return query select 'created'::public.open311_create_outcome, v_number;
    return;
  end if;
  select p.* into v_place from public.places p join public.blocks b on b.id = p.block_id
  where p.id = v_place_ids[1] and coalesce(b.slug = p_block_slug, true);
  if not found or cardinality(v_place_ids) > 1 or v_place.kind <> p_kind then
    return query select (case when cardinality(v_place_ids) > 1 then 'place_ambiguous'
      when v_place.id is null then 'place_unknown' else 'wrong_place' end)::public.open311_create_outcome, null::bigint;
    return;
  end if;
  if not private.attempt('open311_create', v_key.id::text) then
    return query select 'too_many_today'::public.open311_create_outcome, null::bigint;
    return;
  end if;
  select m.number into v_number
  from private.make_report(
    v_id, v_place.block_id, v_place.id, p_thing, p_is_urgent, p_description, p_access, p_contact, '{}', false, null, 'landlord') m;
  return query select 'created'::public.open311_create_outcome, v_number where v_number is not null
  union all select 'wrong_place', null where v_number is null;
end
$$;

-- What the landlord's system says of a case: a new status (null: as it was) as the landlord, and a text. With a new status it
-- is for everyone who sees the case, as on the landlord's own page; alone it is a message to the resident. The same key, case and reference is done once.
-- Definer: locks and writes tables that nobody may write to. Only the server may call it, which has counted the call.
create or replace function private.open311_update(
  p_secret text, p_number bigint, p_reference text, p_to public.report_status, p_waiting_for public.report_wait, p_text text
) returns table (outcome public.open311_update_outcome, update_id text)
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_report public.reports;
  v_rule public.report_transitions;
  v_changes boolean;
  v_outcome public.open311_update_outcome := 'done';
  v_event_id bigint;
begin
  if 'update' = any (v_key.scopes) is not true then
    return query select 'wrong_key'::public.open311_update_outcome, null::text;
    return;
  end if;
  select * into v_report from public.reports r where r.number = p_number for update;
  if not found then
    return query select 'not_found'::public.open311_update_outcome, null::text;
    return;
  end if;
  select u.event_id into v_event_id from public.report_updates u
  where u.api_key_id = v_key.id and u.report_id = v_report.id and u.reference = p_reference;
  if found then
    return query select 'done'::public.open311_update_outcome, coalesce(v_event_id::text, p_reference);
    return;
  end if;
  v_changes := p_to <> v_report.status or p_to = 'waiting' and p_waiting_for <> v_report.waiting_for;
  if v_changes then
    select * into v_rule from public.report_transitions t
    where t.from_status = v_report.status and t.to_status = p_to and t.role = 'landlord' and 'merged' not in (t.from_status, t.to_status);
    v_outcome := case when not found then 'not_allowed' when v_rule.is_reason_required and p_text is null then 'reason_missing'
      when p_to = 'waiting' and p_waiting_for is null then 'waiting_for_missing' else 'done' end;
  end if;
  if v_outcome = 'done' and not private.attempt('open311_update', v_key.id::text) then
    v_outcome := 'too_many_today';
  end if;
  if v_outcome <> 'done' then
    return query select v_outcome, null::text;
    return;
  end if;
  if v_changes then
    perform private.set_report_status(v_report, p_to, 'landlord', p_text, case when p_to = 'waiting' then p_waiting_for end);
    select max(e.id) into v_event_id from public.report_events e
    where e.report_id = v_report.id and e.block_id = v_report.block_id and e.kind = 'status';
  elsif p_text is not null then
    perform private.write_report_message(gen_random_uuid(), v_report, 'landlord', 'resident', p_text);
  end if;
  insert into public.report_updates (api_key_id, report_id, reference, event_id)
  values (v_key.id, v_report.id, p_reference, v_event_id);
  return query select 'done'::public.open311_update_outcome, coalesce(v_event_id::text, p_reference);
end
$$;

-- Pauses a resident or a partner, or (p_days null) ends the pause that was given so. It neither says nor changes whether the same
-- person has a pause for a thing. Locks the membership. Logged. Definer: pauses and memberships are not writable.
create or replace function private.pause_member(p_membership_id uuid, p_days integer, p_reason text) returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.memberships;
  v_reason text := nullif(btrim(p_reason), '');
  v_pause_id uuid;
  v_entry_id uuid;
begin
  select * into v_member from public.memberships m where m.id = p_membership_id and m.ended_at is null for no key update;
  if not found or v_member.role not in ('resident', 'partner') or not private.has_role(v_member.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null then
    return 'reason_missing';
  end if;
  select p.id into v_pause_id from public.pauses p
  where p.membership_id = p_membership_id and p.lifted_at is null and p.ends_at > now();
  if (p_days is null) = (v_pause_id is null) then
    return 'nothing_to_do';
  elsif p_days is null then
    update public.pauses p set lifted_at = now() where p.id = v_pause_id;
  elsif p_days not between 1 and private.number('pause_days') then
    return 'days_missing';
  else
    insert into public.pauses (block_id, membership_id, reason, ends_at)
    values (v_member.block_id, p_membership_id, v_reason, now() + make_interval(days => p_days)) returning id into v_pause_id;
    insert into private.paused_people (pause_id, person_id) values (v_pause_id, v_member.person_id);
  end if;
  v_entry_id := private.log_act(v_member.block_id, case when p_days is null then 'lift_pause' else 'pause' end,
    'membership', p_membership_id, v_reason);
  insert into public.notifications (person_id, block_id, kind, subject)
  values (v_member.person_id, v_member.block_id, 'account_paused', v_entry_id::text);
  return 'done';
end
$$;

-- How long this lasts. Otherwise as private.number. In a query over many rows as `(select private.period('…'))`: asked once.
-- Definer: as private.number.
create function private.period(p_what text) returns interval
language plpgsql stable security definer set search_path = '' as $$
declare
  v_lasts constant interval := (select p.lasts from private.periods p where p.what = p_what);
begin
  if v_lasts is null then
    raise exception 'no period %', p_what;
  end if;
  return v_lasts;
end
$$;

-- Votes counted in these days and their turnout together, from the one outlet of votes; told when a small group voted at least, and another
-- did not. And what came of votes: follow-ups that were finished.
create or replace function private.poll_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  with counted as (
    select array(select p.id from public.polls p
      where p.block_id = p_block_id and p.status = 'closed' and p.counted_at >= p_from and p.counted_at < p_to) as ids
  ), turnouts as (
    select distinct t.poll_id, t.entitled, t.voted from counted c cross join lateral private.tell_polls(c.ids, array[p_block_id]) t
  ), turnout as (
    -- Of few ballots the number is not told: such a vote is in neither sum.
    select sum(t.entitled) filter (where t.voted is not null) as entitled, sum(t.voted) as voted,
      least(sum(t.voted), sum(t.entitled - t.voted)) >= private.number('small_group') as is_told
    from turnouts t having count(*) > 0
  )
  select 'votes_counted'::public.figure_metric, private.unless_few(cardinality(c.ids)) from counted c
  union all select 'could_vote', case when t.is_told then t.entitled end from turnout t
  union all select 'voted', case when t.is_told then t.voted end from turnout t
  union all select 'follow_ups_done', private.unless_few(count(*)) from public.follow_ups f
    where f.block_id = p_block_id and f.status = 'done' and f.closed_at >= p_from and f.closed_at < p_to
$$;

-- Sends an idea to the consultant. p_id is the form's own key: the same form sent twice is one proposal. Few
-- of mine may wait at a time; my own row is locked, so that ten at once are counted one after the other.
-- Definer: writes tables nobody may write, and sees any proposal that has the key already.
create or replace function private.propose(
  p_id uuid, p_block_id uuid, p_title text, p_body text, p_kind public.proposal_kind, p_place_id uuid, p_alias text,
  p_rough_cost_nok integer, p_photo_path text, p_photo_text text
) returns public.propose_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_place_kind public.place_kind;
begin
  if not private.has_role(p_block_id, '{resident}') then
    return 'not_allowed';
  end if;
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (select from public.proposal_authors a where a.proposal_id = p_id and a.person_id = v_person_id) then
    return 'proposed';
  elsif exists (select from public.proposals p where p.id = p_id) then
    return 'not_allowed';
  elsif private.is_paused(p_block_id) then
    return 'paused';
  elsif (
    select count(*) from public.proposal_authors a join public.proposals p on p.id = a.proposal_id
    where a.person_id = v_person_id and p.status = 'pending'
  ) >= private.number('proposals_waiting') then
    return 'too_many_pending';
  end if;
  select p.kind into v_place_kind from public.places p
  where p.id = p_place_id and p.block_id = p_block_id and p.kind not in ('flat', 'floor');
  if p_place_id is not null and v_place_kind is null then
    return 'not_allowed';
  elsif p_photo_path is not null and (
    not private.hold_space_photo(p_photo_path) or private.is_space_photo_used(p_photo_path)
  ) then
    return 'wrong_photo';
  elsif not private.may_use_alias(p_block_id, p_alias) then
    return 'alias_taken';
  end if;
  insert into public.proposals (id, block_id, title, body, kind, place_id, place_kind, alias, rough_cost_nok)
  values (p_id, p_block_id, btrim(p_title), btrim(p_body), p_kind, p_place_id, v_place_kind, nullif(btrim(p_alias), ''),
    p_rough_cost_nok);
  insert into public.proposal_authors (proposal_id, person_id) values (p_id, v_person_id);
  if p_photo_path is not null then
    insert into public.proposal_photos (proposal_id, path, alternative_text)
    values (p_id, p_photo_path, btrim(coalesce(p_photo_text, '')));
  end if;
  return 'proposed';
end
$$;

-- Proposes an activity to the consultant: a resident or a partner, who becomes its host. At most 5 wait at a time.
-- Definer: writes the status and the host, which nobody may. Never a flat: nobody's home stands on a public page.
create or replace function private.propose_activity(p_activity jsonb, p_sessions jsonb, p_series jsonb) returns public.activity_propose_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid := (p_activity ->> 'id')::uuid;
  v_block_id uuid := (p_activity ->> 'block_id')::uuid;
begin
  if not private.has_role(v_block_id, '{resident,partner}') then
    return 'not_member';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('propose_activity' || (select auth.uid())::text, 0));
  if exists (select from public.activities a where a.id = v_id) then
    return 'already_proposed';
  elsif private.is_paused(v_block_id) then
    return 'paused';
  elsif (
    select count(*) from public.activity_hosts h join public.activities a on a.id = h.activity_id
    where h.person_id = (select auth.uid()) and a.status = 'proposed'
  ) >= private.number('activities_waiting') then
    return 'too_many';
  elsif exists (select from public.places p where p.id = (p_activity ->> 'place_id')::uuid and p.kind = 'flat') then
    raise exception using errcode = '42501', message = 'an activity is not in a flat';
  end if;
  perform public.create_activity(p_activity, p_sessions, p_series);
  update public.activities a set status = 'proposed' where a.id = v_id;
  insert into public.activity_hosts (activity_id, block_id, person_id) values (v_id, v_block_id, (select auth.uid()));
  return 'proposed';
end
$$;

-- What is told of a month's answers: nothing but that they were few under `pulse_answers`. From then on how many answered, and the three answers when each
-- is of a small group; else two neighbouring answers are told as one, so that both parts are; where that can not be, no answer.
-- Granted to nobody, like the next one.
create or replace function private.pulse_told(p_good integer, p_ok integer, p_bad integer) returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  with few as (
    select private.number('pulse_answers') as answers, private.number('small_group') as one_answer
  ), p as (
    select p_good as good, p_ok as ok, p_bad as bad, p_good + p_ok + p_bad as answers, case
      when p_good + p_ok + p_bad < few.answers then 'none'
      when least(p_good, p_ok, p_bad) >= few.one_answer then 'all'
      when least(p_good, p_ok + p_bad) >= few.one_answer then 'good'
      when least(p_good + p_ok, p_bad) >= few.one_answer then 'bad'
      else 'none' end as told
    from few
  )
  select 'pulse_answers'::public.figure_metric, (case when p.answers >= few.answers then p.answers end)::numeric from p, few
  union all select 'pulse_good', p.good from p where p.told in ('all', 'good')
  union all select 'pulse_ok', p.ok from p where p.told = 'all'
  union all select 'pulse_bad', p.bad from p where p.told in ('all', 'bad')
  union all select 'pulse_good_or_ok', p.good + p.ok from p where p.told = 'bad'
  union all select 'pulse_ok_or_bad', p.ok + p.bad from p where p.told = 'good'
$$;

-- Tells those who answer for a follow-up that its day has passed, and again after a period: the landlord's people, or the consultants of the
-- building. At most 500 at a time. Answers how many follow-ups.
-- Definer: reads who works where, and writes notifications.
create or replace function private.push_late_follow_ups() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups;
  v_count integer := 0;
begin
  for v_follow_up in
    select f.* from public.follow_ups f
    where f.next_on < private.today()
      and exists (select from public.polls p where p.id = f.poll_id and p.counted_at is not null)
      and (f.told_late_at is null or f.told_late_at <= now() - (select private.period('late_follow_up')))
    order by f.next_on, f.poll_id limit 500 for update skip locked
  loop
    update public.follow_ups f set told_late_at = now() where f.poll_id = v_follow_up.poll_id;
    perform private.notify_follow_up_late(v_follow_up);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

-- Votes that are over, with paper ballots that nobody has counted: the consultants are told at once, and again after each period (of days).
-- Answers how many were told. Definer: writes notifications.
create or replace function private.push_uncounted_polls() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select distinct m.person_id, p.block_id, 'poll_uncounted'::public.notification_kind,
    p.id || ':' || (private.today() - (p.closed_at at time zone 'Europe/Oslo')::date)
      / extract(day from private.period('uncounted_poll'))::integer, p.id
  from public.polls p join public.memberships m on m.block_id = p.block_id and m.role = 'consultant' and m.ended_at is null
  where p.status = 'closed' and p.counted_at is null
  order by m.person_id
  on conflict (person_id, kind, subject) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Reminds everybody who was signed up before today of what starts today, from the end of the quiet hours on, until it starts.
-- A date that is moved to another day is another thing: the day is part of the subject.
-- Answers how many are new. Definer: reads all sign-ups and writes notifications.
create or replace function private.remind_of_today() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if private.after_quiet(now(), private.number('quiet_from'), private.number('quiet_to')) > now() then
    return 0;
  end if;
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, session_id, signup_id)
  select g.person_id, s.block_id, 'session_today', s.id || ':' || private.today(), s.activity_id, s.id, g.id
  from public.activity_sessions s
  join public.activities a on a.id = s.activity_id and a.status = 'published' and a.hidden_at is null
  join public.signups g on g.activity_id = a.id and g.status = 'signed_up' and g.person_id is not null
  where s.cancelled_at is null and s.starts_at > now()
    and s.starts_at < (private.today() + 1)::timestamp at time zone 'Europe/Oslo'
    and g.signed_up_at < private.today()::timestamp at time zone 'Europe/Oslo'
  order by a.id, s.id, g.id -- several at once never wait for each other in a circle
  on conflict (person_id, kind, subject) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Somebody, with or without an account, wants this picture removed. It is hidden at once, until the consultant has looked at
-- it; after that another wish is only noted. Beyond so many that wait to be read more say nothing new. The server asks first whether
-- that person may see the picture, and counts the wishes of a network address. Tells the consultant, once per notice and day.
-- Definer: writes a table that nobody may write.
create or replace function private.request_photo_removal(p_notice_id uuid, p_path text, p_reason text) returns public.photo_request_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_photo public.notice_photos;
begin
  -- The notice first, as everybody who changes one does: nobody waits in a circle.
  perform from public.notices n where n.id = p_notice_id for key share;
  select * into v_photo from public.notice_photos p where p.notice_id = p_notice_id and p.path = p_path for update;
  if not found then
    return 'not_found';
  end if;
  insert into public.notice_photo_requests (notice_id, block_id, reason)
  select p_notice_id, v_photo.block_id, nullif(btrim(p_reason), '')
  where private.number('photo_requests') > (select count(*) from public.notice_photo_requests r where r.notice_id = p_notice_id);
  update public.notice_photos p set hidden_at = coalesce(p.hidden_at, now())
  where p.notice_id = p_notice_id and p.reviewed_at is null;
  perform private.tell_of_photo_request(p_notice_id, v_photo.block_id);
  return case when v_photo.reviewed_at is null then 'hidden' else 'noted' end;
end
$$;

-- All of the above and old cases (reports/forgetting.sql), not more often than its limit: it looks at whole tables. In between, and to a
-- second caller at the same time, nothing.
-- Definer: counts the calls.
create or replace function private.run_retention_jobs() returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.attempt('retention', 'all') then
    return '{}';
  end if;
  return private.forget_old_rows()
    || jsonb_build_object('forgotten_cases', private.forget_closed_cases(), 'forgotten_accounts', private.forget_accounts(),
      'forgotten_attempts', private.forget_old_attempts());
end
$$;

-- Writes, changes or (without words) takes away what letters say in a language. Logged. Locks the building, so that two at
-- once are not four languages.
-- Definer: writes a table that nobody may write.
create or replace function private.save_letter_text(p_block_id uuid, p_language text, p_body text) returns public.letter_text_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_body constant text := nullif(btrim(p_body), '');
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return 'not_allowed';
  end if;
  perform from public.blocks b where b.id = p_block_id for no key update;
  if v_body is not null and (
    select count(*) from public.letter_texts t where t.block_id = p_block_id and t.language <> p_language
  ) >= private.number('letter_texts') then
    return 'too_many';
  end if;
  perform private.log_act(p_block_id, 'write_letter_text', 'block', p_block_id, p_language);
  if v_body is null then
    delete from public.letter_texts t where t.block_id = p_block_id and t.language = p_language;
    return 'removed';
  end if;
  insert into public.letter_texts (block_id, language, body) values (p_block_id, p_language, v_body)
  on conflict (block_id, language) do update set body = excluded.body;
  return 'saved';
end
$$;

-- Sends a message to everybody with a live sign-up: one notification each. Limited for an activity.
-- p_id: the form sent twice is one message. Of the consultant it is logged. Definer: writes notifications of people the caller may not see.
create or replace function private.send_activity_message(p_activity_id uuid, p_id uuid, p_body text) returns public.activity_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
  v_signup_id uuid;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.manages(v_activity.id, v_activity.block_id) then
    return 'not_found';
  elsif exists (select from public.activity_messages m where m.id = p_id) then
    return 'already_sent';
  elsif private.is_paused(v_activity.block_id) then
    return 'paused';
  elsif (
    select count(*) from public.activity_messages m where m.activity_id = p_activity_id and m.created_at > private.window_start('activity_message')
  ) >= private.most('activity_message') then
    return 'too_many';
  elsif not exists (
    select from public.signups s
    where s.activity_id = p_activity_id and s.person_id is not null and s.status in ('signed_up', 'offered', 'waitlisted')
  ) then
    return 'nobody';
  end if;
  insert into public.activity_messages (id, activity_id, block_id, body, is_from_staff)
  values (p_id, p_activity_id, v_activity.block_id, btrim(p_body), private.has_role(v_activity.block_id, '{consultant}'));
  insert into public.activity_message_authors (message_id, person_id)
  select p_id, (select auth.uid()) where not private.has_role(v_activity.block_id, '{consultant}');
  perform private.log_act(v_activity.block_id, 'send', 'message', p_id, null) where private.has_role(v_activity.block_id, '{consultant}');
  for v_signup_id in
    select s.id from public.signups s where s.activity_id = p_activity_id and s.status in ('signed_up', 'offered', 'waitlisted')
  loop
    perform private.notify_signup(v_signup_id, 'activity_message', p_id);
  end loop;
  return 'sent';
end
$$;

-- Sets the rule of an activity and makes its dates to come follow it. What has begun stays; dates that were moved or
-- cancelled by hand stay; others that the rule no longer gives go.
-- p_series: the columns of activity_series, and "days": the days the rule gives from today (or its start) to made_until,
-- at least one. A sign-up needs an end: it is for all dates. Invoker: the policies decide.
create or replace function private.set_series(p_activity_id uuid, p_block_id uuid, p_series jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_series public.activity_series := jsonb_populate_record(null::public.activity_series, p_series
    || jsonb_build_object('activity_id', p_activity_id, 'block_id', p_block_id));
  v_days date[] := array(select d::date from jsonb_array_elements_text(p_series -> 'days') d);
begin
  if cardinality(v_days) not between 1 and private.number('series_dates') then
    raise exception using errcode = '22023', message = format('a series gives 1 to %s dates', private.number('series_dates'));
  elsif v_series.rrule !~ '(UNTIL|COUNT)='
    and exists (select from public.activities a where a.id = p_activity_id and a.capacity is not null)
  then
    raise exception using errcode = '22023', message = 'a series with sign-up has an end';
  end if;
  insert into public.activity_series (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, extra_days, made_until)
  values (p_activity_id, p_block_id, v_series.rrule, v_series.starts_on, v_series.starts_clock, v_series.ends_clock,
    coalesce(v_series.extra_days, 0), v_series.made_until)
  on conflict (activity_id) do update set rrule = excluded.rrule, starts_on = excluded.starts_on,
    starts_clock = excluded.starts_clock, ends_clock = excluded.ends_clock, extra_days = excluded.extra_days,
    made_until = excluded.made_until
  returning * into v_series;
  delete from public.activity_sessions s
  where s.activity_id = p_activity_id and s.starts_at > now() and not s.is_moved and s.cancelled_at is null
    and (s.recurs_on is null or s.recurs_on <> all (v_days));
  perform private.make_sessions(v_series, v_days);
end
$$;

-- Sets all dates of an activity that has no series: rows with a known id are changed, rows without one are added, dates not
-- named are removed. p_sessions: [{"id": …, "starts_at": …, "ends_at": …, "is_cancelled": false}, …], at least one.
-- Invoker: the policies on activity_sessions decide.
create or replace function private.set_sessions(p_activity_id uuid, p_block_id uuid, p_sessions jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if coalesce(jsonb_array_length(p_sessions), 0) not between 1 and private.number('activity_dates') then
    raise exception using errcode = '22023', message = format('an activity has 1 to %s dates', private.number('activity_dates'));
  end if;
  delete from public.activity_series r where r.activity_id = p_activity_id;
  delete from public.activity_sessions s
  where s.activity_id = p_activity_id
    and not exists (select from jsonb_array_elements(p_sessions) n where (n ->> 'id')::uuid = s.id);
  update public.activity_sessions s set
    starts_at = (n ->> 'starts_at')::timestamptz,
    ends_at = (n ->> 'ends_at')::timestamptz,
    recurs_on = null,
    cancelled_at = case when (n ->> 'is_cancelled')::boolean then coalesce(s.cancelled_at, now()) end
  from jsonb_array_elements(p_sessions) n
  where s.activity_id = p_activity_id and s.id = (n ->> 'id')::uuid;
  insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
  select p_activity_id, p_block_id, (n ->> 'starts_at')::timestamptz, (n ->> 'ends_at')::timestamptz
  from jsonb_array_elements(p_sessions) n
  where n ->> 'id' is null;
end
$$;

-- Makes the follow-up of a vote that closes: who decides and by when as its phase `decision` says, else the consultant (who speaks
-- for the residents too) within the first period after the closing. Does nothing the second time. For the closing; granted to nobody.
create or replace function private.start_follow_up(p_poll_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.follow_ups (poll_id, block_id, owner, next_on)
  select p.id, p.block_id, coalesce(nullif(d.owner, 'residents'), 'consultant'),
    case when d.ends_on > c.closed_on then d.ends_on else (c.closed_on + private.period('first_follow_up'))::date end
  from public.polls p
  cross join lateral (select (p.closes_at at time zone 'Europe/Oslo')::date as closed_on) c
  left join public.poll_phases d on d.poll_id = p.id and d.phase = 'decision'
  where p.id = p_poll_id
  on conflict (poll_id) do nothing
$$;

-- Begins with a number: answers the six digits that the server now sends to it, for ten minutes; null when there were three
-- today, of this person or to this number. Only the server may ask: whoever read the answer could confirm any number.
-- Definer: writes what nobody may write or read.
create or replace function private.start_phone(p_person_id uuid, p_phone text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_bytes bytea := extensions.gen_random_bytes(4);
  v_digits text := lpad(
    (((get_byte(v_bytes, 0)::bigint << 24) + (get_byte(v_bytes, 1) << 16) + (get_byte(v_bytes, 2) << 8) + get_byte(v_bytes, 3))
      % 1000000)::text, 6, '0');
begin
  if not (private.attempt('phone_person', p_person_id::text)
    and private.attempt('phone_number', p_phone)) then
    return null;
  end if;
  insert into public.message_phones as m (person_id, phone) values (p_person_id, p_phone)
  on conflict (person_id) do update set phone = excluded.phone, asked_at = now(), confirmed_at = null;
  insert into private.phone_checks (person_id, code_hash, expires_at)
  values (p_person_id, encode(sha256(convert_to(p_person_id || v_digits, 'UTF8')), 'hex'), now() + private.period('phone_code'))
  on conflict (person_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at;
  return v_digits;
end
$$;

-- Switches push on for this browser. It is now mine, whoever had it before: the other one has signed out of it. Of too
-- many browsers the oldest goes. Definer: takes another person's row away, which I may not see.
create or replace function private.subscribe_push(p_endpoint text, p_public_key text, p_auth_key text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.people p where p.id = (select auth.uid())) then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  delete from public.push_subscriptions s where s.endpoint = p_endpoint and s.person_id <> (select auth.uid());
  insert into public.push_subscriptions (person_id, endpoint, public_key, auth_key, session_id)
  values ((select auth.uid()), p_endpoint, p_public_key, p_auth_key, ((select auth.jwt()) ->> 'session_id')::uuid)
  on conflict (endpoint) do update
    set public_key = excluded.public_key, auth_key = excluded.auth_key, session_id = excluded.session_id;
  delete from public.push_subscriptions s where s.person_id = (select auth.uid()) and s.id not in (
    select n.id from public.push_subscriptions n where n.person_id = s.person_id order by n.created_at desc, n.id limit private.number('browsers')
  );
end
$$;

-- Says once in each period that we still work on a case whose expected time is out: an event, and a word to the reporter and those who
-- have it too. At most 500 at a time. Answers how many.
-- Definer: writes cases of people whom the server may not see.
create or replace function private.tell_late() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_report public.reports;
  v_count integer := 0;
begin
  for v_report in
    select r.* from public.reports r
    where r.is_open and r.expected_by < private.today() and (r.told_late_at is null or r.told_late_at <= now() - (select private.period('late_case')))
    order by r.expected_by, r.number limit 500 for update skip locked
  loop
    update public.reports r set told_late_at = now() where r.id = v_report.id;
    perform private.notify_report(
      v_report, 'report_late', private.write_report_event(v_report, 'system', 'still_working')::text, true);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

-- The only outlet of numbers, for polls of these buildings. A draft, planned or stopped vote: no row. Before the
-- count: one row with the turnout in a band. After it: a row per option, with how many could vote and did, on the web and on paper (both
-- null when one of the two is few), and how many moved in or out meanwhile. Of few ballots in all only what won is told: the
-- numbers of votes are null, and there is no list. Granted to nobody: poll_results asks it for those of the building, and
-- the figures of the steering group take the turnout from it.
create or replace function private.tell_polls(p_poll_ids uuid[], p_block_ids uuid[])
returns table (
  poll_id uuid, is_counted boolean, turnout public.turnout_band, entitled integer, voted integer, on_web integer, on_paper integer,
  moves integer, option_id uuid, votes integer, is_winner boolean
)
language sql stable set search_path = '' as $$
  select p.id, p.counted_at is not null, case
      when p.entitled < private.number('secret_voters') then 'hidden'
      when e.voted * 4 < p.entitled then 'under_quarter' when e.voted * 2 < p.entitled then 'under_half'
      when e.voted * 4 < p.entitled * 3 then 'under_three_quarters' else 'three_quarters' end::public.turnout_band,
    c.entitled, c.voted, c.on_web, c.on_paper, c.moves, t.option_id,
    case when not private.is_few(e.voted) then t.votes end, t.is_winner
  from public.polls p
  cross join lateral (
    select count(x.used_on)::integer as voted, (count(*) filter (where x.way = 'web'))::integer as on_web,
      (count(*) filter (where x.way = 'paper'))::integer as on_paper
    from private.electors x where x.poll_id = p.id
  ) e
  left join lateral (
    select p.entitled, case when not private.is_few(e.voted) then e.voted end as voted,
      case when not (private.is_few(e.on_web) or private.is_few(e.on_paper)) then e.on_web end as on_web,
      case when not (private.is_few(e.on_web) or private.is_few(e.on_paper)) then e.on_paper end as on_paper,
      (select count(*)::integer from private.electorate_moves m where m.poll_id = p.id) as moves
  ) c on p.counted_at is not null
  left join lateral private.tally_poll(p) t on p.counted_at is not null
  where p.id = any (p_poll_ids) and p.status in ('open', 'closed') and p.block_id = any (p_block_ids)
  order by p.id, t.option_position
$$;

-- A day that nobody means: too long before the vote was made, or too far from now. Says which phase it is.
create or replace function private.tg_poll_phases__reach() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.ends_on > private.today() + private.period('phase_ahead') or new.ends_on < (
    select (p.created_at at time zone 'Europe/Oslo')::date - private.period('phase_before') from public.polls p where p.id = new.poll_id
  ) then
    raise exception using errcode = '23514', message = 'the day of a phase is out of reach', hint = 'out_of_reach', detail = new.phase;
  end if;
  return new;
end
$$;

-- Of cases, given as the thing of each: how many in all (thing null), and the most frequent things, ten at most, each of a small group.
-- Total and things told also tell the rest, which must say nothing of a single one. So only as many things are told as leave a rest of 0
-- or of a small group that can not be all one too few; where not even the total alone is like that, it is null and no thing is told.
create or replace function private.things_told(p_things public.report_thing[]) returns table (thing public.report_thing, value numeric)
language sql stable set search_path = '' as $$
  with small as (
    select private.number('small_group') as few
  ), counts as (
    select u.thing, count(*) as value, row_number() over (order by count(*) desc, u.thing) as place
    from unnest(p_things) u (thing) group by u.thing
  ), told as (
    select n
    from small, generate_series(0, 10) n,
    lateral (select count(*) as things, coalesce(min(c.value), small.few) as least, coalesce(sum(c.value), 0) as sum from counts c where c.place <= n) l,
    lateral (select cardinality(p_things) - l.sum as cases, cardinality(enum_range(null::public.report_thing)) - n as things) rest
    where l.things = n and l.least >= small.few and (rest.cases = 0 or (rest.cases >= small.few and rest.cases <> (small.few - 1) * rest.things))
    order by n desc limit 1
  )
  select null::public.report_thing, (select cardinality(p_things)::numeric from told)
  union all
  select c.thing, c.value from counts c where c.place <= (select n from told)
$$;

-- What is finished, and counts of calls, go when their time is over. Definer: deletes what nobody may.
create or replace function private.tidy_systems() returns void
language sql security definer set search_path = '' as $$
  delete from public.outbox_messages o where o.finished_at < now() - (select private.keep('sent_messages'));
  delete from private.api_calls c
  where c.minute_at < now() - greatest(
    (select private.keep('api_calls')), (select (private.limit_of('api_calls')).per), (select (private.limit_of('api_key_calls')).per))
$$;

-- Whether this is my password; right when the account has none. p_purpose is the limit of tries. Granted to nobody.
create or replace function private.try_password(p_purpose text, p_word text) returns public.password_check
language plpgsql set search_path = '' as $$
declare
  v_me constant uuid := auth.uid();
  v_hash text := (select u.encrypted_password from auth.users u where u.id = v_me);
begin
  if (v_hash like '$2%') is not true then
    return 'right';
  elsif not private.attempt(p_purpose, v_me::text) then
    return 'too_many_attempts';
  end if;
  -- bcrypt has three names for the same thing, of which pgcrypto knows one.
  v_hash := regexp_replace(v_hash, '^\$2[by]\$', '$2a$');
  return case when extensions.crypt(coalesce(p_word, ''), v_hash) = v_hash then 'right' else 'wrong' end;
end
$$;

-- Puts a trial message in the queue; false for everybody but the landlord, for a receiver there is not, and beyond the limit.
-- Definer: writes a row that nobody may write.
create or replace function private.try_webhook(p_endpoint_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from private.my_block_ids('{landlord}'))
    or not exists (select from public.webhook_endpoints e where e.id = p_endpoint_id and e.removed_at is null)
    or not private.attempt('webhook_test', p_endpoint_id::text) then
    return false;
  end if;
  insert into public.outbox_messages (channel, endpoint_id, kind, payload)
  values ('webhook', p_endpoint_id, 'test', jsonb_build_object('type', 'test', 'timestamp', now(), 'data', '{}'::jsonb));
  perform private.log_act(null, 'try', 'webhook', p_endpoint_id, null);
  return true;
end
$$;

-- The small-number rule: counts below the small group (base/numbers.sql) are hidden, a zero is told. Granted to nobody, like all
-- of this file but count_figures.
create function private.unless_few(p_count bigint) returns numeric
language sql stable set search_path = '' as $$
  select case when p_count not between 1 and private.number('small_group') - 1 then p_count end
$$;

-- Tells the building how it goes, unless somebody has since p_seen_version was shown (null: as it stands). p_id is the form's own key: sent
-- twice it is said once. Words always. While anything is left to do a day within a year, and a reason when the last day has passed or is
-- moved without anything having come further. Done and declined are final: only p_is_reopened takes the work up again. Logged; who
-- supported what won is told, and the landlord when it becomes the landlord's to do.
-- Definer: writes tables that nobody may write to.
create or replace function private.update_follow_up(
  p_id uuid, p_poll_id uuid, p_status public.follow_up_status, p_body text, p_next_on date, p_delayed_because text,
  p_cost_nok integer, p_owner public.phase_owner, p_is_reopened boolean, p_seen_version integer
) returns public.update_follow_up_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.follow_ups := private.lock_follow_up(p_poll_id);
  v_body text := nullif(private.trimmed(p_body), '');
  v_reason text := nullif(private.trimmed(p_delayed_because), '');
  v_was_open boolean := v_old.status in ('decision', 'work');
  v_is_open boolean := p_status in ('decision', 'work');
  v_next_on date := case when v_is_open then p_next_on end;
begin
  if v_old.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_updates u where u.id = p_id) then
    return case when exists (select from public.follow_up_updates u where u.id = p_id and u.poll_id = p_poll_id)
      then 'updated' else 'not_allowed' end;
  elsif p_seen_version <> v_old.version then
    return 'changed_meanwhile';
  elsif not v_was_open and p_status <> v_old.status and not (p_status = 'work' and p_is_reopened) then
    return 'closed';
  elsif p_status is null or (v_was_open and p_status < v_old.status) then
    return 'wrong_status';
  elsif v_body is null then
    return 'body_missing';
  elsif v_is_open and v_next_on is null then
    return 'next_missing';
  elsif v_next_on < private.today() then
    return 'next_passed';
  elsif v_next_on > private.today() + private.period('next_follow_up') then
    return 'next_too_far';
  elsif v_was_open and v_is_open and v_reason is null
    and (v_old.next_on < private.today() or (p_status = v_old.status and v_next_on > v_old.next_on)) then
    return 'delay_missing';
  end if;
  update public.follow_ups f
  set status = p_status, body = v_body, next_on = v_next_on, delayed_because = case when v_is_open then v_reason end,
    cost_nok = coalesce(p_cost_nok, f.cost_nok),
    owner = case when private.has_role(f.block_id, '{consultant}') then coalesce(p_owner, f.owner) else f.owner end, updated_at = now(),
    version = f.version + 1,
    decision = case when v_old.status = 'decision' and p_status <> 'decision' then v_body else f.decision end,
    closed_at = case when v_is_open then null when v_was_open then now() else f.closed_at end
  where f.poll_id = p_poll_id;
  insert into public.follow_up_updates (id, poll_id, block_id, author_role, status, body, next_on, promised_on, delayed_because, cost_nok)
  values (p_id, p_poll_id, v_old.block_id,
    case when private.has_role(v_old.block_id, '{consultant}') then 'consultant' else 'landlord' end::public.phase_owner,
    p_status, v_body, v_next_on, v_old.next_on, case when v_is_open then v_reason end, p_cost_nok);
  perform private.log_act(v_old.block_id, case when v_is_open and not v_was_open then 'reopen_follow_up' else 'update_follow_up' end,
    'poll', p_poll_id, v_body);
  perform private.notify_follow_up_changed(p_poll_id, p_id);
  if v_old.owner <> 'landlord' or not v_was_open then
    perform private.notify_follow_up_given(p_poll_id, p_id::text, (select auth.uid()));
  end if;
  return case when v_is_open and not v_was_open then 'reopened' else 'updated' end::public.update_follow_up_outcome;
end
$$;

-- Cases: `case` is for the consultant to send on; `late_case` is past its expected day and was not chased lately.
-- One that waits for the resident's answer waits for nobody here. Granted to nobody.
create or replace function private.waiting_cases(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select w.kind, r.id, r.thing::text, null::text, d.description, null::text[], p.name, null::uuid, r.number,
    r.expected_by::timestamp at time zone 'Europe/Oslo', w.kind = 'case' and r.is_urgent, r.chase_count, w.since, w.cases,
    null::integer
  from (
    (
      select 'case'::public.waiting_kind as kind, c.id, c.status_changed_at as since, count(*) over ()::integer as cases
      from public.reports c
      where c.block_id = p_block_id and c.status in ('received', 'reopened') and not exists (
        select from public.report_questions q where q.report_id = c.id and q.answered_at is null and q.withdrawn_at is null)
      order by c.is_urgent desc, c.status_changed_at, c.id limit private.number('desk_kind')
    )
    union all
    (
      select 'late_case', c.id, (c.expected_by + 1)::timestamp at time zone 'Europe/Oslo', count(*) over ()::integer
      from public.reports c
      where c.block_id = p_block_id and c.is_open and c.expected_by < private.today()
        and c.status not in ('received', 'reopened')
        and (c.chased_at is null or c.chased_at < now() - (select private.period('chased'))) and not exists (
          select from public.report_questions q where q.report_id = c.id and q.answered_at is null and q.withdrawn_at is null)
      order by c.expected_by, c.id limit private.number('desk_kind')
    )
  ) w
  join public.reports r on r.id = w.id
  join public.places p on p.id = r.place_id
  left join public.report_details d on d.report_id = r.id
$$;

-- What moderation waits with: what was flagged, or hidden by flags, and appeals; never who. `amount` is null where one tap can not
-- let it stand, because it is hidden. This is all the desk knows of moderation. Granted to nobody.
create or replace function private.waiting_flags(p_block_id uuid) returns setof public.waiting_thing
language plpgsql stable set search_path = '' as $$
begin
  return query
  select w.kind, w.id, w.about, w.title, w.body, w.reasons, null::text, w.page_id, null::bigint, null::timestamptz, false, w.flags, w.since,
    w.things, null::integer
  from (
    select a.*, count(*) over (partition by a.kind)::integer as things, row_number() over (partition by a.kind order by a.since, a.id) as place
    from (
      select case when q.appeal is null then 'flag' else 'appeal' end::public.waiting_kind as kind, q.id, q.kind::text as about,
        coalesce(q.title, q.page_title) as title, coalesce(q.appeal, q.body) as body, q.reasons, q.page_id,
        case when q.hidden_by is null then cardinality(q.reasons) end as flags, q.waiting_since as since
      from public.moderation_queue(p_block_id) q
    ) a
  ) w
  where w.place <= private.number('desk_kind');
end
$$;

-- The consultant's own: votes to count and about to close, follow-ups, people who were not reached, what is half written.
-- A follow-up of the landlord's is the consultant's to ask about when it is overdue. Granted to nobody.
create or replace function private.waiting_own(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'count'::public.waiting_kind, p.id, null::text, p.title, null::text, null::text[], null::text, null::uuid, null::bigint,
      null::timestamptz, false, null::integer, p.closes_at, count(*) over ()::integer, null::integer
    from public.polls p
    where p.block_id = p_block_id and p.status in ('open', 'closed') and p.counted_at is null and p.closes_at <= now()
      and exists (select from private.electors e where e.poll_id = p.id and e.way = 'paper')
    order by p.closes_at, p.id limit private.number('desk_kind')
  )
  union all
  (
    select 'closing', p.id, null, p.title, null, null, null, null, null, p.closes_at, false, null, p.opened_at,
      count(*) over ()::integer, null
    from public.polls p
    where p.block_id = p_block_id and p.status = 'open' and p.closes_at > now() and p.closes_at <= now() + (select private.period('desk_ahead'))
    order by p.closes_at, p.id limit private.number('desk_kind')
  )
  union all
  (
    select 'follow_up', f.poll_id, f.owner::text, p.title, f.body, null, null, null, null,
      f.next_on::timestamp at time zone 'Europe/Oslo', false, null,
      f.next_on::timestamp at time zone 'Europe/Oslo', count(*) over ()::integer, null
    from public.follow_ups f join public.polls p on p.id = f.poll_id and p.counted_at is not null
    where f.block_id = p_block_id
      and f.next_on <= case f.owner when 'consultant' then (private.today() + (select private.period('desk_ahead')))::date else private.today() - 1 end
    order by f.next_on, f.poll_id limit private.number('desk_kind')
  )
  union all
  (
    -- A number, not who: what somebody is told is nobody else's.
    select 'unreached', null, null, null, null, null, null, null, null, null, false, count(distinct o.person_id)::integer,
      min(o.finished_at), 1, null
    from public.outbox_messages o
    join private.deliveries d on d.message_id = o.id
    join public.notifications n on n.id = d.notification_id and n.block_id = p_block_id
    where o.status = 'failed' and o.finished_at > now() - (select private.period('unreached'))
    having count(*) > 0
  )
  union all
  (
    select 'draft', w.id, w.about, w.title, null, null, null, null, null, null, false, null, w.created_at, count(*) over ()::integer, null
    from (
      select a.id, 'activity' as about, a.title, a.created_at from public.activities a
      where a.block_id = p_block_id and a.status = 'draft'
      union all
      select n.id, 'notice', n.title, n.created_at from public.notices n where n.block_id = p_block_id and n.state = 'draft'
      union all
      select p.id, p.status::text, p.title, p.created_at from public.polls p
      where p.block_id = p_block_id and p.status in ('draft', 'planned')
    ) w
    order by w.created_at, w.id limit private.number('desk_kind')
  )
$$;

-- What residents wrote or asked for: proposals, activities, questions about votes, to join, to have a picture removed.
-- Granted to nobody.
create or replace function private.waiting_people(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'proposal'::public.waiting_kind, p.id, p.kind::text, p.title, p.body, null::text[], l.name, null::uuid, null::bigint,
      null::timestamptz, false, p.rough_cost_nok, p.created_at, count(*) over ()::integer, null::integer
    from public.proposals p left join public.places l on l.id = p.place_id
    where p.block_id = p_block_id and p.status = 'pending'
    order by p.created_at, p.id limit private.number('desk_kind')
  )
  union all
  (
    select 'activity', a.id, a.kind::text, a.title, a.body, null, concat_ws(', ', l.name, a.whereabouts), null, null,
      (select s.starts_at from public.activity_sessions s where s.activity_id = a.id order by s.starts_at < now(), s.starts_at limit 1),
      false, a.capacity, a.created_at, count(*) over ()::integer, null
    from public.activities a left join public.places l on l.id = a.place_id
    where a.block_id = p_block_id and a.status = 'proposed'
    order by a.created_at, a.id limit private.number('desk_kind')
  )
  union all
  (
    select 'question', q.id, null, p.title, q.body, null, null, q.poll_id, null, p.closes_at, false, null, q.created_at,
      count(*) over ()::integer, null
    from public.poll_questions q join public.polls p on p.id = q.poll_id
    where q.block_id = p_block_id and q.answered_at is null and q.hidden_at is null
    order by q.created_at, q.id limit private.number('desk_kind')
  )
  union all
  (
    -- The flat is a claim; `amount` is how many live there already.
    select 'join_request', j.id, j.flat_text, j.display_name, null, null, f.name, f.id, null, null, false,
      (select count(*)::integer from public.memberships m where m.flat_id = f.id and m.ended_at is null), j.asked_at,
      count(*) over ()::integer, null
    from public.join_requests j
    left join lateral (
      select l.id, l.name from public.places l
      where l.block_id = j.block_id and l.kind = 'flat'
        and upper(regexp_replace(l.name, '\s', '', 'g')) = upper(regexp_replace(j.flat_text, '\s', '', 'g'))
      order by l.id limit 1
    ) f on true
    where j.block_id = p_block_id and j.status = 'open'
    order by j.asked_at, j.id limit private.number('desk_kind')
  )
  union all
  (
    select 'photo_request', n.id, case when f.hidden_at is null then 'shown' else 'hidden' end, n.title, f.alternative_text, r.reasons,
      null, null, null, null, false, r.wishes, r.since, r.pictures, null
    from (
      select q.notice_id, min(q.created_at) as since, count(*)::integer as wishes, count(*) over ()::integer as pictures,
        array_agg(q.reason order by q.created_at) filter (where q.reason is not null) as reasons
      from public.notice_photo_requests q
      where q.block_id = p_block_id
      group by q.notice_id
      order by min(q.created_at), q.notice_id limit private.number('desk_kind')
    ) r
    join public.notices n on n.id = r.notice_id
    join public.notice_photos f on f.notice_id = n.id
  )
$$;

-- Since when they count. Granted to nobody.
create function private.window_start(p_what text) returns timestamptz
language sql stable set search_path = '' as $$ select now() - (private.limit_of(p_what)).per $$;

-- A line in the conversation about a proposal that waits: the consultant asks, the author answers once asked. p_id is the
-- form's own key: the same form sent twice is one line. Locks the proposal.
-- Definer: writes messages, which nobody may, and reads whose proposal it is.
create or replace function private.write_about_proposal(p_id uuid, p_proposal_id uuid, p_body text)
returns public.proposal_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_is_mine boolean;
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  v_is_mine := found and exists (
    select from public.proposal_authors a where a.proposal_id = p_proposal_id and a.person_id = (select auth.uid()));
  if v_proposal.id is null or not (v_is_mine or private.has_role(v_proposal.block_id, '{consultant}')) then
    return 'not_allowed';
  elsif exists (
    select from public.proposal_messages m
    where m.id = p_id and m.proposal_id = p_proposal_id and m.is_from_staff <> v_is_mine
  ) then
    return 'sent';
  elsif v_proposal.status <> 'pending' then
    return 'already_decided';
  elsif v_is_mine and not exists (
    select from public.proposal_messages m where m.proposal_id = p_proposal_id and m.is_from_staff
  ) then
    return 'nothing_asked';
  elsif (select count(*) from public.proposal_messages m where m.proposal_id = p_proposal_id)
    >= private.number('proposal_messages') then
    return 'too_many';
  end if;
  insert into public.proposal_messages (id, proposal_id, block_id, is_from_staff, body, created_at)
  values (p_id, p_proposal_id, v_proposal.block_id, not v_is_mine, btrim(p_body), clock_timestamp())
  on conflict do nothing;
  if not found then
    return 'not_allowed';
  elsif not v_is_mine then
    perform private.log_act(v_proposal.block_id, 'ask', 'proposal', p_proposal_id, btrim(p_body));
    perform private.tell_proposer(p_proposal_id, 'proposal_question', p_id::text);
  end if;
  return 'sent';
end
$$;

-- Many at once, each judged by itself, in the order of their ids, as change_reports_status.
create or replace function public.assign_reports(report_ids uuid[], assignee_id uuid default null)
returns table (report_id uuid, outcome public.assign_report_outcome)
language sql set search_path = '' as $$
  select o.id, private.assign_report(o.id, assignee_id)
  from (select distinct id from unnest(report_ids[1:private.number('reports_at_once')]) id order by id) o
$$;

-- Only the server may count attempts of a network address: the address is its word, not the caller's.
create function public.attempt(limit_name text, key text) returns boolean
language sql set search_path = '' as $$ select private.attempt(limit_name, key) $$;

-- The same change of many cases, each judged by itself. In the order of their ids, so that two at once never
-- wait for each other in a circle.
create or replace function public.change_reports_status(
  report_ids uuid[], to_status public.report_status, reason text default null, waiting_for public.report_wait default null
) returns table (report_id uuid, outcome public.report_status_outcome)
language sql set search_path = '' as $$
  select o.id, private.change_report_status(o.id, to_status, reason, waiting_for)
  from (select distinct id from unnest(report_ids[1:private.number('reports_at_once')]) id order by id) o
$$;

create function public.forget_attempts(limit_name text, key text) returns void
language sql set search_path = '' as $$ select private.forget_attempts(limit_name, key) $$;

create function public.make_join_code(
  block_id uuid default null, flat_id uuid default null, max_uses integer default 1, valid_days integer default private.number('code_days_usual'),
  role public.member_role default null
) returns text language sql set search_path = '' as $$
  select private.make_join_code(
    block_id, flat_id, max_uses, valid_days, coalesce(role, case when flat_id is null then 'consultant' else 'resident' end::public.member_role)
  )
$$;

REVOKE ALL ON FUNCTION "private"."attempt"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_attempts"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_attempts_left"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."attempt"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."forget_attempts"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."make_join_code"(uuid, uuid, integer, integer, public.member_role) FROM PUBLIC;

ALTER TABLE "public"."activities" ALTER COLUMN "max_party" SET DEFAULT private.number('usual_party'::text);

ALTER TABLE "public"."message_settings" ALTER COLUMN "quiet_from" SET DEFAULT private.number('quiet_from'::text);

ALTER TABLE "public"."message_settings" ALTER COLUMN "quiet_to" SET DEFAULT private.number('quiet_to'::text);

alter table private.attempt_keys enable row level security;

alter table private.limits enable row level security;

alter table private.numbers enable row level security;

alter table private.periods enable row level security;

-- To those signed up for one activity.
insert into private.limits (what, most, per) values ('activity_message', 10, '1 day');

-- Numbers begun with by a person, and for one number; codes tried.
insert into private.limits (what, most, per) values ('phone_person', 3, '1 day'), ('phone_number', 3, '1 day'), ('phone_confirm', 5, '1 hour');

insert into private.limits (what, most, per) values ('flag', 20, '1 day');

-- Wishes of a network address to have one picture removed, and any; and how many wishes about one notice wait to be read.
insert into private.limits (what, most, per) values ('photo_removal', 1, '1 day'), ('photo_removals', 10, '1 day');

insert into private.limits (what, most, per) values ('poll_question', 10, '1 day');

-- Wrong receipts of a person in one vote.
insert into private.limits (what, most, per) values ('receipt', 20, '1 hour');

insert into private.limits (what, most, per) values ('comment', 10, '1 hour'), ('comment_day', 30, '1 day');

-- Files of a person, and how often the clean-up looks.
insert into private.limits (what, most, per) values ('space_photo', 20, '1 day'), ('space_photo_cleanup', 1, '10 minutes');

-- Aliases that were refused, and proposals of a person that wait at a time.
insert into private.limits (what, most, per) values ('alias', 5, '1 day');

-- What a resident writes to one or more cases, and what the staff do.
insert into private.limits (what, most, per) values ('report_message', 50, '1 day'), ('report_message_by_staff', 1000, '1 day');

-- Files of a person, how often the clean-up looks, the pictures of a case, and how large one may be when it is sent: the server makes it
-- smaller before it is stored.
insert into private.limits (what, most, per) values ('report_photo', 60, '1 day'), ('photo_cleanup', 1, '10 minutes');

-- Cases of a person for themselves, each day of Oslo's calendar; and cases that staff writes for others.
insert into private.limits (what, most, per) values ('report', 10, '1 day'), ('report_for', 100, '1 day');

-- Codes tried by an account, looked at from a network address, and e-mails tried with a living code.
insert into private.limits (what, most, per) values ('join', 10, '1 hour'), ('peek', 30, '15 minutes'), ('join_email', 12, '15 minutes');

insert into private.limits (what, most, per) values ('ask_to_join', 3, '1 day');

-- The password asked for again, for each purpose.
insert into private.limits (what, most, per) values ('change_password', 5, '1 hour'), ('delete_account', 5, '1 hour');

-- How often the jobs below look.
insert into private.limits (what, most, per) values ('retention', 1, '10 minutes');

-- Codes shown for a person; and each code is good once.
insert into private.limits (what, most, per) values ('factor', 5, '15 minutes'), ('factor_code', 1, '15 minutes');

-- Tries of one account (or address to mail to), and of one network address. A code from a mail lives as long as its window.
insert into private.limits (what, most, per) values 
  ('sign_in', 10, '15 minutes'), ('sign_in_address', 60, '15 minutes'),
  ('mail_code', 3, '15 minutes'), ('mail_code_address', 15, '15 minutes'),
  ('mail_try', 5, '15 minutes'), ('mail_try_address', 30, '15 minutes'), ('slip', 20, '15 minutes');

-- Calls of an address without a key, calls with a key, and wrong keys from an address.
insert into private.limits (what, most, per) values 
  ('api_calls', 120, '1 minute'), ('api_key_calls', 600, '1 minute'), ('api_key', 20, '15 minutes');

-- Of one key.
insert into private.limits (what, most, per) values ('open311_create', 1000, '1 day'), ('open311_update', 10000, '1 day');

insert into private.limits (what, most, per) values ('webhook_test', 20, '1 hour');

-- The largest party, where the host says nothing else.
insert into private.numbers (what, value) values ('usual_party', 5);

-- Proposed activities of a person that wait at a time.
insert into private.numbers (what, value) values ('activities_waiting', 5);

-- Dates made of one rule at a time.
insert into private.numbers (what, value) values ('series_dates', 800);

-- Dates of an activity that repeats by no rule.
insert into private.numbers (what, value) values ('activity_dates', 100);

-- The small-number rule, the same in all domains: what fewer than these have done is not told, or it would tell who.
insert into private.numbers (what, value) values ('small_group', 5);

-- So many of a kind, and in all, stand on the home; the rest is one link. Nobody reads a wall. Not chased for so long, a late case is there
-- again; what has its day so soon is there; and what was not delivered lately.
insert into private.numbers (what, value) values ('desk_kind', 5), ('desk_things', 30);

-- The day on which a month that is over is counted.
insert into private.numbers (what, value) values ('counted_on', 4);

-- Answers of a month from which on anything is told of them.
insert into private.numbers (what, value) values ('pulse_answers', 10);

-- Tries to send a message or a webhook before it is given up.
insert into private.numbers (what, value) values ('message_tries', 8);

-- Of one person.
insert into private.numbers (what, value) values ('browsers', 10);

-- Hours of Oslo's clock: from when to when it is quiet for who has chosen nothing, and for all that asks nobody's settings (offers,
-- reminders of the day).
insert into private.numbers (what, value) values ('quiet_from', 21), ('quiet_to', 8);

-- When those who want messages gathered get them: hours of Oslo's clock.
insert into private.numbers (what, value) values ('gathered_morning', 8), ('gathered_afternoon', 17);

-- Flags from so many flats hide what they are about.
insert into private.numbers (what, value) values ('flats_to_hide', 3);

-- The longest pause, in days.
insert into private.numbers (what, value) values ('pause_days', 30);

insert into private.numbers (what, value) values ('photo_requests', 20);

-- So many must be able to vote before secrecy is promised and turnout is told meanwhile.
insert into private.numbers (what, value) values ('secret_voters', 10);

-- Pictures of each moment.
insert into private.numbers (what, value) values ('follow_up_photos', 4);

insert into private.numbers (what, value) values ('milestones', 20);

-- Of one person in one vote.
insert into private.numbers (what, value) values ('poll_questions_waiting', 3);

insert into private.numbers (what, value) values ('proposals_waiting', 5);

-- Lines between the consultant and who proposed it.
insert into private.numbers (what, value) values ('proposal_messages', 30);

insert into private.numbers (what, value) values ('flats_to_reopen', 2);

insert into private.numbers (what, value) values ('report_photos', 4), ('photo_megabytes', 10);

-- Times offered for a visit: how many, how long each may be and how far ahead.
insert into private.numbers (what, value) values ('question_times', 6);

-- Of a building's cases the consultant's page shows so many that are open, and that are finished.
insert into private.numbers (what, value) values ('queue_open_shown', 200), ('queue_finished_shown', 50);

-- Cases changed or given to somebody at once.
insert into private.numbers (what, value) values ('reports_at_once', 100);

-- Days that a code is good for: the most, and usually. And its signs.
insert into private.numbers (what, value) values ('code_days', 365), ('code_days_usual', 60), ('join_code_signs', 12);

-- Open ones in a building.
insert into private.numbers (what, value) values ('join_requests', 100);

-- Languages a letter is written in besides ours, and the lines of each. The check of the table says as many, for a check cannot ask.
insert into private.numbers (what, value) values ('letter_texts', 3), ('letter_lines', 6);

-- What the auth service takes: the least signs of a password, and the most bytes, which is what bcrypt reads. Signs of a user name, of a slip.
insert into private.numbers (what, value) values
  ('password_least', 8), ('password_most', 72), ('user_name_least', 3), ('user_name_most', 30), ('slip_signs', 8);

-- Keys in use at a time.
insert into private.numbers (what, value) values ('api_keys', 50);

-- How far back the personal calendar goes.
insert into private.periods (what, lasts) values ('calendar_back', '30 days');

-- The longest date. The check ends_after_start says the same, for a check cannot ask; a test tries both.
insert into private.periods (what, lasts) values ('session', '14 days');

-- How long an offered place is held; and a place that is freed longer before the start is given at once.
insert into private.periods (what, lasts) values ('offer', '3 hours'), ('given_at_once', '24 hours');

insert into private.periods (what, lasts) values ('chased', '3 days'), ('desk_ahead', '7 days'), ('unreached', '7 days');

insert into private.periods (what, lasts) values ('desk_week', '7 days');

-- What was due longer ago says nothing new.
insert into private.periods (what, lasts) values ('delivery', '2 days');

insert into private.periods (what, lasts) values ('phone_code', '10 minutes');

-- How much later an extended vote may close, and how long a stopped one is shown among those that are over.
insert into private.periods (what, lasts) values ('extension', '60 days'), ('stopped_shown', '14 days');

-- How far ahead the next word may be promised.
insert into private.periods (what, lasts) values ('next_follow_up', '1 year');

-- From the closing of a vote without a day for its decision until the first word on what comes of it.
insert into private.periods (what, lasts) values ('first_follow_up', '14 days');

-- How often those who answer for a follow-up or a count are told again that it is late.
insert into private.periods (what, lasts) values ('late_follow_up', '7 days'), ('uncounted_poll', '7 days');

-- How far from the making of a vote and from today the day of a phase may be.
insert into private.periods (what, lasts) values ('phase_before', '1 year'), ('phase_ahead', '5 years');

-- What the form fills in between the last day to vote and the decision.
insert into private.periods (what, lasts) values ('decision', '7 days');

-- How soon a case may be chased again.
insert into private.periods (what, lasts) values ('chase', '24 hours');

-- How long after "fixed" a neighbour may say that it is not, and how many flats open the case again.
insert into private.periods (what, lasts) values ('objection', '14 days');

-- How often those who wait are told that a case is late.
insert into private.periods (what, lasts) values ('late_case', '7 days');

-- How long a fixed case is still shown to who is about to report the same.
insert into private.periods (what, lasts) values ('similar_cases', '14 days');

insert into private.periods (what, lasts) values ('visit', '24 hours'), ('visit_ahead', '180 days');

-- After signing in, how long a new password needs no old one.
insert into private.periods (what, lasts) values ('fresh_sign_in', '15 minutes');

insert into private.periods (what, lasts) values ('slip', '30 minutes');

grant execute on function private.attempt(text, text) to service_role;

grant execute on function public.attempt(text, text) to service_role;

grant execute on function private.forget_attempts(text, text) to service_role;

grant execute on function public.forget_attempts(text, text) to service_role;

grant execute on function private.number(text) to authenticated;

grant execute on function private.period(text) to authenticated;

grant execute on function public.make_join_code(uuid, uuid, integer, integer, public.member_role) to authenticated;

-- Written by hand: attempts are kept as long as their own limit counts. Those hashed without a secret go the same way, within a day.
delete from private.retention_rules where what = 'attempts';
