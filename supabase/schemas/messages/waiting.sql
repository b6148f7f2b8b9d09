-- The part of the consultant's desk about messages: what waits for a decision (desk/waiting.sql).

-- How long a failed delivery is shown at the desk.
insert into private.periods (what, lasts) values ('unreached', '7 days');

-- How many people were not reached recently. A number without names: notifications are private. Granted to nobody.
create function private.waiting_in_messages(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select 'unreached'::public.waiting_kind, null::uuid, null::text, null::text, null::text, null::text[], null::text, null::uuid, null::bigint,
    null::timestamptz, false, count(distinct o.person_id)::integer, min(o.finished_at), 1, null::integer
  from public.outbox_messages o
  join private.deliveries d on d.message_id = o.id
  join public.notifications n on n.id = d.notification_id and n.block_id = p_block_id
  where o.status = 'failed' and o.finished_at > now() - (select private.period('unreached'))
  having count(*) > 0
$$;
