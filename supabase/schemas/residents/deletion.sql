-- Deleting an account, by its owner, by retention or by the operator of the database: everything hangs on the row in
-- auth.users, so all ways have the same effect. What is deleted and what stays: docs/privacy.md and
-- docs/decisions/021-own-data.md.

-- Deletes what the auth and storage services keep beside the account, where they have such tables. Granted to nobody.
create function private.forget_in_services(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  update storage.objects o set owner = null, owner_id = null where o.owner_id = p_person_id::text or o.owner = p_person_id;
  delete from auth.refresh_tokens r where r.user_id::text = p_person_id::text;
  if to_regclass('auth.audit_log_entries') is not null then
    execute 'delete from auth.audit_log_entries e where e.payload::text like $1' using '%' || p_person_id || '%';
  end if;
  if to_regclass('auth.flow_state') is not null then
    execute 'delete from auth.flow_state f where f.user_id = $1' using p_person_id;
  end if;
end
$$;

-- Before the account is deleted: each domain removes its part (its forgetting.sql), a line for each, then the memberships end (which counts
-- moves in open votes). Foreign keys to people delete the rest. Locks in the order used everywhere: memberships, activities (both by
-- tg_users__lock_signups, which is first by its name), cases, proposals.
-- Definer: the account service may not read any of this.
create function private.tg_users__take_leave() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_words constant text[] := private.words_of(old.id);
begin
  perform private.lock_in_reports(old.id);
  perform private.lock_in_proposals(old.id);
  perform private.begin_forgetting();
  perform private.forget_in_moderation(old.id, v_words);
  perform private.forget_in_activities(old.id, v_words);
  perform private.forget_in_reports(old.id, v_words);
  perform private.forget_in_proposals(old.id, v_words);
  perform private.forget_in_polls(old.id, v_words);
  perform private.forget_in_services(old.id);
  update public.memberships m set ended_at = now() where m.person_id = old.id and m.ended_at is null;
  perform private.end_forgetting();
  return old;
end
$$;
create trigger take_leave before delete on auth.users
  for each row execute function private.tg_users__take_leave();

create type public.delete_account_outcome as enum ('deleted', 'wrong_password', 'too_many_attempts', 'second_factor_missing',
  'not_found');

-- Deletes my account, now and for good; requires its password when it has one (limited tries), and
-- its second factor when it has one. A second call finds nothing.
-- Definer: reads and deletes in the tables of the auth service.
-- API: authenticated
create function private.delete_account(p_word text default null) returns public.delete_account_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
  v_check public.password_check;
begin
  if v_me is null then
    raise exception using errcode = '42501', message = 'sign in first';
  elsif private.account_state() = 'none' then
    return 'not_found';
  elsif private.my_staff_gate() = 'code' then
    return 'second_factor_missing';
  end if;
  v_check := private.try_password('delete_account', p_word);
  if v_check <> 'right' then
    return case v_check when 'wrong' then 'wrong_password' else 'too_many_attempts' end::public.delete_account_outcome;
  end if;
  delete from auth.users u where u.id = v_me;
  return case when found then 'deleted' else 'not_found' end::public.delete_account_outcome;
end
$$;
