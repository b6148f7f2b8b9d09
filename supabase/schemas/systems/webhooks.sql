-- Webhooks to the landlord's systems, and its e-mail address for new cases: receivers, events, sending, retries.
-- The messages themselves are in messages/outbox.sql.

insert into private.limits (what, most, per) values ('webhook_test', 20, '1 hour');

-- `personal`: notifications of one person (deliveries). `join_answer`: to somebody who is not a member yet. Everything else is for the
-- landlord's systems.
create type public.outbox_kind as enum ('report_created', 'report_changed', 'test', 'personal', 'join_answer');

-- Receivers of webhooks. The server derives the signing secret from the id and the version: it is stored nowhere.
create table public.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  url text not null check (url ~ '^https?://[^[:space:]]+$' and length(url) <= 500),
  kinds public.outbox_kind[] not null check (cardinality(kinds) between 1 and 2 and kinds <@ '{report_created,report_changed}'),
  -- Increasing it changes the signing secret; for a day messages are signed with the old one too.
  version integer not null default 1 check (version >= 1),
  renewed_at timestamptz,
  created_at timestamptz not null default now(),
  removed_at timestamptz
);
alter table public.webhook_endpoints enable row level security;

create policy select_landlord on public.webhook_endpoints for select to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));
create policy insert_landlord on public.webhook_endpoints for insert to authenticated
  with check (exists (select from private.my_block_ids('{landlord}')));
create policy update_landlord on public.webhook_endpoints for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));
-- No delete, so that it stays known what was sent where.
grant select on public.webhook_endpoints to authenticated;
grant insert (id, url, kinds) on public.webhook_endpoints to authenticated;
grant update (version, renewed_at, removed_at) on public.webhook_endpoints to authenticated;

-- Settings of the landlord as a whole: one row. An empty address: no e-mail.
create table public.landlord_settings (
  id boolean primary key default true check (id),
  intake_email text check (length(intake_email) <= 120 and intake_email like '%_@_%')
);
insert into public.landlord_settings default values on conflict do nothing;
alter table public.landlord_settings enable row level security;

create policy select_landlord on public.landlord_settings for select to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));
create policy update_landlord on public.landlord_settings for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));
-- No insert or delete: there is one row.
grant select on public.landlord_settings to authenticated;
grant update (intake_email) on public.landlord_settings to authenticated;

-- Queues a message for each receiver of this event (trigger: reports/events.sql). Definer: writes rows that no role may write.
create function private.tg_report_events__tell_systems() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_kind public.outbox_kind := case when new.from_status is null then 'report_created' else 'report_changed' end;
  v_payload jsonb;
begin
  if not exists (select from public.webhook_endpoints e where e.removed_at is null)
    and not exists (select from public.landlord_settings s where s.intake_email is not null) then
    return null;
  end if;
  select jsonb_build_object(
    'type', replace(v_kind::text, '_', '.'), 'timestamp', new.created_at, 'data', jsonb_build_object(
      'service_request_id', r.number::text, 'update_id', new.id::text, 'status', new.to_status,
      'service_code', r.place_kind || '-' || r.thing, 'address_id', r.place_id, 'jurisdiction_id', b.slug))
  into v_payload from public.reports r join public.blocks b on b.id = r.block_id where r.id = new.report_id;
  insert into public.outbox_messages (channel, endpoint_id, kind, report_id, event_id, payload)
  select 'webhook'::public.outbox_channel, e.id, v_kind, new.report_id, new.id, v_payload
  from public.webhook_endpoints e where e.removed_at is null and v_kind = any (e.kinds)
  union all
  select 'email', null, v_kind, new.report_id, new.id, v_payload
  from public.landlord_settings s where s.intake_email is not null and v_kind = 'report_created';
  return null;
end
$$;

-- Gives up the queued messages of a removed receiver. Definer: writes rows that no role may write.
create function private.tg_webhook_endpoints__give_up() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.outbox_messages m set status = 'failed', last_error = 'endpoint removed', finished_at = now()
  where m.endpoint_id = new.id and m.status = 'queued';
  return null;
end
$$;
create trigger give_up after update of removed_at on public.webhook_endpoints for each row
  when (new.removed_at is not null) execute function private.tg_webhook_endpoints__give_up();

-- Queues a test message; false for everybody but the landlord, for an unknown receiver, and beyond the limit.
-- Definer: writes a row that no role may write.
-- API: authenticated
create function private.try_webhook(p_endpoint_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from private.my_block_ids('{landlord}'))
    or not exists (select from public.webhook_endpoints e where e.id = p_endpoint_id and e.removed_at is null)
    or not private.attempt('webhook_test', p_endpoint_id::text) then
    return false;
  end if;
  insert into public.outbox_messages (channel, endpoint_id, kind, payload)
  values ('webhook', p_endpoint_id, 'test', jsonb_build_object('type', 'test', 'timestamp', now(), 'data', '{}'::jsonb));
  perform private.log_act(null, 'try', 'webhook', p_endpoint_id);
  return true;
end
$$;

