import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noticeForm } from '../../src/domains/notices/notices.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { newcomer } from '../support/newcomer.ts';
import {
  clientOf,
  describeRights,
  EVERYBODY,
  expectRefused,
  seedId,
  type TableRights,
} from '../support/rights.ts';

let db: TestDb;
let block: string;
let elsewhere: string;
beforeAll(async () => {
  db = await testDatabase();
  block = await seedId(db, 'drobakgata-1');
  elsewhere = await seedId(db, 'stovner-senter');
});
afterAll(() => db?.close());

/** SQL for the moments of a notice. */
interface Moments {
  published?: string;
  ends?: string;
  isPublic?: boolean;
}
const make = async ({ published = 'now()', ends = 'null', isPublic = true }: Moments = {}) =>
  (
    await db.sql<{ id: string }>(
      `insert into public.notices (block_id, title, body, is_public, published_at, ends_at)
       values ($1, 'Prøve', 'Tekst', $2, ${published}, ${ends}) returning id`,
      [block, isPublic],
    )
  )[0]!.id;
const notice = () => ({ block_id: block, title: 'Ny', body: 'Tekst' });

const HERE = ['consultant here'] as const;
const rights = (row: string, moments: Moments, select: TableRights['may']['select']) =>
  describeRights(() => db, {
    table: 'notices',
    row,
    make: () => make(moments),
    insert: notice,
    change: () => ({ title: `Endret ${randomUUID()}` }),
    may: { select, insert: HERE, update: HERE, delete: HERE },
  });

rights('current', {}, EVERYBODY);
rights('for residents only', { isPublic: false }, [
  'resident',
  'same flat',
  'neighbour',
  'consultant here',
  'landlord',
]);
rights('not published yet', { published: `now() + interval '1 hour'` }, HERE);
rights(
  'ended',
  { published: `now() - interval '2 hours'`, ends: `now() - interval '1 second'` },
  HERE,
);

test('who has moved out no longer reads what is for residents', async () => {
  const { id, client } = await newcomer(db);
  const flat = await seedId(db, 'drobakgata-1/flat/B101');
  await db.sql(`insert into public.people (id, display_name) values ($1, 'Ny')`, [id]);
  await db.sql(
    `insert into public.memberships (person_id, role, block_id, flat_id) values ($1, 'resident', $2, $3)`,
    [id, block, flat],
  );
  const hidden = await make({ isPublic: false });
  const seen = async () => (await client.from('notices').select('id').eq('id', hidden)).data;
  expect(await seen()).toEqual([{ id: hidden }]);
  await db.sql('update public.memberships set ended_at = now() where person_id = $1', [id]);
  expect(await seen()).toEqual([]);
});

describe('who wrote it', () => {
  test.each(EVERYBODY)('is not shown to %s, not in a filter or an order either', async (who) => {
    const client = await clientOf(db, who);
    const asked = [
      await client.from('notices').select('created_by'),
      await client.from('notices').select('*'),
      await client.from('notices').select('id').eq('created_by', randomUUID()),
      await client.from('notices').select('id').order('created_by'),
      await client.from('notices').select('id, people (display_name)'),
    ];
    expect(asked.map(({ data }) => data)).toEqual([null, null, null, null, null]);
    expect(asked.map(({ error }) => error?.code)).toEqual(Array(5).fill('42501'));
  });

  test('cannot be given as somebody else', async () => {
    const client = await clientOf(db, 'consultant here');
    const [other] = await db.sql<{ id: string }>(
      'select id from public.people order by random() limit 1',
    );
    await expectRefused(db, 'public.notices', () =>
      client.from('notices').insert({ ...notice(), created_by: other!.id }),
    );
  });
});

describe('the consultant', () => {
  test('cannot post to the other building or move a notice there', async () => {
    const client = await clientOf(db, 'consultant here');
    const id = await make();
    await expectRefused(db, 'public.notices', () =>
      client.from('notices').insert({ ...notice(), block_id: elsewhere }),
    );
    await expectRefused(db, 'public.notices', () =>
      client.from('notices').update({ block_id: elsewhere }).eq('id', id),
    );
  });

  test('cannot overwrite a notice of the other building by its id', async () => {
    const client = await clientOf(db, 'consultant here');
    const [foreign] = await db.sql<{ id: string }>(
      'select id from public.notices where block_id = $1 limit 1',
      [elsewhere],
    );
    await expectRefused(db, 'public.notices', () =>
      client.from('notices').upsert({ ...notice(), id: foreign!.id }),
    );
  });

  test('sends the same form twice at the same moment: one notice', async () => {
    const client = await clientOf(db, 'consultant here');
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => client.from('notices').insert({ ...notice(), id })),
    );
    const codes = answers.map(({ error }) => error?.code ?? 'made').sort();
    expect(codes).toEqual(['23505', '23505', '23505', '23505', 'made']);
  });
});

describe('the table refuses', () => {
  test.each([
    ['an urgent one without an end', { class: 'urgent' }],
    ['an end before the start', { published_at: '2026-02-02', ends_at: '2026-02-01' }],
    ['an end at the start', { published_at: '2026-02-02', ends_at: '2026-02-02' }],
    ['no title', { title: '' }],
    ['a blank title', { title: '   ' }],
    ['a blank text', { body: '  ' }],
    ['white space past the limit', { title: `x${' '.repeat(200)}` }],
    ['a class there is not', { class: 'panic' }],
  ])('%s', async (_what, wrong) => {
    const client = await clientOf(db, 'consultant here');
    await expectRefused(db, 'public.notices', () =>
      client.from('notices').insert({ ...notice(), ...wrong }),
    );
  });

  test('an ordinary one that becomes urgent without an end', async () => {
    const client = await clientOf(db, 'consultant here');
    const id = await make();
    await expectRefused(db, 'public.notices', () =>
      client.from('notices').update({ class: 'urgent' }).eq('id', id),
    );
  });

  test.each([
    ['title', 120],
    ['body', 2000],
  ])('%s: %i characters are fine, one more is not, as in the form', async (column, max) => {
    const client = await clientOf(db, 'consultant here');
    const row = (length: number) => ({ ...notice(), [column]: 'å'.repeat(length) });
    expect((await client.from('notices').insert(row(max))).error).toBeNull();
    await expectRefused(db, 'public.notices', () => client.from('notices').insert(row(max + 1)));
    const typed = (length: number) =>
      noticeForm.safeParse({
        id: randomUUID(),
        class: 'ordinary',
        isPublic: 'true',
        ...row(length),
      }).success;
    expect([typed(max), typed(max + 1)]).toEqual([true, false]);
  });
});
