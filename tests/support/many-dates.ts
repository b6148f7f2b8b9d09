import type { TestDb } from './database.ts';

/** That many weekly public dates in this building, from 10 days ago on: ten activities that take turns. */
export async function addDates(db: TestDb, slug: string, count: number): Promise<void> {
  await db.sql(
    `with made as (
      insert into public.activities (block_id, kind, title, body, is_public, status)
      select b.id, 'drop_in', 'Fast ' || n, 'Kom **innom**.', true, 'published'
      from public.blocks b, generate_series(1, 10) n where b.slug = $1
      returning id, block_id, substr(title, 6)::integer as n
    )
    insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
    select m.id, m.block_id, d, d + interval '2 hours'
    from made m, lateral (
      select now() + make_interval(hours => (m.n + i * 10) * 16 - 240) as d from generate_series(0, $2::integer / 10 - 1) i
    ) days`,
    [slug, count],
  );
}

/** That many other buildings with 20 activities, 100 dates, 3 places and 3 residents each. */
export async function addBuildings(db: TestDb, count: number): Promise<void> {
  await db.sql(
    `insert into public.blocks (slug, name, address, district)
     select 'gard-' || n, 'Gård ' || n, 'Gata ' || n, 'Sagene' from generate_series(1, $1::integer) n`,
    [count],
  );
  const others = `public.blocks b where b.slug like 'gard-%'`;
  await db.sql(
    `insert into public.places (block_id, kind, name, position)
     select b.id, k, k::text, 1 from unnest('{common_room,laundry,yard}'::public.place_kind[]) k, ${others}`,
  );
  await db.sql(
    `with accounts as (
      insert into auth.users (id, aud, role, email)
      select gen_random_uuid(), 'authenticated', 'authenticated', b.slug || '-' || n || '@growth.example'
      from generate_series(1, 3) n, ${others} returning id, email
    ), people as (
      insert into public.people (id, display_name) select id, 'Beboer' from accounts returning id
    )
    insert into public.memberships (person_id, role, block_id)
    select p.id, 'consultant', b.id from people p join accounts a using (id)
    join public.blocks b on a.email like b.slug || '-_@growth.example'`,
  );
  await db.sql(
    `insert into public.activities (block_id, kind, title, body, is_public, status, place_id)
     select b.id, 'drop_in', 'Aktivitet ' || n, 'Kom innom.', n % 4 > 0, 'published', p.id
     from generate_series(1, 20) n, public.blocks b join public.places p on p.block_id = b.id and p.kind = 'yard'
     where b.slug like 'gard-%'`,
  );
  await db.sql(
    `insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
     select a.id, a.block_id, d, d + interval '2 hours'
     from public.activities a join public.blocks b on b.id = a.block_id and b.slug like 'gard-%',
       lateral (select now() + make_interval(days => i * 7 - 7, hours => length(a.title)) as d from generate_series(0, 4) i) days`,
  );
  await db.sql('vacuum analyze');
}
