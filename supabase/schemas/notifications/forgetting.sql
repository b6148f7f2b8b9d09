-- What is not kept longer than private.retention_rules says (base/retention.sql).

-- Old notifications, at most 5000 at a time. Returns how many. Granted to nobody.
create function private.forget_old_in_notifications() returns jsonb
language sql set search_path = '' as $$
  with forgotten as (
    delete from public.notifications n where n.id in (
      select o.id from public.notifications o where o.created_at < now() - (select private.keep('notifications')) limit 5000 for update skip locked)
    returning n.id
  )
  select jsonb_build_object('forgotten_notifications', count(*)) from forgotten
$$;
