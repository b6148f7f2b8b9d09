import { inject } from 'vitest';
import { withClient } from '../../scripts/backend/client.ts';
import { databaseUrl, loadConfig } from '../../scripts/backend/config.ts';
import type { TestDb } from './database.ts';

/** Cases per building, over the years. */
const PER_BUILDING = 2000;

const indexes = `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
  where not i.indisunique and i.indrelid in ('public.reports'::regclass, 'public.report_details'::regclass,
    'public.report_events'::regclass, 'public.report_assignments'::regclass)`;

/** Runs these statements without triggers and foreign keys, which only the superuser may (the rows are made whole), and
 * makes the indexes afterwards. */
async function quickly(db: TestDb, statements: string[]) {
  const config = loadConfig(inject('databaseFolder'));
  const name = new URL(db.databaseUrl).pathname.slice(1);
  await withClient(databaseUrl(config, 'supabase_admin', name), async (client) => {
    await client.query(
      `set session_replication_role = replica; set maintenance_work_mem = '256MB'`,
    );
    const { rows } = await client.query<{ name: string; definition: string }>(indexes);
    for (const index of rows) await client.query(`drop index ${index.name}`);
    for (const statement of statements) await client.query(statement);
    for (const index of rows) await client.query(index.definition);
  });
}

/**
 * That many cases with description, history and an assignment, in buildings with 24 stairs each. One in ten is open, one in
 * seven urgent; they were reported over 11 years.
 */
export async function addCases(
  db: TestDb,
  count: number,
  perBuilding = PER_BUILDING,
): Promise<void> {
  await db.sql(
    `insert into public.blocks (slug, name, address, district)
     select 'mange-' || n, 'Gård ' || n, 'Gata ' || n, 'Sagene' from generate_series(1, greatest(1, $1::integer / ${perBuilding})) n`,
    [count],
  );
  await db.sql(
    `insert into public.places (block_id, kind, name, position)
     select b.id, 'stair', 'Oppgang ' || n, n from generate_series(1, 24) n, public.blocks b where b.slug like 'mange-%'`,
  );
  await db.sql(
    `insert into public.report_assignees (id, name, kind) select gen_random_uuid(), 'Firma ' || n, 'contractor' from generate_series(1, 40) n`,
  );
  await db.sql(
    `create table public.made as
     with p as materialized (select id, block_id, row_number() over (order by md5(id::text)) - 1 as i from public.places
       where kind = 'stair' and block_id in (select id from public.blocks where slug like 'mange-%')),
     c as materialized (select g, g % (select count(*) from p) as i from generate_series(1, $1::integer) g)
     select gen_random_uuid() as id, 1000000 + g as number, p.block_id, p.id as place_id,
       ('{light,door_lock,intercom,window,leak,cleaning,vandalism,rubbish,escape_route,fire_safety,pests,other}'::public.report_thing[])
         [1 + (g / 7) % 12] as thing,
       case when g % 10 = 0 then (array['received','forwarded','in_progress','waiting','reopened'])[1 + (g / 10) % 5]
         else (array['fixed','confirmed','confirmed','closed','withdrawn'])[1 + (g / 3) % 5] end::public.report_status as status,
       now() - make_interval(mins => ((1 - g::double precision / $1) * 6000000)::integer) as created_at, g
     from c join p on p.i = c.i order by c.g`,
    [count],
  );
  await quickly(db, [
    `insert into public.reports (id, number, block_id, place_id, place_kind, thing, status, waiting_for, is_urgent, affected_count,
         expected_by, created_at, status_changed_at)
       overriding system value
       select id, number, block_id, place_id, 'stair', thing, status, case when status = 'waiting' then 'parts' end::public.report_wait,
         g % 7 = 0, 1 + g % 17, case when g % 3 > 0 then current_date + g % 60 - 20 end, created_at,
         created_at + make_interval(mins => g % 3000) from public.made`,
    `insert into public.report_details (report_id, block_id, description, asked_at)
       select id, block_id, 'Noe er galt her. ' || g, case when g % 500 = 0 then now() end from public.made`,
    `insert into public.report_events (report_id, block_id, to_status, actor_role, created_at)
       select id, block_id, 'received', 'reporter', created_at from public.made`,
    `insert into public.report_events (report_id, block_id, from_status, to_status, waiting_for, actor_role, created_at)
       select id, block_id, 'received', status, case when status = 'waiting' then 'parts' end::public.report_wait, 'landlord',
         created_at + interval '1 day' from public.made where status <> 'received'`,
    `insert into public.report_assignments (report_id, block_id, number, reported_at, is_open, assignee_id, assigned_at)
       select m.id, m.block_id, m.number, m.created_at, m.g % 10 = 0, a.id, case when a.id is not null then m.created_at end
       from public.made m left join (select id, row_number() over (order by id) as i from public.report_assignees where name like 'Firma %') a
         on a.i = case when m.g % 10 = 0 then (m.g / 10) % 3 else m.g % 50 end`,
  ]);
  await db.sql('drop table public.made');
  await db.sql('vacuum analyze');
}
