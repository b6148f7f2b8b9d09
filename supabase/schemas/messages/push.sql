-- Push subscriptions: the browsers that push messages go to, and switching push on.

-- The most browsers of one person.
insert into private.numbers (what, value) values ('browsers', 10);

-- A browser that receives push messages: the address its vendor gave it, and the keys that only it can decrypt with. It lasts as
-- long as the session it was switched on in (form_messages deletes it then): on a shared phone the next person reads nothing.
create table public.push_subscriptions (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references public.people on delete cascade,
  endpoint text not null unique check (endpoint ~ '^https://[^[:space:]]+$' and length(endpoint) <= 1000),
  public_key text not null check (public_key ~ '^[A-Za-z0-9_-]{87}$'),
  auth_key text not null check (auth_key ~ '^[A-Za-z0-9_-]{22}$'),
  -- The session of the auth service; null where the token names none.
  session_id uuid,
  created_at timestamptz not null default now()
);
create index push_subscriptions_person_id_idx on public.push_subscriptions (person_id, created_at);
alter table public.push_subscriptions enable row level security;

create policy select_own on public.push_subscriptions for select to authenticated using (person_id = (select auth.uid()));
create policy delete_own on public.push_subscriptions for delete to authenticated using (person_id = (select auth.uid()));
-- No insert or update: subscribe_push does it.
grant select (id, person_id, created_at), delete on public.push_subscriptions to authenticated;

-- Switches push on for this browser. It now belongs to me, whoever had it before: that person has signed out of it. Beyond the limit
-- my oldest browser is removed. Definer: removes another person's row, which I may not see.
-- API: authenticated
create function private.subscribe_push(p_endpoint text, p_public_key text, p_auth_key text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.people p where p.id = (select auth.uid())) then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  delete from public.push_subscriptions s where s.endpoint = p_endpoint and s.person_id <> (select auth.uid());
  insert into public.push_subscriptions (person_id, endpoint, public_key, auth_key, session_id)
  values ((select auth.uid()), p_endpoint, p_public_key, p_auth_key, ((select auth.jwt()) ->> 'session_id')::uuid)
  on conflict (endpoint) do update
    set public_key = excluded.public_key, auth_key = excluded.auth_key, session_id = excluded.session_id;
  delete from public.push_subscriptions s where s.person_id = (select auth.uid()) and s.id not in (
    select n.id from public.push_subscriptions n where n.person_id = s.person_id order by n.created_at desc, n.id limit private.number('browsers')
  );
end
$$;
