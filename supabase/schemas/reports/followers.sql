-- Neighbours of a case: those with the same fault ("Jeg har det også"), and those who report that it is not fixed ("Ikke fikset").

-- How long after "fixed" a neighbour may report that it is not, and how many flats reopen the case.
insert into private.periods (what, lasts) values ('objection', '14 days');
insert into private.numbers (what, value) values ('flats_to_reopen', 2);

-- Other people with the fault: in common places, and where their own case was merged into this one.
create table public.report_followers (
  report_id uuid not null references public.reports on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  -- The case that brought them: they leave with it when the merge is undone. Not a foreign key, or the API would find two
  -- relationships between followers and cases.
  merged_from uuid,
  created_at timestamptz not null default now(),
  primary key (report_id, person_id)
);
create index report_followers_person_id_idx on public.report_followers (person_id);
alter table public.report_followers enable row level security;

create policy select_own on public.report_followers for select to authenticated
  using (person_id = (select auth.uid()));
-- No insert or delete: follow_report does it, and a trigger maintains the count of the case.
grant select on public.report_followers to authenticated;

-- "Ikke fikset" from the neighbours: the second flat reopens the case. One row per person; a flat counts once.
create table public.report_objections (
  report_id uuid not null references public.reports on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  -- Empty for somebody who works in the building.
  flat_id uuid references public.places on delete cascade,
  created_at timestamptz not null default now(),
  primary key (report_id, person_id)
);
create index report_objections_person_id_idx on public.report_objections (person_id);
create index report_objections_flat_id_idx on public.report_objections (flat_id);
alter table public.report_objections enable row level security;

create policy select_own on public.report_objections for select to authenticated
  using (person_id = (select auth.uid()));
-- No insert or delete: object_report counts them.
grant select on public.report_objections to authenticated;

create type public.follow_report_outcome as enum ('followed', 'unfollowed', 'unchanged', 'own_report', 'finished', 'not_found');

-- Presses "Jeg har det også", or takes it back. Locks the case, so that nobody joins while it is being finished; the
-- trigger below maintains the count.
-- Definer: locks the case, which nobody may write to.
-- API: authenticated
create function private.follow_report(p_report_id uuid, p_is_following boolean default true) returns public.follow_report_outcome
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

-- Maintains the count of the case, also when a follower deletes their account.
-- Definer: the row may be deleted by the account's cascade, which runs as any role.
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

create type public.object_report_outcome as enum ('counted', 'reopened', 'unchanged', 'not_allowed', 'too_late', 'not_found');

-- "Ikke fikset" from a neighbour in a common place, within the time limit: with enough flats the case reopens. Somebody who works in
-- the building counts as a flat of their own. Locks the case, so that the second objection sees the first.
-- Definer: reads the others' objections, and writes the case.
-- API: authenticated
create function private.object_report(p_report_id uuid) returns public.object_report_outcome
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
