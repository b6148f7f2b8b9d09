-- What the consultant does about a thing: keep, hide or show it, edit its words, remind or pause its author
-- (without learning who that is). Every act except keeping needs a reason.

-- Notifies the author of a thing, unless the author is the one who acts. The subject is the entry in the log: its reason is read through
-- moderation_reason. Granted to nobody.
create function private.tell_author(p_thing public.things, p_kind public.notification_kind, p_entry_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, proposal_id, poll_id, activity_id)
  select a, p_thing.block_id, p_kind, p_entry_id::text,
    case when p_thing.kind in ('proposal', 'comment') then p_thing.page_id end,
    case when p_thing.kind = 'question' then p_thing.page_id end,
    case when p_thing.kind in ('activity', 'message') then p_thing.page_id end
  from private.authors_of(p_thing.id) a
  where a is distinct from (select auth.uid())
  order by a
$$;

-- Hides what three flats have flagged. Not an act of staff: the log entry has no actor, and never says who flagged last.
-- Granted to nobody.
create function private.hide_by_flags(p_thing public.things) returns void
language plpgsql set search_path = '' as $$
declare
  v_entry_id uuid;
begin
  perform private.set_hidden(p_thing, now(), 'flags', null);
  v_entry_id := private.log_act_by(null, null, p_thing.block_id, 'hide_by_flags', p_thing.kind::text::public.audit_subject, p_thing.id);
  perform private.tell_author(p_thing, 'account_moderated', v_entry_id);
end
$$;

create type public.moderation_act as enum ('dismiss', 'hide', 'restore', 'edit', 'warn', 'pause', 'lift_pause');
create type public.moderation_outcome as enum ('done', 'reason_missing', 'text_missing', 'days_missing', 'in_open_vote', 'nothing_to_do',
  'not_found');

-- An act of the consultant on a thing. p_parts: the other texts of an edited activity, by column. Hiding what flags have hidden,
-- or what was appealed, leaves it hidden, for good. Editing the words shows the thing again. The author is notified (not when it
-- is kept), and sees the reason. A reason may begin with a line `template:…`: a usual one, which the portal translates into the
-- reader's language. Logged. Locks the thing. Definer: writes tables that no role may write, and reads who the author is.
-- API: authenticated
create function private.moderate(
  p_kind public.thing_kind, p_id uuid, p_act public.moderation_act, p_reason text, p_title text default null, p_body text default null,
  p_days integer default null, p_parts jsonb default null
) returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_thing public.things := private.lock_thing(p_kind, p_id);
  v_reason text := nullif(btrim(p_reason), '');
  v_title text := nullif(btrim(p_title), '');
  v_body text := nullif(btrim(p_body), '');
  v_is_hidden boolean := v_thing.hidden_at is not null;
  v_is_appealed boolean := exists (select from public.appeals a where a.thing_id = p_id and a.answered_at is null);
  v_is_flagged boolean := exists (select from public.flags f where f.thing_id = p_id and f.resolved_at is null);
  v_is_changed boolean := exists (select from public.edit_texts x where x.thing_id = p_id and x.changed_again_at is not null);
  v_act public.audit_act := p_act::text::public.audit_act;
  v_entry_id uuid;
begin
  if v_thing.id is null or not private.has_role(v_thing.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null and (p_act <> 'dismiss' or v_is_hidden) then
    return 'reason_missing';
  elsif p_act = 'hide' and v_is_hidden and v_thing.hidden_by = 'staff' and not v_is_appealed
    or p_act = 'restore' and not v_is_hidden
    or p_act = 'dismiss' and not ((v_is_flagged or v_is_changed) and coalesce(v_thing.hidden_by, 'flags') = 'flags')
    or p_act = 'edit' and (coalesce(v_title, v_thing.title), coalesce(v_body, v_thing.body))
      is not distinct from (v_thing.title, v_thing.body) and not private.changes_parts(p_id, p_parts) then
    return 'nothing_to_do';
  elsif p_act = 'edit' and v_body is null and (p_kind = 'activity' and p_parts ? 'body') is not true then
    return 'text_missing';
  elsif p_act = 'edit' and private.is_in_open_vote(v_thing) then
    return 'in_open_vote';
  elsif p_act = 'pause' and coalesce(p_days, 0) not between 1 and private.number('pause_days') then
    return 'days_missing';
  end if;
  if p_act in ('warn', 'pause', 'lift_pause') then
    if p_act <> 'warn' and not private.pause_author(v_thing, p_act = 'pause', p_days, v_reason) then
      return 'nothing_to_do';
    end if;
  elsif p_act = 'hide' then
    perform private.set_hidden(v_thing, coalesce(v_thing.hidden_at, now()), 'staff', v_reason);
  else
    if p_act = 'edit' then
      perform private.edit_thing(v_thing, coalesce(v_title, v_thing.title), v_body, v_reason, p_parts);
    end if;
    perform private.set_hidden(v_thing, null, null, null);
    v_act := case when p_act = 'dismiss' and v_is_hidden then 'restore' else v_act end;
  end if;
  if p_act in ('dismiss', 'hide', 'restore', 'edit') then
    update public.flags f set resolved_at = now(),
      verdict = case p_act when 'hide' then 'hidden' when 'edit' then 'edited' else 'dismissed' end::public.flag_verdict
    where f.thing_id = p_id and f.resolved_at is null;
    update public.appeals a set answered_at = now(), is_granted = p_act <> 'hide', answer = v_reason
    where a.thing_id = p_id and a.answered_at is null;
    update public.edit_texts x set changed_again_at = null where x.thing_id = p_id and x.changed_again_at is not null;
    v_act := case when v_is_appealed and p_act = 'hide' then 'uphold' else v_act end;
  end if;
  v_entry_id := private.log_act(v_thing.block_id, v_act, p_kind::text::public.audit_subject, p_id, p_reason => v_reason);
  if v_act <> 'dismiss' then
    perform private.tell_author(v_thing,
      case when p_act in ('pause', 'lift_pause') then 'account_paused' else 'account_moderated' end::public.notification_kind, v_entry_id);
  end if;
  return 'done';
end
$$;
