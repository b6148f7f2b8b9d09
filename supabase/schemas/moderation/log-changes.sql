-- What staff write to a table directly, past no function that logs: settings of the building, contacts, activities and who runs them,
-- outages, the rules and the people of Boligbygg. What is not published yet is no act. Dates and the door: 000807.

-- Whether the signed-in person has a role of staff in this building, or one that is of no building. Granted to nobody.
create function private.acts_as_staff(p_block_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and private.is_staff_role(m.role)
      and (m.block_id is null or m.block_id = p_block_id)
  )
$$;

-- Logs the change when a member of staff made it. The argument says what kind of thing it was: of a row without an id, the thing that the row
-- belongs to. A save that changes nothing is nothing: the version of an activity and how far ahead its dates are made count themselves.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_staff_change__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row constant jsonb := to_jsonb(coalesce(new, old));
  v_block_id constant uuid := case tg_table_name when 'blocks' then v_row ->> 'id' else v_row ->> 'block_id' end;
  v_subject_id constant text := coalesce(v_row ->> 'activity_id', v_row ->> 'report_id', v_row ->> 'id');
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - '{version,made_until}'::text[] = to_jsonb(old) - '{version,made_until}'::text[]
    or v_row ? 'activity_id' and not private.is_known((v_row ->> 'activity_id')::uuid) then
    return null;
  end if;
  if private.acts_as_staff(v_block_id) then
    perform private.log_act(
      v_block_id, case tg_op when 'INSERT' then 'add' when 'UPDATE' then 'change' else 'remove' end, tg_argv[0],
      case when v_subject_id ~ '^[0-9a-f-]{36}$' then v_subject_id::uuid
        else coalesce(v_block_id, '00000000-0000-0000-0000-000000000000') end,
      null);
  end if;
  return null;
end
$$;
