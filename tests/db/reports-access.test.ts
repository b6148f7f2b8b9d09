import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import {
  FLAT,
  PEOPLE,
  STAIR,
  fullCase,
  sendReport,
  storePhoto,
  type Who,
} from '../support/reports.ts';

let database: TestDb;
let flat: Awaited<ReturnType<typeof fullCase>>;
let stair: Awaited<ReturnType<typeof fullCase>>;
const everybody = Object.keys(PEOPLE) as Who[];
const staff: Who[] = ['consultant', 'landlord'];
const inside: Who[] = ['reporter', ...staff];
const neighbours: Who[] = ['household', 'neighbour'];

beforeAll(async () => {
  database = await testDatabase();
  flat = await fullCase(database, FLAT);
  stair = await fullCase(database, STAIR);
  await (await database.as(PEOPLE.neighbour)).rpc('follow_report', { report_id: stair.id });
});
afterAll(() => database.close());

/** Who gets a row of this case in this table. */
async function seenBy(table: 'report_details' | 'report_photos' | 'report_events', id: string) {
  const seen: Who[] = [];
  for (const who of everybody) {
    const { data, error } = await (
      await database.as(PEOPLE[who])
    )
      .from(table)
      .select('*')
      .eq('report_id', id);
    expect(error).toBeNull();
    if (data!.length) seen.push(who);
  }
  return seen;
}

async function caseSeenBy(id: string) {
  const seen: Who[] = [];
  for (const who of everybody) {
    const { data } = await (
      await database.as(PEOPLE[who])
    )
      .from('reports')
      .select('*')
      .eq('id', id);
    if (data!.length) seen.push(who);
  }
  return seen;
}

