-- Keys that the server signs messages with: stored once, the same for all servers.

-- The signing keys of all servers: push messages (VAPID), and the links that end e-mail without signing in. One row.
create table private.message_keys (
  id boolean primary key default true check (id),
  vapid_public_key text not null,
  vapid_private_key text not null,
  link_key text not null
);
alter table private.message_keys enable row level security;

-- The keys: the first server that asks provides them, all others get the same. Definer: no role may read them otherwise.
-- API: service_role
create function private.keep_message_keys(p_vapid_public_key text, p_vapid_private_key text, p_link_key text)
returns table (vapid_public_key text, vapid_private_key text, link_key text)
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.message_keys (vapid_public_key, vapid_private_key, link_key)
  values (p_vapid_public_key, p_vapid_private_key, p_link_key) on conflict (id) do nothing;
  return query select k.vapid_public_key, k.vapid_private_key, k.link_key from private.message_keys k;
end
$$;
