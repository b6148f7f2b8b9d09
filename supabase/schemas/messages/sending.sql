-- Sending: what the server takes from the outbox by e-mail, push and SMS, the outcome, and the link that ends e-mail.
-- Webhooks are taken by functions of their own (systems/webhooks.sql); the retry rules are the same.

-- The content of a personal message: the kinds and buildings of what may still be told, the oldest first. No row: nothing to tell.
-- Definer: reads the notifications of other people.
create function private.lines_of(p_message_id uuid) returns table (kind public.notification_kind, block_name text)
language sql stable security definer set search_path = '' as $$
  select n.kind, b.name
  from private.deliveries d
  join public.notifications n on n.id = d.notification_id
  join public.notification_kinds k on k.kind = n.kind and k.about = n.about
  join public.blocks b on b.id = n.block_id
  where d.message_id = p_message_id and private.wants(d.person_id, d.channel, k.topic, k.urgency) and private.may_be_told(n)
  order by n.created_at, n.id
$$;

-- Takes e-mails, push messages or SMS that are due. After two minutes another server may take the same message: a
-- server that died loses nothing. Servers running at once never take the same one. A message with nothing left to tell
-- (the place was given back, somebody moved out, e-mail was ended) is dropped; so is the landlord's e-mail without an address.
-- At night only what is urgent, and the landlord's. Definer: reads and writes tables that no role may use directly, and reads addresses.
-- API: service_role
create function private.claim_messages(p_channel public.outbox_channel, p_max_count integer)
returns table (
  id uuid, kind public.outbox_kind, attempts integer, recipient text, person_id uuid, locale public.locale,
  block_names text[], kinds public.notification_kind[], push_public_key text, push_auth_key text, report_number bigint
)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_ids uuid[];
  v_dropped integer;
begin
  loop
    with due as materialized (
      select o.id from public.outbox_messages o
      where o.channel = p_channel and o.status = 'queued' and o.next_attempt_at <= now()
        and (o.kind = 'report_created' or o.is_urgent or not private.is_quiet(o.person_id))
        and (o.kind <> 'report_created' or exists (select from public.landlord_settings s where s.intake_email is not null))
      order by o.next_attempt_at limit p_max_count for update skip locked
    ), taken as (
      update public.outbox_messages o
      set attempts = o.attempts + 1, next_attempt_at = now() + interval '2 minutes'
      from due where o.id = due.id
      returning o.id
    )
    select coalesce(array_agg(t.id), '{}') into v_ids from taken t;
    delete from public.outbox_messages o
    where o.id = any (v_ids) and o.person_id is not null and not exists (select from private.lines_of(o.id));
    get diagnostics v_dropped = row_count;
    exit when v_dropped = 0 or v_dropped < cardinality(v_ids);
  end loop;
  return query
  select t.id, t.kind, t.attempts,
    case
      when t.join_request_id is not null then private.address_of(q.person_id, 'email')
      when t.person_id is null then (select s.intake_email from public.landlord_settings s)
      when t.channel = 'push' then s.endpoint
      else private.address_of(t.person_id, t.channel) end,
    t.person_id, coalesce(p.locale, q.locale, 'nb'),
    coalesce(l.block_names, array[b.name]),
    case when t.join_request_id is not null then '{account_not_joined}'::public.notification_kind[] else l.kinds end, s.public_key, s.auth_key, r.number::bigint
  from public.outbox_messages t
  left join public.people p on p.id = t.person_id
  left join public.push_subscriptions s on s.id = t.subscription_id
  left join public.reports r on r.id = t.report_id
  left join public.join_requests q on q.id = t.join_request_id
  left join public.blocks b on b.id in (r.block_id, q.block_id)
  left join lateral (
    select array_agg(distinct x.block_name) as block_names, array_agg(x.kind) as kinds from private.lines_of(t.id) x
  ) l on true
  where t.id = any (v_ids) and (t.person_id is null or l.kinds is not null);
end
$$;

-- Records the outcome of a try (error null: sent). Given up after the last try, or at once when trying again is useless (is_final). A
-- browser that revoked its permission is deleted, with everything that waits for it. Only the server that made this try may record it.
-- Definer: reads and writes tables that no role may use directly.
-- API: service_role
create function private.finish_message(p_id uuid, p_attempts integer, p_error text, p_is_final boolean) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_message public.outbox_messages;
begin
  update public.outbox_messages o set
    status = case
      when p_error is null then 'sent' when p_is_final or o.attempts >= private.number('message_tries') then 'failed' else 'queued' end::public.outbox_status,
    last_error = left(p_error, 100), tried_at = now(),
    failures = o.failures + case when p_error is null then 0 else 1 end,
    finished_at = case when p_error is null or p_is_final or o.attempts >= private.number('message_tries') then now() end,
    next_attempt_at = case when p_error is null then now() else
      now() + least(interval '30 seconds' * 4 ^ (o.attempts - 1), interval '12 hours') * (0.8 + 0.4 * random()) end
  where o.id = p_id and o.attempts = p_attempts and o.status = 'queued' and o.channel <> 'webhook'
  returning * into v_message;
  if v_message.id is null then
    return false;
  elsif p_error is null then
    update public.notifications n set sent_at = now()
    where n.sent_at is null and n.id in (select d.notification_id from private.deliveries d where d.message_id = p_id);
  elsif v_message.channel = 'push' and p_error in ('status 404', 'status 410') then
    delete from public.push_subscriptions s where s.id = v_message.subscription_id;
  end if;
  return true;
end
$$;

-- Ends e-mail to somebody who followed the link in one, without signing in; the server has checked the link's signature.
-- Messages about danger are still sent. Safe to call twice; an unknown id does nothing. Definer: writes the settings of somebody else.
-- API: service_role
create function private.stop_emails(p_person_id uuid) returns void
language sql security definer set search_path = '' as $$
  insert into public.message_settings (person_id, email_topics)
  select p.id, '{}' from public.people p where p.id = p_person_id
  on conflict (person_id) do update set email_topics = '{}'
$$;
