import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noticeForm } from '~/domains/notices/write/write.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { hold } from '../support/held.ts';
import { newcomer } from '../support/newcomer.ts';
import { inHours, noticeDesk } from '../support/notices.ts';
import {
  clientOf,
  describeRights,
  EVERYBODY,
  expectRefused,
  seedId,
  type Who,
} from '../support/rights.ts';

/** Notices: who reads which, by audience, role and time, and that nobody writes without the functions. */

let db: TestDb;
let desk: Awaited<ReturnType<typeof noticeDesk>>;
beforeAll(async () => {
  db = await testDatabase();
  desk = await noticeDesk(db);
});
afterAll(() => db?.close());

const TABLES = [
  'public.notices',
  'public.notice_places',
  'public.notice_photos',
  'public.notifications',
];
const HERE = ['consultant here'] as const;
const MEMBERS = ['resident', 'same flat', 'neighbour', 'consultant here', 'landlord'] as const;
const FLAT = ['resident', 'same flat', 'consultant here'] as const;

/** A published notice to stair A, to flat A201, to families, or to one of the wide audiences. */
async function to(audience: string) {
  const place_ids = {
    stairs: [await desk.place('stair/A')],
    flats: [await desk.place('flat/A201')],
  }[audience];
  return desk.publish({ audience, place_ids: place_ids ?? [] });
}
const join = async (who: Who) => {
  const client = await clientOf(db, who);
  expect(
    (await client.from('family_readers').upsert({}, { ignoreDuplicates: true })).error,
  ).toBeNull();
};

describe.each([
  ['everybody', EVERYBODY],
  ['members', MEMBERS],
  ['stairs', FLAT],
  ['flats', FLAT],
  ['families', ['neighbour', 'consultant here']],
] as [string, readonly Who[]][])('a notice to %s', (audience, readers) => {
  beforeAll(async () => {
    if (audience === 'families')
      for (const who of ['neighbour', 'resident elsewhere'] as const) await join(who);
  });

  test('is read by those it is for, with its translations, and by nobody else', async () => {
    const id = await to(audience);
    await desk.consultant.from('notice_translations').insert({
      ...{ notice_id: id, block_id: desk.block },
      ...{ language: 'pl', title: 'Próba', body: 'Tekst' },
    });
    for (const who of EVERYBODY) {
      const client = await clientOf(db, who);
      const isReader = readers.includes(who);
      const { data } = await client.from('notices').select('id').eq('id', id);
      expect(data, who).toEqual(isReader ? [{ id }] : []);
      const words = await client.from('notice_translations').select('language').eq('notice_id', id);
      expect(words.data, who).toEqual(isReader ? [{ language: 'pl' }] : []);
      const places = await client.from('notice_places').select('place_id').eq('notice_id', id);
      const mayAsk = who === 'consultant here' && ['stairs', 'flats'].includes(audience);
      expect(places.data?.length ?? 0, who).toBe(mayAsk ? 1 : 0);
    }
  });

  test.each([
    ['a draft', { publish: false }],
    ['one that is published in an hour', { publishes_at: inHours(1) }],
    ['one that has been taken down', {}],
    ['one that has ended', { ends_at: inHours(1) }],
  ])('%s is for the consultant only', async (what, wish) => {
    const place_ids = [await desk.place(audience === 'stairs' ? 'stair/A' : 'flat/A201')];
    const { id } = await desk.save({ audience, place_ids, ...wish });
    if (what.includes('taken down')) expect(await desk.act(id, 'withdraw')).toBe('withdrawn');
    if (what.includes('ended'))
      await db.sql(
        `update public.notices set published_at = now() - interval '2 hours', ends_at = now() - interval '1 second' where id = $1`,
        [id],
      );
    const readers = [];
    for (const who of EVERYBODY) {
      const client = await clientOf(db, who);
      if ((await client.from('notices').select('id').eq('id', id)).data?.length) readers.push(who);
    }
    expect(readers).toEqual(HERE);
  });
});

