-- Notifications of being accepted, declined, and removed as a member. Neutral words: no reason, and not who decided.

-- The kinds.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('account_slip', 'account', 'account', 'whenever', 'staff_acts', false, true, true),
  ('account_password', 'account', 'account', 'whenever', 'staff_acts', false, true, true),
  ('account_joined', 'account', 'account', 'whenever', 'home', false, false, true),
  ('account_not_joined', 'account', 'account', 'whenever', 'join_without_code', false, false, false),
  ('account_ended', 'account', 'account', 'whenever', 'staff_acts', false, false, false);

-- Everybody may be notified of their own account. For may_be_told; granted to nobody.
create function private.may_be_told_of_account(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$ select true $$;

-- Notifies the person of the answer to a request to join. Somebody without a row in people gets an e-mail where there is an address; their
-- name and flat are not stored for it. The page /mitt shows the answer itself. Granted to nobody.
create function private.tell_join_answer(p_request_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_request public.join_requests;
begin
  select * into v_request from public.join_requests r where r.id = p_request_id;
  insert into public.notifications (person_id, block_id, kind, subject)
  select p.id, v_request.block_id,
    case v_request.status when 'approved' then 'account_joined' else 'account_not_joined' end::public.notification_kind, v_request.id::text
  from public.people p where p.id = v_request.person_id
  on conflict (person_id, kind, subject) do nothing;
  if not exists (select from public.people p where p.id = v_request.person_id)
    and private.address_of(v_request.person_id, 'email') is not null then
    insert into public.outbox_messages (channel, kind, payload, join_request_id) values ('email', 'join_answer', '{}', v_request.id);
  end if;
end
$$;

-- A membership was ended by somebody else: the consultant, also with a change of tenants, or the admin. Definer: writes
-- notifications of people whom the caller may not see.
create function private.tg_memberships__tell_end() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.notifications (person_id, block_id, kind, subject)
  values (new.person_id, new.block_id, 'account_ended', new.id || ':' || new.ended_at)
  on conflict (person_id, kind, subject) do nothing;
  return null;
end
$$;
create trigger tell_end after update of ended_at on public.memberships for each row
  when (old.ended_at is null and new.ended_at is not null and new.block_id is not null and auth.uid() <> new.person_id)
  execute function private.tg_memberships__tell_end();