describe('who sees what', () => {
  test('a case from a flat is seen only by its reporter and the staff, not by the household', async () => {
    expect(await caseSeenBy(flat.id)).toEqual(inside);
    expect(await seenBy('report_events', flat.id)).toEqual(inside);
  });

  test('a case from a common area is seen by the building as well, and nowhere else', async () => {
    const building = everybody.filter((who) => [...inside, ...neighbours].includes(who));
    expect(await caseSeenBy(stair.id)).toEqual(building);
    expect(await seenBy('report_events', stair.id)).toEqual(building);
  });

  test.each(['report_details', 'report_photos'] as const)(
    '%s is seen by the reporter and the staff, in flats and common areas',
    async (table) => {
      expect(await seenBy(table, flat.id)).toEqual(inside);
      expect(await seenBy(table, stair.id)).toEqual(inside);
    },
  );

  test('neighbours learn nothing of the reporter through embedded rows, filters or counts', async () => {
    for (const who of neighbours) {
      const db = await database.as(PEOPLE[who]);
      const { data } = await db
        .from('reports')
        .select(
          '*, report_details (*), report_photos (*), report_messages (*), report_followers (*)',
        )
        .eq('id', stair.id)
        .single();
      expect(data).toMatchObject({ report_details: null, report_photos: [], report_messages: [] });
      expect(data!.report_followers.length).toBe(who === 'neighbour' ? 1 : 0);
      const { data: inner } = await db
        .from('reports')
        .select('id, report_details!inner (reporter_id)')
        .eq('id', stair.id);
      expect(inner).toEqual([]);
      for (const table of ['report_details', 'report_photos', 'report_messages'] as const) {
        const { count } = await db
          .from(table)
          .select('*', { count: 'exact', head: true })
          .eq('report_id', stair.id);
        expect(count).toBe(0);
      }
    }
  });

  test('no value of the case itself identifies the reporter', async () => {
    const [person] = await database.sql<{ id: string }>(
      'select id from auth.users where email = $1',
      [PEOPLE.reporter],
    );
    const db = await database.as(PEOPLE.neighbour);
    const { data } = await db
      .from('reports')
      .select('*, report_events (*), place:places (*)')
      .eq('id', stair.id)
      .single();
    expect(JSON.stringify(data)).not.toContain(person!.id);
    expect(Object.keys(data!).toSorted()).toEqual(
      ['affected_count', 'are_photos_shared', 'block_id', 'chase_count', 'chased_at', 'created_at', 'expected_by', 'id',
        'is_common', 'is_open', 'is_urgent', 'merged_into', 'number', 'place', 'place_id', 'place_kind', 'report_events', 'status',
        'status_changed_at', 'thing', 'told_late_at', 'waiting_for'],
    ); // prettier-ignore
  });

  test('the follower sees their own row, and nobody sees who else follows', async () => {
    for (const who of everybody) {
      const { data } = await (
        await database.as(PEOPLE[who])
      )
        .from('report_followers')
        .select('*')
        .eq('report_id', stair.id);
      expect(data!.length, who).toBe(who === 'neighbour' ? 1 : 0);
    }
  });

  test('only the staff can read an internal note, by any query', async () => {
    for (const id of [flat.id, stair.id]) {
      for (const who of everybody) {
        const db = await database.as(PEOPLE[who]);
        const texts = JSON.stringify([
          await db.from('report_messages').select('*'),
          await db
            .from('reports')
            .select('*, report_messages (*), report_details (*)')
            .eq('id', id),
          await db.from('report_messages').select('*').eq('audience', 'internal'),
          await db.from('report_messages').select('id').ilike('body', '%Hemmelig%'),
        ]);
        const { count } = await db
          .from('report_messages')
          .select('*', { count: 'exact', head: true })
          .eq('report_id', id);
        const expected = staff.includes(who) ? 2 : who === 'reporter' ? 1 : 0;
        expect(count, who).toBe(expected);
        expect(texts.includes('Hemmelig'), who).toBe(staff.includes(who));
      }
    }
  });

  test('an internal note changes nothing that the reporter sees of the case', async () => {
    const reporter = await database.as(PEOPLE.reporter);
    const look = async () =>
      (
        await reporter
          .from('reports')
          .select('*, report_details (*), report_events (*), report_messages (*)')
          .eq('id', flat.id)
          .single()
      ).data;
    const before = await look();
    await (await database.as(PEOPLE.landlord)).rpc('add_report_message', {
      id: randomUUID(), report_id: flat.id, body: 'Hemmelig igjen', audience: 'internal',
    }); // prettier-ignore
    expect(await look()).toEqual(before);
  });

  test('a visitor who is not signed in reads no table and calls no function', async () => {
    const db = database.anonymous();
    for (const table of [
      'reports',
      'report_details',
      'report_photos',
      'report_events',
      'report_messages',
      'report_followers',
      'report_things',
      'report_transitions',
    ] as const) /* prettier-ignore */ {
      expect((await db.from(table).select('*')).error?.code, table).toBe('42501');
    }
    const { error } = await db.rpc('change_report_status', {
      report_id: flat.id,
      to_status: 'fixed',
    });
    expect(error?.code).toBe('42501');
  });

  test('the reporter who has moved out still sees the case, the next tenant does not', async () => {
    const report = await sendReport(await database.as(PEOPLE.reporter));
    await database.sql(
      `update public.memberships set ended_at = now()
      where person_id = (select id from auth.users where email = $1)`,
      [PEOPLE.reporter],
    );
    expect(await caseSeenBy(report.id)).toEqual(inside);
    await database.sql(
      `update public.memberships set ended_at = null
      where person_id = (select id from auth.users where email = $1)`,
      [PEOPLE.reporter],
    );
  });
});

/** A column of each table to try to write, and a value that no row has. */
const WRITABLE = {
  reports: ['id', randomUUID()],
  report_details: ['report_id', randomUUID()],
  report_photos: ['report_id', randomUUID()],
  report_events: ['report_id', randomUUID()],
  report_messages: ['report_id', randomUUID()],
  report_followers: ['report_id', randomUUID()],
  report_things: ['place_kind', 'floor'],
  report_transitions: ['to_status', 'received'],
} as const;

describe('nobody writes without the functions', () => {
  const truth = (table: string) => database.sql(`select * from public.${table} order by 1, 2, 3`);

  test.each(Object.keys(WRITABLE) as (keyof typeof WRITABLE)[])(
    '%s: insert, update and delete are refused to everybody, the staff included',
    async (table) => {
      const before = await truth(table);
      const [column, other] = WRITABLE[table];
      const row = { [column]: other } as never;
      const people: [string, Db][] = [['anonymous', database.anonymous()]];
      for (const who of everybody) people.push([who, await database.as(PEOPLE[who])]);
      for (const [who, db] of people) {
        const answers = [
          await db.from(table).insert(row),
          await db
            .from(table)
            .update(row)
            .neq(column as never, other),
          await db
            .from(table)
            .delete()
            .neq(column as never, other),
        ];
        for (const { error } of answers) expect(error?.code, `${who} ${table}`).toBe('42501');
      }
      expect(await truth(table)).toEqual(before);
    },
  );

  test('not even the server key reads or changes a case', async () => {
    const { error } = await database
      .service()
      .from('report_events')
      .delete()
      .eq('report_id', flat.id);
    expect(error?.code).toBe('42501');
  });
});

