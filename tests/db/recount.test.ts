import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recount, unreadable } from '../../scripts/recount.mjs';
import { findPoll, withResult } from '../../src/domains/polls/polls.server.ts';
import { recordFile } from '../../src/domains/polls/result/record.ts';
import { listBallots } from '../../src/domains/polls/result/result.server.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { runOut } from '../support/polls.ts';

let at: TestDb;
beforeAll(async () => void (at = await testDatabase()));
afterAll(() => at.close());

const block = demoId('drobakgata-1');
const kinds = ['yes_no', 'single', 'multiple', 'budget'] as const;
type Kind = (typeof kinds)[number];
const some = <Item>(items: Item[], most: number) =>
  items.toSorted(() => Math.random() - 0.5).slice(0, randomInt(most) + 1);

/** A counted poll with that many options, their costs close together, so that ties are common. */
async function countedVote(kind: Kind, isListPublished = true, count = randomInt(5, 25)) {
  const desk = await at.as(CAST.drobak.consultant);
  const id = randomUUID();
  const titles = Array.from({ length: randomInt(2, 7) }, (_, n) => ({
    title: `Valg ${n + 1}`,
    ...((kind === 'budget' || randomInt(2)) && { cost_nok: randomInt(1, 5) * 10 }),
  }));
  const max = randomInt(2, titles.length + 1);
  const saved = await desk.rpc('save_poll', {
    ...{ id, block_id: block, title: `Prøve ${id}`, decides: 'Dere.', afterwards: 'Alt.', kind },
    rule: 'per_flat',
    closes_at: new Date(Date.now() + 3_600_000).toISOString(),
    options: kind === 'yes_no' ? [] : titles,
    is_list_published: isListPublished,
    ...(kind === 'single' && { winner_count: 1 }),
    ...(kind === 'multiple' && { winner_count: randomInt(1, 4), max_choices: max }),
    ...(kind === 'budget' && { budget_nok: 60 }),
  });
  expect(saved.data, saved.error?.message).toBe('saved');
  expect((await desk.rpc('open_poll', { poll_id: id })).data).toBe('opened');
  const options = await at.sql<{ id: string; cost: number }>(
    'select id, coalesce(cost_nok, 0) as cost from public.poll_options where poll_id = $1',
    [id],
  );
  const ballots = Array.from({ length: count }, () => {
    const chosen = some(options, kind === 'multiple' ? max : kind === 'budget' ? 4 : 1);
    if (kind === 'budget')
      while (chosen.reduce((sum, { cost }) => sum + cost, 0) > 60) chosen.pop();
    return chosen.map((option) => option.id);
  });
  await at.sql(
    `insert into private.ballots_${id.replaceAll('-', '')} (choices, receipt_hash)
     select array(select c::uuid from jsonb_array_elements_text(b) c), extensions.gen_random_bytes(32)
     from jsonb_array_elements($1::jsonb) b`,
    [JSON.stringify(ballots)],
  );
  await at.sql(
    `update private.electors set used_on = private.today(), way = 'web'
     where id in (select id from private.electors where poll_id = $1 limit $2)`,
    [id, ballots.length],
  );
  await runOut(at, id);
  return id;
}

/** The record as a neighbour downloads it. */
async function fileOf(id: string) {
  const db = await at.as(CAST.drobak.resident);
  const poll = await withResult(db, (await findPoll(db, block, id, new Date()))!);
  const file = recordFile(poll, 'Drøbakgata 1', poll.result!, await listBallots(db, id));
  return JSON.parse(JSON.stringify(file)) as ReturnType<typeof recordFile>;
}

test.each(kinds)('random polls (%s) recount to the published result', async (kind) => {
  for (let n = 0; n < 4; n++) {
    const file = await fileOf(await countedVote(kind));
    expect(unreadable(file)).toBeNull();
    expect(recount(file).differences, JSON.stringify(file)).toEqual([]);
    expect(file.ballots).toHaveLength(file.result.voted!);
  }
});

test.each(kinds)('with fewer than five votes (%s) there is nothing to recount, and the file tells why', async (kind) => {
  const file = await fileOf(await countedVote(kind, true, randomInt(1, 5)));
  expect(file).toMatchObject({ ballots: null, result: { is_withheld: true, voted: null } });
  expect(file.result.options.map(({ votes }) => votes)).toEqual(file.options.map(() => null));
  expect(unreadable(file)).toMatch(/nothing to count/);
}); // prettier-ignore

test('a poll in which nobody voted has a result like any other', async () => {
  const file = await fileOf(await countedVote('single', true, 0));
  expect(file).toMatchObject({ ballots: [], result: { is_withheld: false, voted: 0 } });
  expect(recount(file).differences).toEqual([]);
});

test('a list that is not published cannot be recounted, and has no ballot in the file', async () => {
  const file = await fileOf(await countedVote('single', false));
  expect(file.ballots).toBeNull();
  expect(unreadable(file)).toMatch(/not published/);
});

test('the file names no person and no flat', async () => {
  const text = JSON.stringify(await fileOf(await countedVote('single')));
  const names = await at.sql<{ name: string }>(
    `select display_name as name from public.people union select name from public.places where kind = 'flat' and length(name) > 2`,
  );
  expect(names.filter(({ name }) => text.includes(`"${name}"`))).toEqual([]);
});
