import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { BLOCK, hide, OUTSIDERS, propose } from '../support/proposals.ts';

let at: TestDb;
let bench: string;
const yard = demoId('drobakgata-1/yard');
beforeAll(async () => {
  at = await testDatabase();
  await at.sql(
    "update public.proposals set status = 'withdrawn', decided_at = null where block_id = $1 and status = 'approved'",
    [BLOCK],
  );
  bench = await propose(at, {
    title: 'En benk i gårdsrommet',
    body: 'Det mangler et sted å sitte når barna leker ute.',
    place_id: yard,
    approve: true,
  });
});
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const like = async (
  title: string,
  { who = drobak.neighbour as Email, place_id = undefined as string | undefined } = {},
) => {
  const place = place_id ? { place_id } : {};
  const { data, error } = await (
    await at.as(who)
  ).rpc('like_proposals', { block_id: BLOCK, title, ...place });
  return error?.code ?? data;
};

describe('a proposal similar to an idea', () => {
  test.each([
    'Benker i gården',
    'flere BENKER',
    'En bnk i gårdsrommet', // misspelt
    'Benk ved sandkassa',
    'Et sted å sitte',
  ])('«%s» finds the bench', async (title) => {
    expect(await like(title)).toEqual([bench]);
  });

  test.each([
    'Leksehjelp på tirsdager',
    'Og det er i',
    '!!!',
    "'; drop table x; --",
    '\\ & | : *',
    'x'.repeat(5000),
  ])('«%s» finds nothing', async (title) => {
    expect(await like(title)).toEqual([]);
  });

  test('with a word in common is enough at the same place only', async () => {
    const title = 'Nytt og pent bord og benk';
    expect(await like(title, { place_id: demoId('drobakgata-1/laundry') })).toEqual([]);
    expect(await like(title, { place_id: yard })).toEqual([bench]);
  });

  test('comes first when most similar, and there are five at most', async () => {
    const made = [];
    for (const title of [
      'Sykkelbod',
      'Bod til sykler',
      'Sykkelbod i kjelleren',
      'Sykkelbod ute',
      'Ny sykkelbod',
      'Sykkelbod med lås',
    ])
      made.push(
        await propose(at, {
          title,
          body: 'Plass til sykler.',
          who: drobak.household,
          approve: true,
        }),
      );
    const found = (await like('Sykkelbod')) as string[];
    expect(found).toHaveLength(5);
    expect(found[0]).toBe(made[0]);
  });

  test('is approved, visible and of the building, whoever asks', async () => {
    const title = 'Trampoline';
    const hidden = await propose(at, { title, approve: true });
    await hide(at, hidden);
    await propose(at, { title }); // waits, and belongs to the person who asks
    expect(await like(title, { who: drobak.resident })).toEqual([]);
    expect(await like(title, { who: drobak.consultant })).toEqual([]);
    const shown = await propose(at, { title, approve: true });
    for (const who of [drobak.resident, drobak.neighbour, drobak.consultant, landlord] as Email[])
      expect(await like(title, { who }), who).toEqual([shown]);
    for (const who of OUTSIDERS) expect(await like(title, { who }), who).toEqual([]);
  });

  test('is suggested for each waiting one only to the consultant of the building', async () => {
    const waiting = await propose(at, { who: drobak.neighbour, title: 'Benk til gårdsrommet' });
    const ask = async (who: Email) =>
      (await (await at.as(who)).rpc('suggest_merges', { block_id: BLOCK })).data?.filter(
        (one) => one.proposal_id === waiting,
      );
    expect(await ask(drobak.consultant)).toEqual([{ proposal_id: waiting, like_id: bench }]);
    for (const who of [drobak.neighbour, landlord, admin, stovner.consultant] as Email[])
      expect(await ask(who), who).toEqual([]);
  });
});

test('among 5 000 in the building is found quickly by the indexes of words', async () => {
  await at.sql(
    `insert into public.proposals (id, block_id, title, body, kind, status, decided_at)
     select gen_random_uuid(), $1, 'Idé ' || md5(n::text), 'Om ' || md5((n * 7)::text) || ' og ' || md5((n * 11)::text),
       'social', 'approved', now()
     from generate_series(1, 5000) n`,
    [BLOCK],
  );
  await at.sql('analyze public.proposals');
  const before = await scans();
  const started = performance.now();
  expect(await like('Benker i gården')).toEqual([bench]);
  expect(performance.now() - started).toBeLessThan(500);
  await at.sql('select pg_stat_force_next_flush()');
  await expect.poll(scans, { timeout: 15_000 }).toBeGreaterThan(before);
}, 30_000);

const scans = async () =>
  Number(
    (
      await at.sql<{ n: string }>(
        `select sum(idx_scan) as n from pg_stat_user_indexes where indexrelname in ('proposals_words_idx', 'proposals_title_idx')`,
      )
    )[0]!.n,
  );