describe('photos', () => {
  const download = async (who: Who, path: string) =>
    (await (await database.as(PEOPLE[who])).storage.from('report-photos').download(path)).error ===
    null;

  test('a photo of a case is read only by the reporter and the staff of the building', async () => {
    for (const { path } of [flat, stair]) {
      const readers: Who[] = [];
      for (const who of everybody) if (await download(who, path)) readers.push(who);
      expect(readers).toEqual(inside);
      const { error } = await database.anonymous().storage.from('report-photos').download(path);
      expect(error).not.toBeNull();
    }
  });

  test('neighbours and other buildings list no files, not even folders', async () => {
    const folder = flat.path.split('/')[0]!;
    for (const who of everybody.filter((one) => !inside.includes(one))) {
      const bucket = (await database.as(PEOPLE[who])).storage.from('report-photos');
      expect((await bucket.list(folder)).data ?? [], who).toEqual([]);
      expect((await bucket.list()).data?.map(({ name }) => name) ?? [], who).not.toContain(folder);
    }
  });

  test('a signed address can only be made by people who may read the photo', async () => {
    const sign = async (who: Who) =>
      (
        await (
          await database.as(PEOPLE[who])
        ).storage
          .from('report-photos')
          .createSignedUrl(stair.path, 60)
      ).error;
    expect(await sign('reporter')).toBeNull();
    expect(await sign('neighbour')).not.toBeNull();
  });

  test('an upload that is not sent yet is seen only by its owner', async () => {
    const path = await storePhoto(await database.as(PEOPLE.reporter));
    const readers: Who[] = [];
    for (const who of everybody) if (await download(who, path)) readers.push(who);
    expect(readers).toEqual(['reporter']);
  });

  test('files go only into my own folder, with the right name, type and size', async () => {
    const db = await database.as(PEOPLE.neighbour);
    const mine = (await db.auth.getUser()).data.user!.id;
    const [theirs, file] = flat.path.split('/');
    const put = async (path: string, body = new Uint8Array([1]), contentType = 'image/webp') =>
      (await db.storage.from('report-photos').upload(path, body, { contentType })).error;
    expect(await put(`${theirs}/${file}`)).not.toBeNull();
    expect(await put(`${theirs}/${'0'.repeat(64)}_1x1.webp`)).not.toBeNull();
    expect(await put(`${mine}/picture.webp`)).not.toBeNull();
    expect(
      await put(`${mine}/${'0'.repeat(64)}_1x1.webp`, new Uint8Array([1]), 'text/html'),
    ).not.toBeNull();
    expect(
      await put(`${mine}/${'0'.repeat(64)}_1x1.webp`, new Uint8Array(3.5 * 1024 * 1024)),
    ).not.toBeNull();
    const rows = await database.sql('select name from storage.objects where name like $1', [
      `${mine}/%`,
    ]);
    expect(rows).toEqual([]);
  });

  test('a stored photo is neither replaced, moved nor removed, by its owner or the staff', async () => {
    const before = await database.sql('select * from storage.objects order by name');
    for (const who of ['reporter', 'neighbour', 'consultant', 'landlord'] as const) {
      const bucket = (await database.as(PEOPLE[who])).storage.from('report-photos');
      await bucket.remove([flat.path]);
      await bucket.update(flat.path, new Uint8Array([1]), { contentType: 'image/webp' });
      await bucket.upload(flat.path, new Uint8Array([1]), {
        contentType: 'image/webp',
        upsert: true,
      });
      await bucket.move(flat.path, flat.path.replace('.webp', '0.webp'));
    }
    expect(await database.sql('select * from storage.objects order by name')).toEqual(before);
    expect(await download('reporter', flat.path)).toBe(true);
  });

  test('a person stores at most 60 files a day', async () => {
    const db = await database.as(PEOPLE['resident elsewhere']);
    const mine = (await db.auth.getUser()).data.user!.id;
    await database.sql(
      `insert into storage.objects (bucket_id, name) select 'report-photos',
      $1 || '/' || lpad(n::text, 64, '0') || '_1x1.webp' from generate_series(1, 59) n`,
      [mine],
    );
    await expect(storePhoto(db)).resolves.toContain(mine);
    await expect(storePhoto(db)).rejects.toThrow();
  });
});
