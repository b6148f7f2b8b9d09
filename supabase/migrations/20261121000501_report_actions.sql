-- What one can do with a case. Every outcome somebody may meet is a value, not an exception.

create type public.create_report_outcome as enum (
  'created', 'not_member', 'wrong_place', 'wrong_thing', 'wrong_photo', 'too_many_today', 'id_taken'
);
create type public.report_status_outcome as enum (
  'changed', 'unchanged', 'not_allowed', 'reason_missing', 'others_have_it', 'not_found'
);
create type public.report_message_outcome as enum ('sent', 'not_allowed', 'not_found', 'too_many_today');
create type public.follow_report_outcome as enum ('followed', 'unfollowed', 'unchanged', 'own_report', 'finished', 'not_found');

-- What I am in this case; empty for everybody else.
-- Definer: asks who the reporter is, which the neighbours may not read.
create function private.my_report_roles(p_report_id uuid) returns public.report_actor[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(a.role), '{}')
  from public.reports r
  left join public.report_details d on d.report_id = r.id,
  lateral (values
    ('landlord'::public.report_actor, private.has_role(r.block_id, '{landlord}')),
    ('consultant', private.has_role(r.block_id, '{consultant}')),
    ('reporter', coalesce(d.reporter_id = (select auth.uid()), false))
  ) a (role, is_mine)
  where r.id = p_report_id and a.is_mine
$$;

-- Makes a case, or answers the case that this form made before.
-- p_photo_paths: files already stored in my own folder, at most 4. At most 10 cases a person and day (Oslo), counted
-- behind a lock of the person, so that 40 at once are 10 too.
-- Definer: writes tables that nobody may write to, and looks whether the id is taken by somebody else.
create function private.create_report(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_is_urgent boolean, p_description text,
  p_access public.report_access, p_contact text, p_photo_paths text[]
) returns table (outcome public.create_report_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_kind public.place_kind;
  v_number bigint;
  v_reporter_id uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('report' || v_me::text, 0));
  select r.number, d.reporter_id into v_number, v_reporter_id
  from public.reports r left join public.report_details d on d.report_id = r.id where r.id = p_id;
  if found then
    if v_reporter_id is distinct from v_me then
      return query select 'id_taken'::public.create_report_outcome, null::bigint;
    else
      return query select 'created'::public.create_report_outcome, v_number;
    end if;
    return;
  end if;
  if not private.has_role(p_block_id, '{resident,partner,consultant}') then
    return query select 'not_member'::public.create_report_outcome, null::bigint;
    return;
  end if;
  select p.kind into v_kind from public.places p
  where p.id = p_place_id and p.block_id = p_block_id
    and (p.kind <> 'flat' or p.id in (select private.my_flat_ids()));
  if not found then
    return query select 'wrong_place'::public.create_report_outcome, null::bigint;
    return;
  end if;
  if not exists (select from public.report_things t where t.thing = p_thing and t.place_kind = v_kind) then
    return query select 'wrong_thing'::public.create_report_outcome, null::bigint;
    return;
  end if;
  if cardinality(p_photo_paths) > 4 or exists (
    select from unnest(p_photo_paths) path
    where split_part(path, '/', 1) <> v_me::text
      or not private.hold_photo(path)
  ) then
    return query select 'wrong_photo'::public.create_report_outcome, null::bigint;
    return;
  end if;
  if (
    select count(*) from public.report_details d join public.reports r on r.id = d.report_id
    where d.reporter_id = v_me and r.created_at >= private.today()::timestamp at time zone 'Europe/Oslo'
  ) >= 10 then
    return query select 'too_many_today'::public.create_report_outcome, null::bigint;
    return;
  end if;

  insert into public.reports as r (id, block_id, place_id, place_kind, thing, is_urgent)
  values (p_id, p_block_id, p_place_id, v_kind, p_thing, p_is_urgent)
  on conflict (id) do nothing
  returning r.number into v_number;
  if v_number is null then -- somebody else, at the same moment
    return query select 'id_taken'::public.create_report_outcome, null::bigint;
    return;
  end if;
  insert into public.report_details (report_id, block_id, reporter_id, description, access, contact)
  values (
    p_id, p_block_id, v_me, btrim(p_description),
    case when v_kind = 'flat' then coalesce(p_access, 'call_first') end, nullif(btrim(p_contact), '')
  );
  insert into public.report_photos (report_id, block_id, position, path)
  select p_id, p_block_id, row_number() over (order by min(o)) - 1, path
  from unnest(p_photo_paths) with ordinality u (path, o) group by path;
  insert into public.report_events (report_id, block_id, to_status, actor_role)
  values (p_id, p_block_id, 'received', 'reporter');
  return query select 'created'::public.create_report_outcome, v_number;
