-- What cannot change in a vote, its options and its phases once it is open, for any role.

-- An open vote does not change, for any role, except: extended once, stopped, closed, counted. The status never goes back.
create function private.tg_polls__freeze() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_moving constant text[] := '{status,closes_at,first_closes_at,extended_at,extension_reason,closed_at,counted_at,stopped_at,stop_reason}';
begin
  if new.status < old.status or (old.status = 'closed' and new.status = 'stopped')
    or (old.status not in ('draft', 'planned') and to_jsonb(new) - v_moving is distinct from to_jsonb(old) - v_moving)
    or (old.status not in ('draft', 'planned')
      and (new.closes_at, new.first_closes_at, new.extended_at, new.extension_reason)
        is distinct from (old.closes_at, old.first_closes_at, old.extended_at, old.extension_reason)
      and not (old.status = 'open' and old.extended_at is null and new.extended_at is not null and new.closes_at > old.closes_at
        and new.first_closes_at = old.closes_at))
    or (old.status = 'closed' and (new.closed_at is distinct from old.closed_at
      or (old.counted_at is not null and new.counted_at is distinct from old.counted_at)))
    or (old.status = 'stopped' and to_jsonb(new) is distinct from to_jsonb(old)) then
    raise exception using errcode = '23514', message = 'a vote that has opened does not change';
  end if;
  return new;
end
$$;
create trigger polls_freeze before update on public.polls for each row execute function private.tg_polls__freeze();

-- Options and phases of an open vote do not change; only extending moves days, to later. The lock makes a concurrent write wait for open_poll.
-- Definer: must see and lock the poll whatever its status.
create function private.tg_poll_parts__freeze() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p
  where p.id = case when tg_op = 'DELETE' then old.poll_id else new.poll_id end
  for share;
  if v_poll.status not in ('draft', 'planned')
    and not (tg_table_name = 'poll_phases' and tg_op = 'UPDATE' and v_poll.status = 'open' and v_poll.extended_at is not distinct from now()) then
    raise exception using errcode = '23514', message = 'a vote that has opened does not change';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger poll_options_freeze before insert or update or delete on public.poll_options
  for each row execute function private.tg_poll_parts__freeze();
create trigger poll_phases_freeze before insert or update or delete on public.poll_phases
  for each row execute function private.tg_poll_parts__freeze();
