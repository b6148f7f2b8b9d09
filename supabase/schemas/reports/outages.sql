-- Outages: information about a fault in a common place, posted by the staff for everybody. New cases of it are merged into its case.

-- Information about a fault in a common place ("tekniker torsdag"). It belongs to a case: somebody who reports the same thing at the
-- same place is shown it and merged into that case. The words are the staff's, public on the internet.
create table public.outages (
  report_id uuid primary key,
  block_id uuid not null,
  place_id uuid not null,
  thing public.report_thing not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 300),
  -- When something is expected to happen; empty when unknown.
  expected_on date,
  posted_at timestamptz not null default now(),
  -- When its case was closed.
  ended_at timestamptz,
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade,
  foreign key (place_id, block_id) references public.places (id, block_id) on delete cascade
);
create unique index outages_current_idx on public.outages (place_id, thing) where ended_at is null;
create index outages_report_id_idx on public.outages (report_id, block_id);
create index outages_place_id_idx on public.outages (place_id, block_id);
create index outages_block_id_idx on public.outages (block_id) where ended_at is null;
alter table public.outages enable row level security;

create policy select_current on public.outages for select to anon, authenticated
  using (ended_at is null or block_id in (select private.my_block_ids('{consultant,landlord}')));
create policy delete_staff on public.outages for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant,landlord}')));
-- No insert or update: post_outage makes its case with it.
grant select on public.outages to anon, authenticated;
grant delete on public.outages to authenticated;

create type public.post_outage_outcome as enum ('posted', 'not_allowed', 'wrong_place', 'wrong_thing', 'finished', 'posted_already');

-- Posts or changes an outage in a common place. p_id is an open case of that thing at that place, or a
-- new one that is made here. People with the fault are notified.
-- Definer: for the same reason as merge_report.
-- API: authenticated
create function private.post_outage(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_body text, p_expected_on date default null
) returns public.post_outage_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_role public.report_actor := private.my_staff_role(p_block_id);
  v_report public.reports;
  v_made public.create_report_outcome;
  v_is_new boolean;
  v_is_said boolean;
begin
  if v_role is null then
    return 'not_allowed';
  elsif not exists (
    select from public.places p where p.id = p_place_id and p.block_id = p_block_id and p.kind <> 'flat'
  ) then
    return 'wrong_place';
  end if;
  -- One at a time for a place, so that the second of two at once meets the first; the case before the place, as everywhere.
  perform from public.reports r where r.id = p_id for update;
  perform pg_advisory_xact_lock(hashtextextended('outage' || p_place_id::text, 0));
  if exists (
    select from public.outages o where o.place_id = p_place_id and o.thing = p_thing and o.ended_at is null and o.report_id <> p_id
  ) then
    return 'posted_already';
  end if;
  select * into v_report from public.reports r where r.id = p_id for update;
  v_is_new := not found;
  if v_is_new then
    select m.outcome into v_made
    from private.make_report(p_id, p_block_id, p_place_id, p_thing, false, p_body, null, null, '{}', false, null, v_role) m;
    if v_made <> 'created' then
      return 'wrong_thing';
    end if;
    select * into v_report from public.reports r where r.id = p_id;
  elsif (v_report.block_id, v_report.place_id, v_report.thing) is distinct from (p_block_id, p_place_id, p_thing) then
    return 'wrong_place';
  elsif not v_report.is_open then
    return 'finished';
  end if;
  v_is_said := v_is_new or exists (
    select from public.outages o where o.report_id = p_id and o.ended_at is null
      and o.body = private.trimmed(p_body) and o.expected_on is not distinct from p_expected_on
  );
  insert into public.outages (report_id, block_id, place_id, thing, body, expected_on)
  values (p_id, p_block_id, p_place_id, p_thing, private.trimmed(p_body), p_expected_on)
  on conflict (report_id) do update
  set body = excluded.body, expected_on = excluded.expected_on, posted_at = now(), ended_at = null;
  if not v_is_said then
    perform private.write_report_message(gen_random_uuid(), v_report, v_role, 'everyone', p_body);
  end if;
  return 'posted';
end
$$;

-- Outages that staff delete here directly are logged.
create trigger log_staff_change after delete on public.outages for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('outage');