describe('a reader a notice is not for', () => {
  test('can not find it by filters, embeddings, counts or text search', async () => {
    const id = await to('stairs');
    for (const who of [
      'anonymous',
      'neighbour',
      'resident elsewhere',
      'consultant elsewhere',
    ] as const) {
      const client = await clientOf(db, who);
      const asked = await Promise.all([
        client.from('notices').select('id', { count: 'exact' }).eq('id', id),
        client.from('notices').select('id').or(`id.eq.${id},title.eq.Prøve`).eq('id', id),
        client
          .from('blocks')
          .select('notices (id)')
          .eq('notices.id', id)
          .not('notices', 'is', null),
        client.from('notice_translations').select('title, notices!inner (id)').eq('notice_id', id),
        client.from('notice_photos').select('path').eq('notice_id', id),
        client.from('notice_places').select('place_id').eq('notice_id', id),
      ]);
      expect(asked.map(({ data }) => data?.length ?? 0)).toEqual(Array(6).fill(0));
    }
  });

  test('never sees who wrote it, who was notified and how many have read it', async () => {
    for (const who of EVERYBODY) {
      const client = await clientOf(db, who);
      const asked = [
        await client.from('notices').select('told_at'),
        await client.from('notices').select('reader_count'),
        await client.from('notices').select('*'),
        await client.from('notices').select('id').order('reader_count'),
      ];
      expect(asked.map(({ error }) => error?.code)).toEqual(Array(4).fill('42501'));
    }
  });

  test('who has moved out no longer reads notices for residents and for the stairs', async () => {
    const { id: person, client } = await newcomer(db);
    await db.sql(`insert into public.people (id, display_name) values ($1, 'Ny')`, [person]);
    await db.sql(
      `insert into public.memberships (person_id, role, block_id, flat_id) values ($1, 'resident', $2, $3)`,
      [person, desk.block, await desk.place('flat/A101')],
    );
    const ids = [await to('members'), await to('stairs')];
    const seen = async () => (await client.from('notices').select('id').in('id', ids)).data?.length;
    expect(await seen()).toBe(2);
    await db.sql('update public.memberships set ended_at = now() where person_id = $1', [person]);
    expect(await seen()).toBe(0);
  });
});

describe('nobody writes without the functions', () => {
  const nobody = { select: EVERYBODY, insert: [], update: [], delete: [] };
  describeRights(() => db, {
    table: 'notices',
    make: () => to('everybody'),
    insert: () => ({ block_id: desk.block, title: 'Ny', body: 'Tekst' }),
    change: () => ({ title: `Endret ${randomUUID()}` }),
    may: nobody,
  });

  test.each(EVERYBODY.filter((who) => who !== 'consultant here'))(
    '%s writes, changes, publishes, takes down and removes nothing',
    async (who) => {
      const client = await clientOf(db, who);
      const id = await to('members');
      const { id: draft } = await desk.save({ publish: false });
      const refused = (call: () => PromiseLike<{ data: unknown; error: unknown }>) =>
        expectRefused(db, TABLES, async () => {
          const { data, error } = await call();
          return { data: data === 'not_found' ? null : data, error };
        });
      await refused(() => client.rpc('save_notice', desk.args()));
      await refused(() => client.rpc('save_notice', desk.args({ id, title: 'Kapret' })));
      for (const act of ['withdraw', 'keep_photo', 'remove_photo'])
        await refused(() => client.rpc('act_on_notice', { notice_id: id, act }));
      for (const act of ['publish', 'remove'])
        await refused(() => client.rpc('act_on_notice', { notice_id: draft, act }));
      await refused(() =>
        client.from('notice_translations').insert({
          ...{ notice_id: id, block_id: desk.block, language: 'en', title: 'x', body: 'x' },
        }),
      );
      await refused(() => client.rpc('request_photo_removal', { notice_id: id, path: 'x' }));
      await refused(() => client.rpc('run_notice_jobs'));
      expect((await client.rpc('notice_read_counts', { block_id: desk.block })).data ?? []).toEqual(
        [],
      );
    },
  );

  test('a consultant cannot take over or move a notice of the other building', async () => {
    const [foreign] = await db.sql<{ id: string }>(
      'select id from public.notices where block_id = $1 limit 1',
      [await seedId(db, 'stovner-senter')],
    );
    await expectRefused(db, TABLES, async () => {
      const { data, error } = await desk.consultant.rpc(
        'save_notice',
        desk.args({ id: foreign!.id }),
      );
      return { data: data === 'not_found' ? null : data, error };
    });
    for (const notice_id of [foreign!.id, randomUUID()])
      await expectRefused(db, 'public.notice_translations', () =>
        desk.consultant.from('notice_translations').insert({
          ...{ notice_id, block_id: desk.block, language: 'so', title: 'x', body: 'x' },
        }),
      );
    const stair = await seedId(db, 'stovner-senter/stair/14');
    expect((await desk.save({ audience: 'stairs', place_ids: [stair] })).outcome).toBe(
      'places_missing',
    );
  });
});