-- Restarts the messages that were given up for this receiver; without one, the landlord's own e-mails about new cases.
-- Returns how many; none for everybody but the landlord. Logged.
-- Definer: writes rows that no role may write.
-- API: authenticated
create function private.resend_failed(p_endpoint_id uuid default null) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if not exists (select from private.my_block_ids('{landlord}')) then
    return 0;
  end if;
  update public.outbox_messages m set status = 'queued', attempts = 0, next_attempt_at = now(), finished_at = null
  where m.status = 'failed' and case
    when p_endpoint_id is null then m.channel = 'email' and m.kind = 'report_created'
    else m.endpoint_id in (select e.id from public.webhook_endpoints e where e.id = p_endpoint_id and e.removed_at is null) end;
  get diagnostics v_count = row_count;
  perform private.log_act(null, 'resend', 'webhook', coalesce(p_endpoint_id, '00000000-0000-0000-0000-000000000000')) where v_count > 0;
  return v_count;
end
$$;

-- Takes webhooks that are due, at most 5 per receiver, so that a slow one blocks nobody. After two minutes another server may take
-- the same one: a server that died loses nothing. Servers running at once never take the same.
-- Definer: reads and writes tables that no role may use directly.
-- API: service_role
create function private.claim_webhooks(p_max_count integer)
returns table (id uuid, endpoint_id uuid, url text, version integer, is_newly_renewed boolean, payload jsonb, attempts integer)
language sql security definer set search_path = '' as $$
  with due as materialized (
    select m.id, e.url, e.version, coalesce(e.renewed_at > now() - interval '1 day', false) as is_newly_renewed
    from public.webhook_endpoints e
    cross join lateral (
      select o.id from public.outbox_messages o
      where o.endpoint_id = e.id and o.status = 'queued' and o.next_attempt_at <= now()
      order by o.next_attempt_at limit 5 for update skip locked
    ) m
    where e.removed_at is null
    limit p_max_count
  )
  update public.outbox_messages o
  set attempts = o.attempts + 1, next_attempt_at = now() + interval '2 minutes'
  from due where o.id = due.id
  returning o.id, o.endpoint_id, due.url, due.version, due.is_newly_renewed, o.payload, o.attempts
$$;

-- Records the outcome of a try (error null: sent). After the 8th it is given up; before that the next comes after half a minute, two
-- minutes, eight … at most 12 hours, plus or minus a fifth. Only the server that made this try may record it.
-- Definer: reads and writes tables that no role may use directly.
-- API: service_role
create function private.finish_webhook(p_id uuid, p_attempts integer, p_error text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.outbox_messages o set
    status = case when p_error is null then 'sent' when o.attempts >= private.number('message_tries') then 'failed' else 'queued' end::public.outbox_status,
    last_error = left(p_error, 100), tried_at = now(),
    failures = o.failures + case when p_error is null then 0 else 1 end,
    finished_at = case when p_error is null or o.attempts >= private.number('message_tries') then now() end,
    next_attempt_at = case when p_error is null then now() else
      now() + least(interval '30 seconds' * 4 ^ (o.attempts - 1), interval '12 hours') * (0.8 + 0.4 * random()) end
  where o.id = p_id and o.attempts = p_attempts and o.status = 'queued';
  return found;
end
$$;

-- Deletes finished messages and counts of calls after their period. Definer: deletes rows that no role may delete.
-- API: service_role
create function private.tidy_systems() returns void
language sql security definer set search_path = '' as $$
  delete from public.outbox_messages o where o.finished_at < now() - (select private.keep('sent_messages'));
  delete from private.api_calls c
  where c.minute_at < now() - greatest(
    (select private.keep('api_calls')), (select (private.limit_of('api_calls')).per), (select (private.limit_of('api_key_calls')).per))
$$;

-- The state of each receiver, the oldest first. Invoker: the policies decide.
create function public.webhook_states() returns table (
  id uuid, url text, kinds public.outbox_kind[], version integer, created_at timestamptz, queued bigint, failed bigint,
  last_sent_at timestamptz, last_error text, last_error_at timestamptz
)
language sql stable set search_path = '' as $$
  select e.id, e.url, e.kinds, e.version, e.created_at,
    (select count(*) from public.outbox_messages m where m.endpoint_id = e.id and m.status = 'queued'),
    (select count(*) from public.outbox_messages m where m.endpoint_id = e.id and m.status = 'failed'),
    (select max(m.next_attempt_at) from public.outbox_messages m where m.endpoint_id = e.id and m.status = 'sent'),
    problem.last_error, problem.tried_at
  from public.webhook_endpoints e
  left join lateral (
    select m.last_error, m.tried_at from public.outbox_messages m
    where m.endpoint_id = e.id and m.status in ('queued', 'failed') and m.last_error is not null
    order by m.tried_at desc nulls last limit 1
  ) problem on true
  where e.removed_at is null
  order by e.created_at, e.id
$$;
grant execute on function public.webhook_states() to authenticated;

-- What the landlord writes here directly is logged.
create trigger log_staff_change after update on public.landlord_settings for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('landlord_settings');
create trigger log_staff_change after insert or update on public.webhook_endpoints for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('webhook');
