import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase, type TestDb } from '../support/database.ts';
import { newcomer } from '../support/newcomer.ts';
import { inHours, noticeDesk } from '../support/notices.ts';
import { clientOf, fingerprint } from '../support/rights.ts';

/** Who is notified of a notice, and how many have read it. */

let db: TestDb;
let desk: Awaited<ReturnType<typeof noticeDesk>>;
beforeAll(async () => {
  db = await testDatabase();
  desk = await noticeDesk(db);
});
afterAll(() => db?.close());

/** The notifications of a notice: kind by receiver. */
const told = async (id: string) =>
  (
    await db.sql<{ line: string }>(
      `select u.email || ' ' || n.kind as line from public.notifications n join auth.users u on u.id = n.person_id
       where n.notice_id = $1 order by n.created_at, line`,
      [id],
    )
  ).map(({ line }) => line.replace('@drobakgata-1.example', ''));
const run = async () => (await db.service().rpc('run_notice_jobs')).data as Record<string, number>;

describe('the job', () => {
  test('notifies everybody a notice is for, once, also when run twice and by five at once', async () => {
    await run();
    const id = await desk.publish({ audience: 'members' });
    const numbers = await Promise.all(Array.from({ length: 5 }, run));
    expect(numbers.map((one) => one['notices_told']).sort()).toEqual([0, 0, 0, 0, 3]);
    expect(await run()).toMatchObject({ notices_told: 0 });
    expect(await told(id)).toEqual([
      'beboer1 notice_new',
      'beboer2 notice_new',
      'beboer3 notice_new',
    ]);
  });

  test('notifies those who live in the stair of a notice, and of an urgent one as urgent', async () => {
    const id = await desk.publish({
      ...{ audience: 'stairs', place_ids: [await desk.place('stair/A')] },
      ...{ class: 'urgent', ends_at: inHours(2) },
    });
    await run();
    expect(await told(id)).toEqual(['beboer1 notice_urgent', 'beboer2 notice_urgent']);
  });

  test('notifies of notices for families only those who opted in', async () => {
    await (await clientOf(db, 'neighbour')).from('family_readers').insert({});
    const id = await desk.publish({ audience: 'families' });
    await run();
    expect(await told(id)).toEqual(['beboer3 notice_new']);
  });

  test('waits until a notice can be seen', async () => {
    const { id } = await desk.save({ publishes_at: inHours(1) });
    const { id: draft } = await desk.save({ publish: false });
    await run();
    expect([await told(id), await told(draft)]).toEqual([[], []]);
    await db.sql(
      `update public.notices set published_at = now() - interval '1 second' where id = $1`,
      [id],
    );
    await run();
    expect(await told(id)).toHaveLength(3);
  });

  test('notifies again when a notice becomes urgent, and not when its text changes', async () => {
    const id = await desk.publish();
    await run();
    await desk.save({ id, body: 'Annet', publish: false });
    await run();
    expect(await told(id)).toHaveLength(3);
    await desk.save({ id, class: 'urgent', ends_at: inHours(2), publish: false });
    await run();
    expect((await told(id)).filter((line) => line.endsWith('notice_urgent'))).toHaveLength(3);
    await desk.save({ id, class: 'ordinary', publish: false });
    await run();
    expect(await told(id)).toHaveLength(6);
  });

  test('notifies nobody any more when a notice is for others now, or taken down', async () => {
    const id = await desk.publish();
    await run();
    await desk.save({
      id,
      audience: 'flats',
      place_ids: [await desk.place('flat/B302')],
      publish: false,
    });
    await run();
    expect(await told(id)).toEqual(['beboer3 notice_new']);
    await desk.act(id, 'withdraw');
    await run();
    expect(await told(id)).toEqual([]);
    await desk.act(id, 'publish');
    await run();
    expect(await told(id)).toEqual(['beboer3 notice_new']);
  });
});

describe('readers', () => {
  let id: string;
  beforeEach(async () => {
    id = await desk.publish({ audience: 'members' });
  });
  const read = async (client: Awaited<ReturnType<typeof clientOf>>, notice = id) =>
    client.rpc('count_notice_reads', { notice_ids: [notice] });
  const counted = async () =>
    (
      await db.sql<{ n: number }>(
        'select count(*)::int as n from private.notice_readers where notice_id = $1',
        [id],
      )
    )[0]!.n;
  const shown = async () =>
    (await desk.consultant.rpc('notice_read_counts', { block_id: desk.block })).data.find(
      (row: { notice_id: string }) => row.notice_id === id,
    )?.readers;
  const resident = async () => {
    const { id: person, client } = await newcomer(db);
    await db.sql(`insert into public.people (id, display_name) values ($1, 'Ny')`, [person]);
    await db.sql(
      `insert into public.memberships (person_id, role, block_id, flat_id) values ($1, 'resident', $2, $3)`,
      [person, desk.block, await desk.place('flat/A101')],
    );
    return client;
  };

  test('are counted once each, however often and however many at once', async () => {
    const client = await clientOf(db, 'resident');
    await Promise.all(Array.from({ length: 8 }, () => read(client)));
    await read(await clientOf(db, 'neighbour'));
    expect(await counted()).toBe(2);
  });

  test('are counted for the consultant of the building only', async () => {
    await read(await resident());
    expect(await shown()).toBeDefined();
    for (const who of ['neighbour', 'landlord', 'admin', 'resident elsewhere'] as const) {
      const counts = await (await clientOf(db, who)).rpc('notice_read_counts', { block_id: desk.block }); // prettier-ignore
      expect([who, counts.data]).toEqual([who, []]);
    }
  });

  test('are not staff, visitors or people it is not for', async () => {
    for (const who of ['consultant here', 'landlord', 'admin', 'resident elsewhere'] as const)
      expect((await read(await clientOf(db, who))).error).toBeNull();
    expect((await read(await clientOf(db, 'anonymous'))).error?.code).toBe('42501');
    const stair = await desk.publish({
      audience: 'stairs',
      place_ids: [await desk.place('stair/A')],
    });
    await read(await clientOf(db, 'neighbour'), stair);
    const rows = await db.sql('select from private.notice_readers where notice_id = any ($1)', [
      [id, stair],
    ]);
    expect(rows).toEqual([]);
  });

  test('are shown as a number from five on, and not below', async () => {
    for (let n = 0; n < 4; n++) await read(await resident());
    expect(await shown()).toBeNull();
    await read(await resident());
    expect(await shown()).toBe(5);
  });

  test('leave a hash that differs for each notice, and no name', async () => {
    const client = await clientOf(db, 'resident');
    const other = await desk.publish();
    await read(client);
    await read(client, other);
    const hashes = await db.sql<{ hash: string }>(
      `select encode(reader_hash, 'hex') as hash from private.notice_readers where notice_id = any ($1)`,
      [[id, other]],
    );
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(2);
    const { data } = await client.auth.getUser();
    expect(await fingerprint(db, 'private.notice_readers')).not.toContain(data.user!.id);
  });

  test('are deleted when the notice has ended or is 30 days old; the number stays', async () => {
    for (let n = 0; n < 5; n++) await read(await resident());
    await run();
    expect(await counted()).toBe(5);
    await db.sql(
      `update public.notices set published_at = now() - interval '31 days' where id = $1`,
      [id],
    );
    const runs = await Promise.all(Array.from({ length: 8 }, run));
    expect(runs.map((one) => one['notice_reads_settled']).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect([await counted(), await shown()]).toEqual([0, 5]);
    await read(await clientOf(db, 'resident'));
    expect([await counted(), await shown()], 'nobody is counted after that').toEqual([0, 5]);
  });
});
