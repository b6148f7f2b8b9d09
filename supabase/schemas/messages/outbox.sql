-- The outbox: messages on their way to one receiver each, by webhook, e-mail, push or SMS; the server sends them
-- (POST /api/jobs) until they are sent or given up. Taking and sending them: messages/sending.sql and systems/webhooks.sql.

-- Tries to send a message or a webhook before it is given up.
insert into private.numbers (what, value) values ('message_tries', 8);

create type public.outbox_channel as enum ('webhook', 'email', 'push', 'sms');
create type public.outbox_status as enum ('queued', 'sent', 'failed');

-- One message to one receiver; its id is sent along, the same at each try. For the landlord's systems (webhooks, and an e-mail for each new
-- case) there is a row per event and receiver, written in the transaction of the event. It holds what happened to which case, never
-- the resident's words: the receiver fetches the rest with its key.
create table public.outbox_messages (
  id uuid primary key default gen_random_uuid(),
  channel public.outbox_channel not null,
  endpoint_id uuid references public.webhook_endpoints on delete cascade,
  kind public.outbox_kind not null,
  report_id uuid references public.reports on delete cascade,
  event_id bigint references public.report_events on delete cascade,
  payload jsonb not null,
  status public.outbox_status not null default 'queued',
  attempts integer not null default 0,
  -- While a server sends it: when another server may take it over. When it is finished: when that was.
  next_attempt_at timestamptz not null default now(),
  failures integer not null default 0,
  last_error text check (length(last_error) <= 100),
  tried_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  -- The receiver of the message, and the device of a push message; the other columns are for the landlord's systems.
  person_id uuid references public.people on delete cascade,
  subscription_id uuid references public.push_subscriptions on delete cascade,
  is_urgent boolean not null default false,
  -- The request to join that the message answers.
  join_request_id uuid references public.join_requests on delete cascade,
  check ((kind = 'join_answer') = (join_request_id is not null)),
  check ((channel = 'webhook') = (endpoint_id is not null)),
  check ((kind = 'personal') = (person_id is not null)),
  check ((channel = 'push') = (subscription_id is not null))
);
create index outbox_messages_endpoint_id_idx on public.outbox_messages (endpoint_id, status, next_attempt_at);
create index outbox_messages_report_id_idx on public.outbox_messages (report_id);
create index outbox_messages_event_id_idx on public.outbox_messages (event_id);
create index outbox_messages_channel_idx on public.outbox_messages (channel, status, created_at);
create index outbox_messages_due_idx on public.outbox_messages (channel, next_attempt_at) where status = 'queued';
create index outbox_messages_finished_at_idx on public.outbox_messages (finished_at);
create index outbox_messages_failed_idx on public.outbox_messages (finished_at) where status = 'failed';
create index outbox_messages_person_id_idx on public.outbox_messages (person_id, status);
create index outbox_messages_join_request_id_idx on public.outbox_messages (join_request_id);
create index outbox_messages_subscription_id_idx on public.outbox_messages (subscription_id);
alter table public.outbox_messages enable row level security;

create policy select_landlord_or_own on public.outbox_messages for select to authenticated
  using ((person_id is null and kind <> 'join_answer' and exists (select from private.my_block_ids('{landlord}')))
    or person_id = (select auth.uid()));
-- No insert, update or delete: events write the rows, and the server records the outcome.
grant select on public.outbox_messages to authenticated;
