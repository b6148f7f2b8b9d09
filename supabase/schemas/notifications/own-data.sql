-- What I was told, for the page of my own data (residents/own-data.sql).

-- My notifications, and their deliveries that wait to be sent. Granted to nobody.
create function private.my_notifications_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'notifications', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', n.created_at, 'notification_kind', n.kind, 'building', b.name,
        'waits_to_be_sent_by', (select array_agg(distinct d.channel) from private.deliveries d where d.notification_id = n.id and d.message_id is null)
      ) order by n.created_at), '[]')
      from public.notifications n join public.blocks b on b.id = n.block_id where n.person_id = p_me)
  )
$$;