describe('a resident with a family', () => {
  test('opts in and out only for themselves, and nobody else sees it', async () => {
    const resident = await clientOf(db, 'resident');
    const id = await to('families');
    const seen = async () =>
      (await resident.from('notices').select('id').eq('id', id)).data?.length;
    expect(await seen()).toBe(0);
    await join('resident');
    expect(await seen()).toBe(1);
    for (const who of ['consultant here', 'same flat', 'landlord', 'admin'] as const) {
      const rows = (await (await clientOf(db, who)).from('family_readers').select('person_id'))
        .data;
      const { data: me } = await (await clientOf(db, who)).auth.getUser();
      expect(rows?.filter(({ person_id }) => person_id !== me.user?.id)).toEqual([]);
    }
    await resident.from('family_readers').delete().neq('person_id', randomUUID());
    expect(await seen()).toBe(0);
    const [neighbour] = await db.sql('select from public.family_readers');
    expect(neighbour, 'the neighbour is still one').toBeDefined();
  });
});

describe('the rules of a notice', () => {
  test.each([
    ['an urgent one without an end', { class: 'urgent' }, '23514'],
    ['an end before the start', { ends_at: inHours(-1) }, 'end_has_passed'],
    [
      'an end before the day it is published',
      { publishes_at: inHours(3), ends_at: inHours(2) },
      'end_has_passed',
    ],
    ['a blank title', { title: '   ' }, '23514'],
    ['a blank text', { body: '  ' }, '23514'],
    ['white space past the limit', { title: `x${' '.repeat(200)}` }, '23514'],
    ['stairs without any', { audience: 'stairs' }, 'places_missing'],
    [
      'a picture that was never stored',
      { photo: { path: 'x', text: 'x', kind: 'drawing' } },
      'photo_missing',
    ],
    ['a class there is not', { class: 'panic' }, '22P02'],
  ])('refuse %s', async (_what, wrong, code) => {
    await expectRefused(db, TABLES, async () => {
      const { outcome } = await desk.save(wrong);
      expect(outcome).toBe(code);
      return { data: null, error: outcome };
    });
  });

  test('refuse a flat among the stairs', async () => {
    const place_ids = [await desk.place('flat/A201')];
    expect((await desk.save({ audience: 'stairs', place_ids })).outcome).toBe('places_missing');
  });

  test.each([
    ['title', 120],
    ['body', 2000],
  ])('%s: %i characters are fine, one more is not, as in the form', async (column, max) => {
    const saved = async (length: number) =>
      (await desk.save({ [column]: 'å'.repeat(length) })).outcome;
    expect([await saved(max), await saved(max + 1)]).toEqual(['published', '23514']);
    const rule = noticeForm.shape[column as 'title'];
    const typed = (length: number) => rule.safeParse('å'.repeat(length)).success;
    expect([typed(max), typed(max + 1)]).toEqual([true, false]);
  });
});

