-- Messages from those who run an activity to everybody with a live sign-up: the messages, their authors, and sending one.

-- Messages to those signed up for one activity.
insert into private.limits (what, most, per) values ('activity_message', 10, '1 day');

-- A message from those who run an activity to all who are signed up, have an offer or are on the waiting list.
create table public.activity_messages (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  -- True: written by the consultant; false: by a host.
  is_from_staff boolean not null default true,
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  created_at timestamptz not null default now(),
  unique (id, block_id),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null)),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);
create index activity_messages_activity_id_idx on public.activity_messages (activity_id, block_id, created_at);
alter table public.activity_messages enable row level security;

-- Read by those who run it and those with a live sign-up; when it is hidden, by the consultant and the host alone.
create policy select_concerned on public.activity_messages for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant}'))
    or activity_id in (select private.my_hosted_ids())
    or hidden_at is null and exists (
      select from public.signups s
      where s.activity_id = activity_messages.activity_id and s.person_id = (select auth.uid())
        and s.status in ('signed_up', 'offered', 'waitlisted')
    )
  );
-- No insert: send_activity_message also writes one notification for each.
grant select on public.activity_messages to authenticated;

-- Which host wrote it. Everybody sees their own rows and nobody else's.
create table public.activity_message_authors (
  message_id uuid primary key references public.activity_messages on delete cascade,
  person_id uuid not null references public.people on delete cascade
);
create index activity_message_authors_person_id_idx on public.activity_message_authors (person_id);
alter table public.activity_message_authors enable row level security;

create policy select_self on public.activity_message_authors for select to authenticated using (person_id = (select auth.uid()));
-- No insert, update or delete: send_activity_message.
grant select on public.activity_message_authors to authenticated;

create type public.activity_message_outcome as enum ('sent', 'already_sent', 'nobody', 'too_many', 'paused', 'not_found');

-- Sends a message to everybody with a live sign-up: one notification each. Limited per activity. p_message_id: the form sent twice
-- is one message. Logged when the consultant sends it. Definer: writes notifications of people whom the caller may not see.
-- API: authenticated
create function private.send_activity_message(p_activity_id uuid, p_message_id uuid, p_body text) returns public.activity_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
  v_signup_id uuid;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.manages(v_activity.id, v_activity.block_id) then
    return 'not_found';
  elsif exists (select from public.activity_messages m where m.id = p_message_id) then
    return 'already_sent';
  elsif private.is_paused(v_activity.block_id) then
    return 'paused';
  elsif (
    select count(*) from public.activity_messages m where m.activity_id = p_activity_id and m.created_at > private.window_start('activity_message')
  ) >= private.most('activity_message') then
    return 'too_many';
  elsif not exists (
    select from public.signups s
    where s.activity_id = p_activity_id and s.person_id is not null and s.status in ('signed_up', 'offered', 'waitlisted')
  ) then
    return 'nobody';
  end if;
  insert into public.activity_messages (id, activity_id, block_id, body, is_from_staff)
  values (p_message_id, p_activity_id, v_activity.block_id, btrim(p_body), private.has_role(v_activity.block_id, '{consultant}'));
  insert into public.activity_message_authors (message_id, person_id)
  select p_message_id, (select auth.uid()) where not private.has_role(v_activity.block_id, '{consultant}');
  perform private.log_act(v_activity.block_id, 'send', 'message', p_message_id) where private.has_role(v_activity.block_id, '{consultant}');
  for v_signup_id in
    select s.id from public.signups s where s.activity_id = p_activity_id and s.status in ('signed_up', 'offered', 'waitlisted')
  loop
    perform private.notify_signup(v_signup_id, 'activity_message', p_message_id);
  end loop;
  return 'sent';
end
$$;
