-- Deleting what is kept no longer than private.retention_rules says (base/retention.sql): run by the server, safe to run twice and by
-- several servers at once. Other jobs (drafts, attempts, names of sign-ups, readers, messages) use the same table
-- in their own files.

-- How often the jobs below run.
insert into private.limits (what, most, per) values ('retention', 1, '10 minutes');

-- Accounts that were never used (no name, no membership, no request), and those of people without any membership who do
-- not come back. Deleted as if they had done it themselves. Returns how many. Definer: reads and deletes accounts.
create function private.forget_accounts() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from auth.users u
  where u.id in (
    select a.id from auth.users a
    cross join lateral (
      select now() - private.keep(case when exists (select from public.people p where p.id = a.id)
        then 'left_accounts' else 'never_joined_accounts' end) as before
    ) c
    where greatest(a.created_at, a.last_sign_in_at) < c.before
      and not exists (select from public.memberships m where m.person_id = a.id)
      and not exists (select from public.join_requests r where r.person_id = a.id)
      and not exists (select from auth.sessions s where s.user_id = a.id and greatest(s.created_at, s.updated_at) > c.before)
    order by a.id limit 100 for update of a skip locked
  );
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Old slips, requests that were decided or never decided, and memberships that ended. People who are locked out stay so until the
-- consultant lifts it. Returns how many of each. Granted to nobody.
create function private.forget_old_in_residents() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_slips integer;
  v_requests integer;
  v_memberships integer;
begin
  delete from private.sign_in_slips s where s.expires_at < now() - (select private.keep('sign_in_slips'));
  get diagnostics v_slips = row_count;
  delete from public.join_requests r where coalesce(r.decided_at, r.asked_at) < now() - (select private.keep('join_requests'));
  get diagnostics v_requests = row_count;
  delete from public.memberships m where m.ended_at < now() - (select private.keep('memberships')) and m.blocked_at is null;
  get diagnostics v_memberships = row_count;
  return jsonb_build_object('forgotten_sign_in_slips', v_slips, 'forgotten_join_requests', v_requests, 'forgotten_memberships', v_memberships);
end
$$;

-- Old rows, a line for each domain (forget_old_in_…), the acts of staff last. Returns how many of each.
-- Definer: deletes rows that no role may delete, and calls begin_forgetting.
create function private.forget_old_rows() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_counts jsonb;
begin
  perform private.begin_forgetting();
  v_counts := private.forget_old_in_residents()
    || private.forget_old_in_messages()
    || private.forget_old_in_notifications()
    || private.forget_old_in_polls()
    || private.forget_old_in_moderation();
  perform private.end_forgetting();
  return v_counts;
end
$$;

-- All of the above and old cases (reports/forgetting.sql), not more often than its limit, because it scans whole tables. In between, and
-- for a second caller at the same time, it does nothing.
-- Definer: counts the calls.
-- API: service_role
create function private.run_retention_jobs() returns jsonb
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

-- The periods as the page on privacy prints them; attempts are kept as long as the longest limit needs them.
-- Definer: no role reaches the tables.
-- API: anon, authenticated
create function private.kept_for() returns table (what text, years integer, months integer, days integer, hours integer)
language sql stable security definer set search_path = '' as $$
  select k.what, extract(year from k.keep)::integer, extract(month from k.keep)::integer, extract(day from k.keep)::integer,
    extract(hour from k.keep)::integer
  from (
    select r.what, r.keep from private.retention_rules r
    union all select 'attempts', max(l.per) from private.limits l
  ) k
  order by k.keep, k.what
$$;