end
$$;
create function public.create_report(
  id uuid, block_id uuid, place_id uuid, thing public.report_thing, description text, is_urgent boolean default false,
  access public.report_access default null, contact text default null, photo_paths text[] default '{}'
) returns table (outcome public.create_report_outcome, number bigint)
language sql set search_path = '' as $$
  select * from private.create_report(id, block_id, place_id, thing, is_urgent, description, access, contact, photo_paths)
$$;
grant execute on function private.create_report(
  uuid, uuid, uuid, public.report_thing, boolean, text, public.report_access, text, text[]) to authenticated;
grant execute on function public.create_report(
  uuid, uuid, uuid, public.report_thing, text, boolean, public.report_access, text, text[]) to authenticated;

-- Changes the status when a row of report_transitions allows it to one of my roles. A reason becomes a message between
-- the reporter and the staff. Locks the case, so that of two changes at once the second is judged by the first.
-- A neighbour who sees the case hears 'not_allowed', somebody who does not see it 'not_found'.
-- Definer: locks and writes tables that nobody may write to.
create function private.change_report_status(p_report_id uuid, p_to public.report_status, p_reason text)
returns public.report_status_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_reason text := nullif(btrim(p_reason), '');
  v_report public.reports;
  v_rule public.report_transitions;
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if v_report.status = p_to then
    return 'unchanged';
  end if;
  select * into v_rule from public.report_transitions t
  where t.from_status = v_report.status and t.to_status = p_to and t.role = any (v_roles)
  order by t.role limit 1;
  if not found then
    return 'not_allowed';
  elsif v_rule.is_reason_required and v_reason is null then
    return 'reason_missing';
  elsif p_to = 'withdrawn' and v_report.affected_count > 1 then
    -- The fault is the neighbours' too: one of them cannot take it back for all.
    return 'others_have_it';
  end if;
  update public.reports r set status = p_to, status_changed_at = now() where r.id = p_report_id;
  insert into public.report_events (report_id, block_id, from_status, to_status, actor_role)
  values (p_report_id, v_report.block_id, v_report.status, p_to, v_rule.role);
  if v_reason is not null then
    perform private.write_report_message(gen_random_uuid(), v_report, v_rule.role, 'resident', v_reason);
  end if;
  return 'changed';
end
$$;
create function public.change_report_status(report_id uuid, to_status public.report_status, reason text default null)
returns public.report_status_outcome
language sql set search_path = '' as $$ select private.change_report_status(report_id, to_status, reason) $$;
grant execute on function private.change_report_status(uuid, public.report_status, text) to authenticated;
grant execute on function public.change_report_status(uuid, public.report_status, text) to authenticated;

-- Whether I live or work where this common-area case is.
-- Definer: called by definer functions, so that they need no policy.
create function private.sees_as_neighbour(p_report_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.reports r
    where r.id = p_report_id and r.is_common and private.has_role(r.block_id, '{resident,partner}')
  )
$$;

