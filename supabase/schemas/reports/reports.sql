-- Cases: the faults that residents report, who sees them, and the indexes of their lists. Which cases are mine.

-- What a waiting case waits for.
create type public.report_wait as enum ('parts', 'contractor', 'access');

-- One case: a fault, what the landlord does about it, and who may see which part.
--
-- A case is split by audience, because row-level security hides rows and not columns:
--   reports                  place, thing, status, how many: also the neighbours, when the place is common
--   report_details, _photos  the reporter's words, contact, pictures: the reporter and the staff
--   report_events            what happened, without text: whoever sees the case
--   report_event_actors      who of the staff did it: the staff
--   report_messages          to everyone who sees the case, to the resident (reporter and staff) or internal (staff only)
--   report_followers         "Jeg har det også": each person sees only their own row; the number is a column of the case
-- Staff here means the building's consultant and the landlord. Nothing of this is visible without signing in, except
-- place, thing and status of common-area cases through Open311.
--
-- The row itself holds nothing that reveals who reported it.
-- There is deliberately no "updated at": it would tell the reporter that the staff wrote an internal note.
create table public.reports (
  -- Chosen by the form: sending the same form twice makes one case.
  id uuid primary key,
  number bigint generated always as identity (start with 1001) unique,
  block_id uuid not null references public.blocks on delete cascade,
  place_id uuid not null,
  place_kind public.place_kind not null,
  -- Visible to the neighbours. Derived from the place, so nobody can set it.
  is_common boolean not null generated always as (place_kind <> 'flat') stored,
  thing public.report_thing not null,
  status public.report_status not null default 'received',
  is_open boolean not null generated always as (status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged')) stored,
  -- Set only while it waits.
  waiting_for public.report_wait,
  -- The case it is merged into. It keeps its own data, and the merge can be undone.
  merged_into uuid,
  is_urgent boolean not null default false,
  -- The reporter and those who pressed "Jeg har det også".
  affected_count integer not null default 1 check (affected_count >= 1),
  -- The day (Oslo) by which the landlord expects to be done; empty when the landlord has set no time.
  expected_by date,
  -- When the reporter was last notified of the delay.
  told_late_at timestamptz,
  -- When the consultant last asked the landlord to hurry, and how often.
  chased_at timestamptz,
  chase_count integer not null default 0,
  -- The reporter, or the staff after review, lets the neighbours see the pictures.
  are_photos_shared boolean not null default false check (not are_photos_shared or place_kind <> 'flat'),
  created_at timestamptz not null default now(),
  status_changed_at timestamptz not null default now(),
  unique (id, block_id),
  check ((status = 'waiting') = (waiting_for is not null)),
  check ((status = 'merged') = (merged_into is not null) and merged_into <> id),
  foreign key (merged_into, block_id) references public.reports (id, block_id) on delete restrict,
  foreign key (place_id, block_id, place_kind) references public.places (id, block_id, kind) on delete cascade,
  foreign key (thing, place_kind) references public.report_things (thing, place_kind) on delete restrict
);
create index reports_place_id_idx on public.reports (place_id, block_id, place_kind);
-- "Er det denne?": the same thing at the same place, newest first.
create index reports_similar_idx on public.reports (place_id, thing, number desc);
create index reports_thing_idx on public.reports (thing, place_kind);
-- A building's cases by number, which grows with time.
create index reports_block_id_idx on public.reports (block_id, is_open, number);
create index reports_merged_into_idx on public.reports (merged_into, block_id);
-- What is late, the latest first.
create index reports_late_idx on public.reports (expected_by, number) where is_open and expected_by is not null;

-- The orders of the queue (reports/queue.sql). `number` makes each of them total.
create index reports_created_idx on public.reports (created_at, number);
create index reports_open_created_idx on public.reports (is_open, created_at, number);
create index reports_block_created_idx on public.reports (block_id, is_open, created_at, number) include (id);
create index reports_status_created_idx on public.reports (status, created_at, number) include (id);
create index reports_thing_created_idx on public.reports (thing, is_open, created_at, number) include (id);
create index reports_urgent_idx on public.reports (created_at, number) include (id) where is_open and is_urgent;
create index reports_changed_idx on public.reports (status_changed_at, number);
create index reports_open_changed_idx on public.reports (is_open, status_changed_at, number);
create index reports_affected_idx on public.reports (affected_count, number) where is_open;
create index reports_deadline_idx on public.reports ((coalesce(expected_by, date '9999-12-31')), number) include (id)
  where is_open;

-- Cases of common places by time, for Open311 (systems/open311.sql); with the flats it is the index of the queue.
create index reports_common_created_at_idx on public.reports (created_at) where is_common;

-- What waits in one building (desk/), each with an index of its own.
create index reports_waiting_idx on public.reports (block_id, status_changed_at) where status in ('received', 'reopened');
create index reports_block_late_idx on public.reports (block_id, expected_by) where is_open and expected_by is not null;
create index reports_block_finished_idx on public.reports (block_id, status_changed_at)
  where status in ('fixed', 'confirmed', 'closed');
create index reports_block_changed_idx on public.reports (block_id, status_changed_at);

alter table public.reports enable row level security;

create policy select_reporter_staff_or_neighbour on public.reports for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant,landlord}'))
    or (is_common and block_id in (select private.my_block_ids('{resident,partner}')))
    or id in (select private.my_report_ids())
    or id in (select private.my_merged_into_ids())
  );
-- No insert, update or delete: create_report, change_report_status and similar functions do it. A case is never deleted.
grant select on public.reports to authenticated;

-- The cases I reported. Definer: the policies of report_details themselves depend on it.
create function private.my_report_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select d.report_id from public.report_details d where d.reporter_id = (select auth.uid())
$$;
grant execute on function private.my_report_ids() to authenticated;

-- The cases that mine were merged into. Definer, for the same reason.
create function private.my_merged_into_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  with recursive into_ids (id) as (
    select r.merged_into
    from public.report_details d join public.reports r on r.id = d.report_id
    where d.reporter_id = (select auth.uid()) and r.merged_into is not null
    union
    select r.merged_into from into_ids i join public.reports r on r.id = i.id where r.merged_into is not null
  )
  select id from into_ids
$$;
grant execute on function private.my_merged_into_ids() to authenticated;

-- The cases I reported in this building. Invoker: the policies decide; it only selects mine among all that staff see.
create function public.my_reports(block_id uuid) returns setof public.reports
language sql stable set search_path = '' as $$
  select r.* from public.reports r
  where r.block_id = my_reports.block_id and r.id in (select private.my_report_ids())
$$;
grant execute on function public.my_reports(uuid) to authenticated;
