-- How the portal reaches me, for the page of my own data (residents/own-data.sql).

-- My settings for messages outside the portal, and what was sent. Granted to nobody.
create function private.my_messages_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'message_settings', (
      select coalesce(jsonb_agg(jsonb_build_object('email_topics', s.email_topics, 'push_topics', s.push_topics, 'sms_topics', s.sms_topics,
        'rhythm', s.rhythm, 'quiet_from', s.quiet_from, 'quiet_to', s.quiet_to)), '[]')
      from public.message_settings s where s.person_id = p_me),
    'phones', (
      select coalesce(jsonb_agg(jsonb_build_object('phone', m.phone, 'asked_at', m.asked_at, 'confirmed_at', m.confirmed_at,
        'check_expires_at', c.expires_at)), '[]')
      from public.message_phones m left join private.phone_checks c on c.person_id = m.person_id where m.person_id = p_me),
    'push_devices', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', s.created_at, 'endpoint', s.endpoint) order by s.created_at), '[]')
      from public.push_subscriptions s where s.person_id = p_me),
    'sent_messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', o.created_at, 'channel', o.channel, 'sending', o.status,
        'finished_at', o.finished_at) order by o.created_at), '[]')
      from public.outbox_messages o where o.person_id = p_me)
  )
$$;
