-- Creating a case: sent by a resident, made by the staff for somebody without an account, or by the landlord's
-- own system (systems/open311-write.sql). Every expected outcome is a value, not an exception.

-- Limits per day (Oslo): cases of a person for themselves; and cases that a member of staff makes for others.
insert into private.limits (what, most, per) values ('report', 10, '1 day'), ('report_for', 100, '1 day');

create type public.create_report_outcome as enum (
  'created', 'not_member', 'wrong_place', 'wrong_thing', 'wrong_photo', 'too_many_today', 'sent_already', 'id_taken'
);

-- Makes a case, or returns the case that the same person made before with this id.
-- p_reporter_id: null when nobody with an account reports it. p_photo_paths: files already stored in the caller's own folder,
-- at most 4. Where an outage is posted for this thing at this place, the new case is merged into it at once.
-- Granted to nobody: the callers have checked the rights, and hold a lock on the person.
create function private.make_report(
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

-- The case that I made with this id, or that somebody else did; no row when the id is free. Granted to nobody.
create function private.made_before(p_id uuid) returns table (outcome public.create_report_outcome, number bigint)
language sql stable set search_path = '' as $$
  select case when m.is_mine then 'created' else 'id_taken' end::public.create_report_outcome, case when m.is_mine then r.number end
  from public.reports r
  left join public.report_details d on d.report_id = r.id,
  lateral (
    select coalesce(d.reporter_id = (select auth.uid()), false) or exists (
      select from public.report_events e join public.report_event_actors a on a.event_id = e.id
      where e.report_id = r.id and e.to_status = 'received' and e.from_status is null and a.person_id = (select auth.uid())
    ) as is_mine
  ) m
  where r.id = p_id
$$;

-- Normalises a text for comparison: lower case, and any white space as one blank.
create function private.plain_words(p_text text) returns text
language sql immutable set search_path = '' as $$
  select btrim(lower(regexp_replace(p_text, '\s+', ' ', 'g')))
$$;

-- Reports a fault in my own flat or in a common place. Limited per day, counted under a lock on
-- the person, so that 40 parallel reports do not exceed it. The same words for the same thing at the same place return the existing case
-- while it is open or from today.
-- Definer: writes tables that no role may write, and looks whether the id is taken by somebody else.
create function private.create_report(
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
create function public.create_report(
  id uuid, block_id uuid, place_id uuid, thing public.report_thing, description text, is_urgent boolean default false,
  access public.report_access default null, contact text default null, photo_paths text[] default '{}',
  are_photos_shared boolean default false
) returns table (outcome public.create_report_outcome, number bigint)
language sql set search_path = '' as $$
  select * from private.create_report(
    id, block_id, place_id, thing, is_urgent, description, access, contact, photo_paths, are_photos_shared)
$$;
grant execute on function private.create_report(
  uuid, uuid, uuid, public.report_thing, boolean, text, public.report_access, text, text[], boolean) to authenticated;
grant execute on function public.create_report(
  uuid, uuid, uuid, public.report_thing, text, boolean, public.report_access, text, text[], boolean) to authenticated;

-- The staff report for somebody without an account, for any place of the building. `contact` is how to reach the person; the
-- person's name is not asked for.
-- Definer: for the same reason as create_report.
create function private.create_report_for(
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
create function public.create_report_for(
  id uuid, block_id uuid, place_id uuid, thing public.report_thing, description text, is_urgent boolean default false,
  access public.report_access default null, contact text default null, photo_paths text[] default '{}'
) returns table (outcome public.create_report_outcome, number bigint)
language sql set search_path = '' as $$
  select * from private.create_report_for(id, block_id, place_id, thing, is_urgent, description, access, contact, photo_paths)
$$;
grant execute on function private.create_report_for(
  uuid, uuid, uuid, public.report_thing, boolean, text, public.report_access, text, text[]) to authenticated;
grant execute on function public.create_report_for(
  uuid, uuid, uuid, public.report_thing, text, boolean, public.report_access, text, text[]) to authenticated;