describe('the life of a notice', () => {
  const stateOf = async (id: string) =>
    (
      await db.sql<{ state: string; version: number; changed: boolean }>(
        'select state, version, changed_at is not null as changed from public.notices where id = $1',
        [id],
      )
    )[0];

  test('the same form sent five times at once is one notice, published once', async () => {
    const id = randomUUID();
    const sent = await Promise.all(Array.from({ length: 5 }, () => desk.save({ id })));
    expect(sent.map(({ outcome }) => outcome).sort()).toEqual([
      'published',
      ...Array<string>(4).fill('saved'),
    ]);
    expect(await desk.acts(id)).toEqual(['publish']);
  });

  test('published by a form that began later: the earlier form changes nothing', async () => {
    const first = await hold(db, (await desk.consultant.auth.getUser()).data.user!.id, 'now()', []);
    const id = await desk.publish();
    const { block_id, title, body } = desk.args();
    const same = `public.save_notice($1, $2, 'ordinary', $3, $4, 'everybody', '{}', true)`;
    const { rows } = await first.call(`${same} as outcome`, [id, block_id, title, body]);
    const again = await first.call(`public.act_on_notice($1, 'publish') as outcome`, [id]);
    await first.commit();
    expect([...rows, ...again.rows]).toEqual([{ outcome: 'saved' }, { outcome: 'nothing_to_do' }]);
    expect(await desk.acts(id)).toEqual(['publish']);
  });

  test('drafted, published, changed, taken down, published again, removed: each is in the log', async () => {
    const { id, outcome } = await desk.save({ publish: false });
    expect(outcome).toBe('saved');
    expect(await desk.acts(id)).toEqual([]);
    expect(await desk.act(id, 'publish')).toBe('published');
    expect(await desk.act(id, 'publish')).toBe('nothing_to_do');
    expect(await desk.act(id, 'remove'), 'what is read is taken down first').toBe('nothing_to_do');
    expect((await desk.save({ id, publish: false, body: 'Ny tekst' })).outcome).toBe('saved');
    expect(await stateOf(id)).toEqual({ state: 'published', version: 2, changed: true });
    expect(await desk.act(id, 'withdraw')).toBe('withdrawn');
    expect(await desk.act(id, 'withdraw')).toBe('nothing_to_do');
    expect(await desk.act(id, 'publish')).toBe('published');
    expect(await stateOf(id)).toEqual({ state: 'published', version: 2, changed: false });
    await desk.act(id, 'withdraw');
    expect(await desk.act(id, 'remove')).toBe('removed');
    expect(await stateOf(id)).toBeUndefined();
    expect(await desk.acts(id)).toEqual(
      'publish change withdraw publish withdraw remove'.split(' '),
    );
  });

  test('the log names the changed fields, never the text', async () => {
    const id = await desk.publish({ body: 'Ring Per på 99999999' });
    await desk.save({ id, body: 'Ring kontoret', class: 'important', publish: false });
    const [entry] = await db.sql<{ details: object }>(
      `select details from public.audit_entries where subject_id = $1 and act = 'change'`,
      [id],
    );
    expect(entry!.details).toEqual({ fields: ['body', 'class'] });
  });

  test('a change before anybody could read it is not marked as a change', async () => {
    const { id } = await desk.save({ publishes_at: inHours(1) });
    await desk.save({ id, publishes_at: inHours(1), body: 'Annet', publish: false });
    expect(await stateOf(id)).toEqual({ state: 'published', version: 2, changed: false });
  });

  test('a translation is outdated when the original changes, until it is saved again', async () => {
    const id = await desk.publish();
    const table = () => desk.consultant.from('notice_translations');
    await table().insert({
      notice_id: id,
      block_id: desk.block,
      language: 'en',
      title: 'x',
      body: 'x',
    });
    const source = async () => (await table().select('source_version').eq('notice_id', id)).data;
    await desk.save({ id, body: 'Endret', publish: false });
    expect(await source()).toEqual([{ source_version: 1 }]);
    await table().update({ body: 'y' }).eq('notice_id', id);
    expect(await source()).toEqual([{ source_version: 2 }]);
    await table().delete().eq('notice_id', id);
    expect(await desk.acts(id)).toEqual(
      'publish translate change translate remove_translation'.split(' '),
    );
  });
});
