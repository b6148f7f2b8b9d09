-- What the owners of a follow-up do: report its progress, date and cost, and reopen it.

-- How far ahead the next update may be promised.
insert into private.periods (what, lasts) values ('next_follow_up', '1 year');

-- The follow-up, locked, when I may write about it: the consultant of the building always, the landlord when the landlord
-- owns it. Null for everybody else and before the count. Granted to nobody.
create function private.lock_follow_up(p_poll_id uuid) returns public.follow_ups
language plpgsql set search_path = '' as $$
declare
  v_follow_up public.follow_ups;
begin
  select f.* into v_follow_up from public.follow_ups f
  where f.poll_id = p_poll_id and exists (select from public.polls p where p.id = f.poll_id and p.counted_at is not null)
  for update;
  if private.has_role(v_follow_up.block_id, '{consultant}')
    or (v_follow_up.owner = 'landlord' and private.has_role(v_follow_up.block_id, '{landlord}')) then
    return v_follow_up;
  end if;
  return null;
end
$$;

create type public.update_follow_up_outcome as enum (
  'updated', 'reopened', 'changed_meanwhile', 'body_missing', 'next_missing', 'next_passed', 'next_too_far', 'delay_missing', 'wrong_status', 'closed',
  'not_allowed'
);

-- Posts an update, unless somebody else has since p_seen_version was shown (null: no check). p_id is a key chosen by the form: sent
-- twice it is one update. Words are always required. While anything is left to do: a day within a year, and a reason when the last day has
-- passed or is moved without progress. Done and declined are final: only p_is_reopened resumes the work. Logged; supporters of a winning
-- proposal are notified, and the landlord when it becomes the landlord's to do.
-- Definer: writes tables that no role may write.
-- API: authenticated
create function private.update_follow_up(
  p_id uuid, p_poll_id uuid, p_status public.follow_up_status, p_body text, p_next_on date default null,
  p_delayed_because text default null, p_cost_nok integer default null, p_owner public.phase_owner default null,
  p_is_reopened boolean default false, p_seen_version integer default null
) returns public.update_follow_up_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.follow_ups := private.lock_follow_up(p_poll_id);
  v_body text := nullif(private.trimmed(p_body), '');
  v_reason text := nullif(private.trimmed(p_delayed_because), '');
  v_was_open boolean := v_old.status in ('decision', 'work');
  v_is_open boolean := p_status in ('decision', 'work');
  v_next_on date := case when v_is_open then p_next_on end;
begin
  if v_old.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_updates u where u.id = p_id) then
    return case when exists (select from public.follow_up_updates u where u.id = p_id and u.poll_id = p_poll_id)
      then 'updated' else 'not_allowed' end;
  elsif p_seen_version <> v_old.version then
    return 'changed_meanwhile';
  elsif not v_was_open and p_status <> v_old.status and not (p_status = 'work' and p_is_reopened) then
    return 'closed';
  elsif p_status is null or (v_was_open and p_status < v_old.status) then
    return 'wrong_status';
  elsif v_body is null then
    return 'body_missing';
  elsif v_is_open and v_next_on is null then
    return 'next_missing';
  elsif v_next_on < private.today() then
    return 'next_passed';
  elsif v_next_on > private.today() + private.period('next_follow_up') then
    return 'next_too_far';
  elsif v_was_open and v_is_open and v_reason is null
    and (v_old.next_on < private.today() or (p_status = v_old.status and v_next_on > v_old.next_on)) then
    return 'delay_missing';
  end if;
  update public.follow_ups f
  set status = p_status, body = v_body, next_on = v_next_on, delayed_because = case when v_is_open then v_reason end,
    cost_nok = coalesce(p_cost_nok, f.cost_nok),
    owner = case when private.has_role(f.block_id, '{consultant}') then coalesce(p_owner, f.owner) else f.owner end, updated_at = now(),
    version = f.version + 1,
    decision = case when v_old.status = 'decision' and p_status <> 'decision' then v_body else f.decision end,
    closed_at = case when v_is_open then null when v_was_open then now() else f.closed_at end
  where f.poll_id = p_poll_id;
  insert into public.follow_up_updates (id, poll_id, block_id, author_role, status, body, next_on, promised_on, delayed_because, cost_nok)
  values (p_id, p_poll_id, v_old.block_id,
    case when private.has_role(v_old.block_id, '{consultant}') then 'consultant' else 'landlord' end::public.phase_owner,
    p_status, v_body, v_next_on, v_old.next_on, case when v_is_open then v_reason end, p_cost_nok);
  perform private.log_act(v_old.block_id, case when v_is_open and not v_was_open then 'reopen_follow_up' else 'update_follow_up' end::public.audit_act,
    'poll', p_poll_id, p_reason => v_body);
  perform private.notify_follow_up_changed(p_poll_id, p_id);
  if v_old.owner <> 'landlord' or not v_was_open then
    perform private.notify_follow_up_given(p_poll_id, p_id::text, (select auth.uid()));
  end if;
  return case when v_is_open and not v_was_open then 'reopened' else 'updated' end::public.update_follow_up_outcome;
end
$$;
