-- Attendance: who came to a date of an activity and how many people there were, ticked at the door; and the log of staff doing so.

-- How many of the party came, on one date. No row: not ticked yet.
create table public.attendances (
  session_id uuid not null,
  signup_id uuid not null,
  activity_id uuid not null,
  block_id uuid not null,
  present_count integer not null check (present_count between 0 and 20),
  primary key (session_id, signup_id),
  foreign key (session_id, activity_id, block_id) references public.activity_sessions (id, activity_id, block_id) on delete cascade,
  foreign key (signup_id, activity_id, block_id) references public.signups (id, activity_id, block_id) on delete cascade
);
create index attendances_session_id_idx on public.attendances (session_id, activity_id, block_id);
create index attendances_signup_id_idx on public.attendances (signup_id, activity_id, block_id);
alter table public.attendances enable row level security;

create policy select_manager on public.attendances for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy insert_manager on public.attendances for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.attendances for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy delete_manager on public.attendances for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select, delete on public.attendances to authenticated;
grant insert (session_id, signup_id, activity_id, block_id, present_count) on public.attendances to authenticated;
grant update (present_count) on public.attendances to authenticated;

-- How many came to a date without sign-up. A table of its own, because only those who run the activity may read the number.
create table public.head_counts (
  session_id uuid primary key,
  activity_id uuid not null,
  block_id uuid not null,
  heads integer not null check (heads between 0 and 10000),
  foreign key (session_id, activity_id, block_id) references public.activity_sessions (id, activity_id, block_id) on delete cascade
);
create index head_counts_session_id_idx on public.head_counts (session_id, activity_id, block_id);
alter table public.head_counts enable row level security;

create policy select_manager on public.head_counts for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy insert_manager on public.head_counts for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.head_counts for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select on public.head_counts to authenticated;
grant insert (session_id, activity_id, block_id, heads) on public.head_counts to authenticated;
grant update (heads) on public.head_counts to authenticated;

-- Adds to the head count of a date (a negative number subtracts; never below 0). Returns the new number.
-- Invoker: the policies decide. Raises 42501 when I do not run the activity.
create function public.count_heads(session_id uuid, change integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_heads integer;
begin
  insert into public.head_counts as h (session_id, activity_id, block_id, heads)
  select s.id, s.activity_id, s.block_id, greatest(0, least(coalesce(change, 0), 10000))
  from public.activity_sessions s where s.id = count_heads.session_id
  on conflict on constraint head_counts_pkey do update set heads = greatest(0, least(h.heads + coalesce(change, 0), 10000))
  returning heads into v_heads;
  return v_heads;
end
$$;
grant execute on function public.count_heads(uuid, integer) to authenticated;

-- Sets how many of a party came to a date, at most the size of the party. It sets a total, not a difference: sent twice, or from two
-- phones, the result is the same. Returns the new number; null when I cannot see the date or the sign-up, or they belong to two activities.
-- Invoker: the policies decide. Raises 42501 when I do not run the activity.
create function public.tick_attendance(session_id uuid, signup_id uuid, present_count integer) returns integer
language sql set search_path = '' as $$
  insert into public.attendances as c (session_id, signup_id, activity_id, block_id, present_count)
  select s.id, g.id, g.activity_id, g.block_id, greatest(0, least(coalesce(tick_attendance.present_count, 0), g.party_size))
  from public.signups g
  join public.activity_sessions s on s.id = tick_attendance.session_id and s.activity_id = g.activity_id
  where g.id = tick_attendance.signup_id
  on conflict on constraint attendances_pkey do update set present_count = excluded.present_count
  returning c.present_count
$$;
grant execute on function public.tick_attendance(uuid, uuid, integer) to authenticated;

-- Sets the head count of a date, like tick_attendance; count_heads adds to it. Returns the new number; null when I cannot see
-- such a date. Invoker: the policies decide. Raises 42501 when I do not run the activity.
create function public.set_heads(session_id uuid, heads integer) returns integer
language sql set search_path = '' as $$
  insert into public.head_counts as h (session_id, activity_id, block_id, heads)
  select s.id, s.activity_id, s.block_id, set_heads.heads
  from public.activity_sessions s where s.id = set_heads.session_id
  on conflict on constraint head_counts_pkey do update set heads = excluded.heads
  returning h.heads
$$;
grant execute on function public.set_heads(uuid, integer) to authenticated;

-- Logs that a member of staff kept attendance of a date (set or raised numbers), or lowered numbers: each once in twelve hours, so
-- that a whole evening is two lines at most. Never who came or how many: the log is kept for years and read by people who do not run
-- the activity, while names on a list are kept for 30 days. The argument is the column with the number.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_door__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row constant jsonb := to_jsonb(coalesce(new, old));
  v_was constant integer := (to_jsonb(old) ->> tg_argv[0])::integer;
  v_is constant integer := (to_jsonb(new) ->> tg_argv[0])::integer;
  v_act constant public.audit_act := case when v_is is null or v_is < v_was then 'untick' else 'tick' end;
  v_date constant timestamptz := (
    select s.starts_at from public.activity_sessions s where s.id = (v_row ->> 'session_id')::uuid
  );
begin
  if v_is is distinct from v_was and private.acts_as_staff((v_row ->> 'block_id')::uuid) and not exists (
    select from public.audit_entries e
    where e.subject_id = (v_row ->> 'activity_id')::uuid and e.acted_at > now() - interval '12 hours'
      and e.subject = 'attendance' and e.act = v_act and (e.details ->> 'at')::timestamptz = v_date and e.actor_id = (select auth.uid())
  ) then
    perform private.log_act((v_row ->> 'block_id')::uuid, v_act, 'attendance', (v_row ->> 'activity_id')::uuid,
      jsonb_build_object('at', v_date));
  end if;
  return null;
end
$$;
create trigger log_door after insert or update or delete on public.attendances for each row
  when (current_user = 'authenticated') execute function private.tg_door__log('present_count');
create trigger log_door after insert or update or delete on public.head_counts for each row
  when (current_user = 'authenticated') execute function private.tg_door__log('heads');
