-- From what somebody is told (notifications) to messages: a delivery per channel, written with the notification in the same
-- transaction, and gathered into one message per person and channel when it is time.

-- A notification on its way by one channel, and when it may go; a push message per browser.
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

-- Which of the switches in the settings a kind hangs on. By its first word, so that a new kind has one too.
create function private.topic_of(p_kind public.notification_kind) returns public.message_topic
language sql immutable set search_path = '' as $$
  select case split_part(p_kind::text, '_', 1)
    when 'report' then 'reports' when 'outage' then 'reports'
    when 'poll' then 'votes' when 'vote' then 'votes' when 'proposal' then 'votes' when 'follow' then 'votes'
    when 'notice' then 'notices' when 'account' then 'account' when 'member' then 'account'
    else 'activities' end::public.message_topic
$$;

-- Danger: told at any hour, whatever somebody has switched off.
create function private.is_urgent(p_kind public.notification_kind) returns boolean
language sql immutable set search_path = '' as $$ select p_kind::text like '%\_urgent' $$;

-- Has a time limit of its own: not kept back to be gathered.
create function private.is_pressing(p_kind public.notification_kind) returns boolean
language sql immutable set search_path = '' as $$
  select private.is_urgent(p_kind)
    or p_kind::text in ('place_offered', 'session_today', 'session_moved', 'session_cancelled', 'place_changed', 'activity_cancelled')
$$;

-- Where an e-mail or an SMS to somebody goes; null: nowhere. For push: that there is a browser. Names that are no address
-- (accounts without e-mail) end in `.invalid`. Definer: reads what only its owner may.
create function private.address_of(p_person_id uuid, p_channel public.outbox_channel) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return case p_channel
    when 'email' then (
      select u.email::text from auth.users u where u.id = p_person_id and u.email like '%_@_%' and u.email not like '%.invalid'
    )
    when 'sms' then (
      select m.phone from public.message_phones m where m.person_id = p_person_id and m.confirmed_at is not null
    )
    else (select 'push' from public.push_subscriptions s where s.person_id = p_person_id limit 1) end;
end
$$;

-- Whether somebody wants this kind by this channel. Definer: reads settings and addresses of people, for triggers and the server.
create function private.wants(p_person_id uuid, p_channel public.outbox_channel, p_kind public.notification_kind) returns boolean
language sql stable security definer set search_path = '' as $$
  select (
      private.is_urgent(p_kind)
      or coalesce((
        select private.topic_of(p_kind) = any (case p_channel when 'email' then s.email_topics when 'push' then s.push_topics
          else s.sms_topics end)
        from public.message_settings s where s.person_id = p_person_id
      ), p_channel in ('email', 'push'))
    ) and private.address_of(p_person_id, p_channel) is not null
$$;

-- The first moment from this one on that is not quiet. Hours of Oslo's clock, also on the days it is changed.
create function private.after_quiet(p_at timestamptz, p_from integer, p_to integer) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_local timestamp := p_at at time zone 'Europe/Oslo';
  v_hour integer := extract(hour from v_local);
  v_is_quiet boolean := case when p_from <= p_to then v_hour >= p_from and v_hour < p_to else v_hour >= p_from or v_hour < p_to end;
  v_end timestamp := v_local::date + make_interval(hours => p_to);
begin
  if not v_is_quiet then
    return p_at;
  end if;
  return (case when v_end > v_local then v_end else v_end + interval '1 day' end) at time zone 'Europe/Oslo';
end
$$;