-- Appends a message and remembers whether the reporter waits for an answer. Execute is granted to nobody: only the
-- functions of this file call it, after they have decided that the author may.
create function private.write_report_message(
  p_id uuid, p_report public.reports, p_role public.report_actor, p_audience public.message_audience, p_body text
) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.report_messages (id, report_id, block_id, author_role, audience, body)
  values (p_id, p_report.id, p_report.block_id, p_role, p_audience, btrim(p_body))
  on conflict (id) do nothing;
  if found and p_audience = 'resident' then
    update public.report_details d
    set asked_at = case when p_role = 'reporter' then coalesce(d.asked_at, now()) end
    where d.report_id = p_report.id;
  end if;
end
$$;

-- Writes to the other side ('resident'), or an internal note ('internal', staff only). Sending the same id twice writes
-- once. At most 50 messages a person and day.
-- Definer: writes tables that nobody may write to.
create function private.add_report_message(p_id uuid, p_report_id uuid, p_body text, p_audience public.message_audience)
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
  elsif not private.attempt('report_message', (select auth.uid())::text, case v_role when 'reporter' then 50 else 1000 end, '1 day') then
    return 'too_many_today';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id;
  perform private.write_report_message(p_id, v_report, v_role, p_audience, p_body);
  return 'sent';
end
$$;
create function public.add_report_message(
  id uuid, report_id uuid, body text, audience public.message_audience default 'resident'
) returns public.report_message_outcome
language sql set search_path = '' as $$ select private.add_report_message(id, report_id, body, audience) $$;
grant execute on function private.add_report_message(uuid, uuid, text, public.message_audience) to authenticated;
grant execute on function public.add_report_message(uuid, uuid, text, public.message_audience) to authenticated;

-- "Jeg har det også", and taking it back. Locks the case, so that nobody joins at the moment it is finished; the
-- trigger below keeps the count.
-- Definer: locks the case, which nobody may write to.
create function private.follow_report(p_report_id uuid, p_is_following boolean) returns public.follow_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_report public.reports;
begin
  if not private.sees_as_neighbour(p_report_id) then
    return 'not_found';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if p_report_id in (select private.my_report_ids()) then
    return 'own_report';
  elsif p_is_following and not v_report.is_open then
    return 'finished';
  end if;
  if p_is_following then
    insert into public.report_followers (report_id, person_id) values (p_report_id, v_me) on conflict do nothing;
  else
    delete from public.report_followers f where f.report_id = p_report_id and f.person_id = v_me;
  end if;
  return case when not found then 'unchanged' when p_is_following then 'followed' else 'unfollowed' end;
end
$$;
create function public.follow_report(report_id uuid, is_following boolean default true) returns public.follow_report_outcome
language sql set search_path = '' as $$ select private.follow_report(report_id, is_following) $$;
grant execute on function private.follow_report(uuid, boolean) to authenticated;
grant execute on function public.follow_report(uuid, boolean) to authenticated;

-- The cases I reported in this building. Invoker: the policies decide; it only picks mine among what staff see too.
create function public.my_reports(block_id uuid) returns setof public.reports
language sql stable set search_path = '' as $$
  select r.* from public.reports r
  where r.block_id = my_reports.block_id and r.id in (select private.my_report_ids())
$$;
grant execute on function public.my_reports(uuid) to authenticated;

-- A deleted account takes the contact with it; the fault and its history stay with the landlord.
create function private.tg_report_details__forget_contact() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.contact := null;
  return new;
end
$$;
create trigger forget_contact before update of reporter_id on public.report_details
  for each row when (new.reporter_id is null) execute function private.tg_report_details__forget_contact();

-- Keeps the count of the case, also when a follower deletes their account.
-- Definer: the row may go by the account's cascade, whoever that runs as.
create function private.tg_report_followers__count() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.reports r
  set affected_count = r.affected_count + case when tg_op = 'INSERT' then 1 else -1 end
  where r.id = coalesce(new.report_id, old.report_id);
  return null;
end
$$;
create trigger count after insert or delete on public.report_followers
  for each row execute function private.tg_report_followers__count();
