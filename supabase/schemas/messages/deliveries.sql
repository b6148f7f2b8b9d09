-- Deliveries: from notifications to messages. One per channel, written with the notification in the same
-- transaction, and gathered into one message per person and channel when it is due.

-- A delivery that has been due for longer is dropped.
insert into private.periods (what, lasts) values ('delivery', '2 days');

-- A notification to be sent by one channel, and when it may be sent; for push, one per browser.
create table private.deliveries (
  id bigint generated always as identity primary key,
  notification_id uuid not null references public.notifications on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  channel public.outbox_channel not null check (channel <> 'webhook'),
  subscription_id uuid references public.push_subscriptions on delete cascade,
  due_at timestamptz not null,
  message_id uuid references public.outbox_messages on delete cascade,
  check ((channel = 'push') = (subscription_id is not null))
);
create index deliveries_notification_id_idx on private.deliveries (notification_id);
create index deliveries_person_id_idx on private.deliveries (person_id);
create index deliveries_subscription_id_idx on private.deliveries (subscription_id);
create index deliveries_message_id_idx on private.deliveries (message_id);
create index deliveries_waiting_idx on private.deliveries (due_at) where message_id is null;
alter table private.deliveries enable row level security;

-- Makes a delivery for each channel by which the person wants the notification. The trigger is in notifications/notifications.sql.
-- Definer: reads settings and writes tables that no role may write.
create function private.tg_notifications__deliver() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.deliveries (notification_id, person_id, channel, subscription_id, due_at)
  select n.id, n.person_id, c.channel, s.id, private.due_at(n.person_id, k.urgency, now())
  from new_rows n
  join public.notification_kinds k on k.kind = n.kind and k.about = n.about
  cross join unnest('{email,push,sms}'::public.outbox_channel[]) c (channel)
  left join public.push_subscriptions s on c.channel = 'push' and s.person_id = n.person_id
  where private.wants(n.person_id, c.channel, k.topic, k.urgency);
  return null;
end
$$;

-- Gathers what is due into messages, one per person and channel (and browser), for the channels this server can send by.
-- Deletes what the person may no longer be told, or what has waited for two days, so that nobody gets a pile of old news when a channel
-- is switched on. A signed-out browser is deleted with everything that waits for it. Returns how many messages.
-- One server at a time, so that what belongs together stays together; the others return at once.
-- Definer: reads and writes tables that no role may use directly, and reads the sessions of the auth service.
-- API: service_role
create function private.form_messages(p_channels public.outbox_channel[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('form_messages', 0)) then
    return 0;
  end if;
  delete from public.push_subscriptions s
  where s.session_id is not null and not exists (select from auth.sessions x where x.id = s.session_id);
  delete from private.deliveries d
  where d.message_id is null and d.due_at < now() - (select private.period('delivery'));
  delete from private.deliveries d
  using public.notifications n join public.notification_kinds k on k.kind = n.kind and k.about = n.about
  where d.message_id is null and d.due_at <= now() and n.id = d.notification_id
    and not (private.wants(d.person_id, d.channel, k.topic, k.urgency) and private.may_be_told(n));
  with due as materialized (
    select d.id, d.person_id, d.channel, d.subscription_id, k.urgency = 'urgent' as is_urgent
    from private.deliveries d
    join public.notifications n on n.id = d.notification_id
    join public.notification_kinds k on k.kind = n.kind and k.about = n.about
    where d.message_id is null and d.due_at <= now() and d.channel = any (p_channels)
      -- the server was away when it was time, and now it is night
      and (k.urgency = 'urgent' or not private.is_quiet(d.person_id))
    for update of d skip locked
  ), message as materialized (
    select gen_random_uuid() as id, u.person_id, u.channel, u.subscription_id, bool_or(u.is_urgent) as is_urgent
    from due u group by u.person_id, u.channel, u.subscription_id
  ), written as (
    insert into public.outbox_messages (id, channel, kind, payload, person_id, subscription_id, is_urgent)
    select m.id, m.channel, 'personal', '{}', m.person_id, m.subscription_id, m.is_urgent from message m
  )
  update private.deliveries d set message_id = m.id
  from due u join message m on m.person_id = u.person_id and m.channel = u.channel
    and m.subscription_id is not distinct from u.subscription_id
  where d.id = u.id;
  select count(distinct d.message_id) into v_count from private.deliveries d
  join public.outbox_messages o on o.id = d.message_id and o.created_at = now();
  return v_count;
end
$$;