-- The next 8 or 17 o'clock in Oslo, for those who want messages gathered.
create function private.next_gathering(p_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select min(c.at at time zone 'Europe/Oslo')
  from (
    select (p_at at time zone 'Europe/Oslo')::date + make_interval(hours => h) as at from unnest('{8,17,32}'::integer[]) h
  ) c
  where c.at > p_at at time zone 'Europe/Oslo'
$$;

-- When somebody is told of what happens at that moment. Definer: reads the settings of others, for triggers and the server.
create function private.due_at(p_person_id uuid, p_kind public.notification_kind, p_at timestamptz) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select case
    when private.is_urgent(p_kind) then p_at
    else private.after_quiet(
      case when s.rhythm = 'gathered' and not private.is_pressing(p_kind) then private.next_gathering(p_at) else p_at end,
      coalesce(s.quiet_from, 21), coalesce(s.quiet_to, 8)) end
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;

-- Whether it is quiet for somebody right now. Definer: reads the settings of others, for the server.
create function private.is_quiet(p_person_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.after_quiet(now(), coalesce(s.quiet_from, 21), coalesce(s.quiet_to, 8)) > now()
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;

-- Whoever is told gets a delivery for each channel they want it by. Definer: reads settings and writes what nobody may.
create function private.tg_notifications__deliver() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.deliveries (notification_id, person_id, channel, subscription_id, due_at)
  select n.id, n.person_id, c.channel, s.id, private.due_at(n.person_id, n.kind, now())
  from new_rows n
  cross join unnest('{email,push,sms}'::public.outbox_channel[]) c (channel)
  left join public.push_subscriptions s on c.channel = 'push' and s.person_id = n.person_id
  where private.wants(n.person_id, c.channel, n.kind);
  return null;
end
$$;
create trigger deliver after insert on public.notifications
  referencing new table as new_rows
  for each statement execute function private.tg_notifications__deliver();

-- Whether somebody may still be told of it: lives or works in the building, may see what it is about, and it still holds. That they are
-- no member (any more) they may always be told.
-- Definer: asks for another person what the policies ask for the caller.
create function private.may_be_told(p_notification public.notifications) returns boolean
language sql stable security definer set search_path = '' as $$
  select (p_notification.kind in ('account_not_joined', 'account_ended') or exists (
    select from public.memberships m
    where m.person_id = p_notification.person_id and m.ended_at is null
      and (m.block_id = p_notification.block_id and m.role in ('resident', 'partner', 'consultant') or m.role = 'landlord')
      and (p_notification.activity_id is null or exists (
        select from public.activities a where a.id = p_notification.activity_id and (
          a.status in ('published', 'cancelled') and a.hidden_at is null or m.role = 'consultant' -- as the policies say
          or exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id = m.person_id)
        )
      ))
      and (p_notification.poll_id is null or exists (
        select from public.polls p where p.id = p_notification.poll_id and (p.status <> 'draft' or m.role = 'consultant')
      ))
      and (p_notification.notice_id is null or p_notification.kind = 'notice_photo_request' or exists (
        select from public.notices x
        where x.id = p_notification.notice_id and x.state = 'published' and x.published_at <= now() and (x.ends_at is null or x.ends_at > now())
          and m.person_id in (select private.notice_person_ids(x))
      ))
      and (p_notification.report_id is null or exists (
        select from public.reports r where r.id = p_notification.report_id and (
          m.role in ('consultant', 'landlord') or r.is_common
          or exists (
            with recursive told_here (id) as (
              select r.id union select x.id from public.reports x join told_here h on x.merged_into = h.id
            )
            select from told_here h join public.report_details d on d.report_id = h.id where d.reporter_id = m.person_id
          )
        )
      ))
  ))
  and (p_notification.kind <> 'place_offered' or exists (
    select from public.signups g where g.id = p_notification.signup_id and g.status = 'offered' and g.offer_expires_at > now()
  ))
  and (p_notification.kind <> 'session_today' or exists (
    select from public.activity_sessions s where s.id = p_notification.session_id and s.starts_at > now()
  ))
$$;

-- Gathers what is due into messages, one per person and channel (and browser), for the channels this server can send by.
-- What nobody may be told any more, or has waited for two days, is forgotten: nobody gets a pile of old news when a channel
-- is switched on. A browser that was signed out is forgotten with all that waits for it. Answers how many messages.
-- One server at a time, so that what belongs together stays together; the others have nothing to do.
-- Definer: reads and writes what nobody may, and the sessions of the auth service.
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
  where d.message_id is null and d.due_at < now() - interval '2 days';
  delete from private.deliveries d using public.notifications n
  where d.message_id is null and d.due_at <= now() and n.id = d.notification_id
    and not (private.wants(d.person_id, d.channel, n.kind) and private.may_be_told(n));
  with due as materialized (
    select d.id, d.person_id, d.channel, d.subscription_id, private.is_urgent(n.kind) as is_urgent
    from private.deliveries d join public.notifications n on n.id = d.notification_id
    where d.message_id is null and d.due_at <= now() and d.channel = any (p_channels)
      -- the server was away when it was time, and now it is night
      and (private.is_urgent(n.kind) or not private.is_quiet(d.person_id))
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
create function public.form_messages(channels public.outbox_channel[]) returns integer
language sql set search_path = '' as $$ select private.form_messages(channels) $$;
grant execute on function private.form_messages(public.outbox_channel[]) to service_role;
grant execute on function public.form_messages(public.outbox_channel[]) to service_role;
