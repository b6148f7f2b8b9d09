-- A member of staff switched a second factor on or off. The auth service does it, so it is seen where the service writes it: hosted and
-- embedded keep factors in the same table.

-- Logs that a factor is in use now, or no longer, in each building where its owner is of the staff. Not what the admin takes away
-- (remove_second_factor logs that) and not what goes with an account (no membership is left then). The auth service does not say who asked: it
-- lets nobody but the owner set up a factor or take one away. Whoever holds the key of the server could too, and is not told from the owner.
-- Definer: the auth service may not see memberships or write the log.
create function private.tg_mfa_factors__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id constant uuid := coalesce(new.user_id, old.user_id);
  v_was constant boolean := tg_op <> 'INSERT' and coalesce(old.status::text, '') = 'verified';
  v_is constant boolean := tg_op <> 'DELETE' and coalesce(new.status::text, '') = 'verified';
begin
  if v_was <> v_is and coalesce((select auth.uid()), v_person_id) = v_person_id then
    insert into public.audit_entries (block_id, actor_id, actor_role, act, subject_kind, subject_id)
    select m.block_id, m.person_id, m.role, case when v_is then 'switch_on_second_factor' else 'switch_off_second_factor' end, 'membership', m.id
    from public.memberships m
    where m.person_id = v_person_id and m.ended_at is null and private.is_staff_role(m.role)
    order by m.id;
  end if;
  return null;
end
$$;
create trigger log_factor after insert or update of status or delete on auth.mfa_factors
  for each row execute function private.tg_mfa_factors__log();
