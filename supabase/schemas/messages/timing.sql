-- Whether, where and when somebody gets a message: their address by channel, their choices, quiet hours, gathering.

-- When gathered messages are sent: hours of Oslo time.
insert into private.numbers (what, value) values ('gathered_morning', 8), ('gathered_afternoon', 17);

-- The address for an e-mail or an SMS to somebody; null when there is none. For push: that there is a browser. Addresses of accounts
-- without e-mail end in `.invalid` and are left out. Definer: reads data that only its owner may read.
create function private.address_of(p_person_id uuid, p_channel public.outbox_channel) returns text
language sql stable security definer set search_path = '' as $$
  select case p_channel
    when 'email' then (
      select u.email::text from auth.users u where u.id = p_person_id and u.email like '%_@_%' and u.email not like '%.invalid'
    )
    when 'sms' then (
      select m.phone from public.message_phones m where m.person_id = p_person_id and m.confirmed_at is not null
    )
    else (select 'push' from public.push_subscriptions s where s.person_id = p_person_id limit 1) end
$$;

-- Whether somebody wants a kind of this topic and urgency by this channel. Definer: reads settings and addresses of people, for triggers and
-- the server.
create function private.wants(
  p_person_id uuid, p_channel public.outbox_channel, p_topic public.message_topic, p_urgency public.notification_urgency
) returns boolean
language sql stable security definer set search_path = '' as $$
  select (
      p_urgency = 'urgent'
      or coalesce((
        select p_topic = any (case p_channel when 'email' then s.email_topics when 'push' then s.push_topics
          else s.sms_topics end)
        from public.message_settings s where s.person_id = p_person_id
      ), p_channel in ('email', 'push'))
    ) and private.address_of(p_person_id, p_channel) is not null
$$;

-- The first moment from this one on that is not quiet. Hours of Oslo time, also on the days the clock changes.
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

-- The next hour of gathering in Oslo, for people who want messages gathered.
create function private.next_gathering(p_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select min(c.at at time zone 'Europe/Oslo')
  from (
    select (p_at at time zone 'Europe/Oslo')::date + make_interval(days => d, hours => private.number(h)) as at
    from unnest('{gathered_morning,gathered_afternoon}'::text[]) h, generate_series(0, 1) d
  ) c
  where c.at > p_at at time zone 'Europe/Oslo'
$$;

-- When somebody is told of an event at this moment with this urgency. Definer: reads the settings of others, for triggers and the server.
create function private.due_at(p_person_id uuid, p_urgency public.notification_urgency, p_at timestamptz) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select case
    when p_urgency = 'urgent' then p_at
    else private.after_quiet(
      case when s.rhythm = 'gathered' and p_urgency = 'whenever' then private.next_gathering(p_at) else p_at end,
      coalesce(s.quiet_from, private.number('quiet_from')), coalesce(s.quiet_to, private.number('quiet_to'))) end
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;

-- Whether it is quiet for somebody right now. Definer: reads the settings of others, for the server.
create function private.is_quiet(p_person_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.after_quiet(now(),
    coalesce(s.quiet_from, private.number('quiet_from')), coalesce(s.quiet_to, private.number('quiet_to'))) > now()
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;
