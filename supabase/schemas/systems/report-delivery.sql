-- Whether a case has reached the landlord: in the desk, sent to its systems, failed, or acknowledged.

create type public.delivery_state as enum ('in_desk', 'queued', 'sent', 'failed', 'acknowledged');

-- Whether the landlord has received a case, for its staff and its reporter: no row for everybody else. The desk has every case
-- at once; added to that are the landlord's systems, and whether somebody there has acted. An internal note does not count.
-- Definer: reads the outbox, which belongs to the landlord.
-- API: authenticated
create function private.report_delivery(p_report_id uuid)
returns table (state public.delivery_state, since timestamptz, failures bigint)
language sql stable security definer set search_path = '' as $$
  select case
      when a.at is not null then 'acknowledged' when w.failed > 0 then 'failed' when w.queued > 0 then 'queued'
      when w.sent > 0 then 'sent' else 'in_desk' end::public.delivery_state,
    case
      when a.at is not null then a.at when w.failed > 0 or w.queued > 0 then w.tried_at
      when w.sent > 0 then w.sent_at else r.created_at end,
    w.failures
  from public.reports r,
  lateral (
    select min(x.at) as at from (
      select e.created_at as at from public.report_events e
      where e.report_id = r.id and e.block_id = r.block_id and e.actor_role = 'landlord' and e.from_status is not null
      union all
      select m.created_at from public.report_messages m
      where m.report_id = r.id and m.block_id = r.block_id and m.author_role = 'landlord' and m.audience <> 'internal'
    ) x
  ) a,
  lateral (
    select count(*) filter (where o.status = 'failed') as failed, count(*) filter (where o.status = 'queued') as queued,
      count(*) filter (where o.status = 'sent') as sent, max(o.finished_at) as sent_at,
      max(coalesce(o.tried_at, o.created_at)) as tried_at,
      coalesce(sum(o.failures), 0) as failures
    from public.outbox_messages o
    where o.report_id = r.id and o.kind = 'report_created' and o.channel = 'webhook'
  ) w
  where r.id = p_report_id and private.my_report_roles(r.id) <> '{}'
$$;
