import { afterAll, beforeAll, expect, test } from 'vitest';
import { listWon } from '../../src/domains/polls/of-proposal.server.ts';
import { listDecided } from '../../src/domains/polls/follow-up/decided.server.ts';
import { overdueFirst } from '../../src/domains/polls/follow-up/follow-ups.ts';
import { listJustStopped } from '../../src/domains/polls/polls.server.ts';
import { listBallots } from '../../src/domains/polls/result/result.server.ts';
import { CAST } from '../support/cast.ts';
import { signedIn } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { building } from '../support/electorate.ts';
import { ask, ballotsOf, close, openVote, receipt, runOut, savedVote } from '../support/polls.ts';

/** The polls that are over on the home page of a building: the latest ones, and all with an unfinished follow-up. */

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const now = new Date();
const day = (days: number) =>
  new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);

test('unfinished follow-ups stay in the list however many polls come after, overdue ones first', async () => {
  const house = await building(at, 3);
  const db = await signedIn(at, house.voters[0]!.id);
  /** A poll that closed so many days ago, and the day of its next follow-up; null: done. */
  const over = async (title: string, days: number, next: string | null) => {
    const { id } = await openVote(at, { block_id: house.id, title });
    await runOut(at, id, now.getTime() - days * 86_400_000);
    await ask(db, 'poll_results', { poll_ids: [id] });
    // In an order that differs from both lists.
    await at.sql(
      `update public.follow_ups set created_at = now() - make_interval(days => 30 - $2), next_on = $3,
        status = $4, closed_at = $5, body = 'Slik er det.' where poll_id = $1`,
      [id, days, next, next ? 'work' : 'done', next ? null : now],
    );
  };
  await over('gammel, i arbeid', 9, day(9));
  await over('gammel og forsinket', 8, day(-3));
  await over('gammel og ferdig', 7, null);
  await over('ny og ferdig', 3, null);
  await over('ny og lenge forsinket', 2, day(-5));
  const list = await listDecided(db, house.id, now, 2);
  expect(list.map(({ title, followUp }) => [title, followUp?.status])).toEqual([
    ['ny og lenge forsinket', 'work'],
    ['ny og ferdig', 'done'],
    ['gammel og forsinket', 'work'],
    ['gammel, i arbeid', 'work'],
  ]);
  expect(overdueFirst(list, now).map(({ title }) => title)).toEqual([
    'ny og lenge forsinket',
    'gammel og forsinket',
    'ny og ferdig',
    'gammel, i arbeid',
  ]);
});

test('a poll that was stopped after opening is shown for two weeks', async () => {
  const house = await building(at, 3);
  const db = await signedIn(at, house.voters[0]!.id);
  const desk = await at.as(CAST.drobak.consultant);
  const stop = (poll_id: string) => ask(desk, 'stop_poll', { poll_id, reason: 'Feil sum.' });
  const { id } = await openVote(at, { block_id: house.id });
  const shown = await savedVote(at, { block_id: house.id });
  await ask(desk, 'plan_poll', { poll_id: shown.id });
  expect([await stop(id), await stop(shown.id)]).toEqual(['stopped', 'stopped']);
  const listed = async (days: number) =>
    (await listJustStopped(db, house.id, new Date(Date.now() + days * 86_400_000))).map(
      (poll) => poll.id,
    );
  expect(await listed(13)).toEqual([id]);
  expect(await listed(15)).toEqual([]);
});

test('the published list is complete although the API answers a thousand rows at a time', async () => {
  const house = await building(at, 3);
  const { id, options } = await openVote(at, { block_id: house.id });
  await at.sql(
    `insert into ${ballotsOf(id)} (choices, receipt_hash)
     select array[$1::uuid], sha256(convert_to(n::text, 'UTF8')) from generate_series(1, 2005) n`,
    [options[0]],
  );
  // With fewer than five votes there is no list.
  await at.sql(
    `insert into private.electors (poll_id, used_on, way) select $1, current_date, 'web' from generate_series(1, 5)`,
    [id],
  );
  await close(at, id);
  const list = await listBallots(await signedIn(at, house.voters[0]!.id), id);
  const controls = list.map(({ control }) => control);
  expect(new Set(controls).size).toBe(2005);
  expect(controls).toEqual(controls.toSorted());
});

test('a proposal that won is not put to a vote again, unless its follow-up was declined', async () => {
  const db = await at.as(CAST.drobak.resident);
  const dinner = demoId('drobakgata-1/proposal/dinner');
  const vote = await openVote(at, { options: [{ proposal_id: dinner }, { title: 'Grill' }] });
  const won = async () => (await listWon(db, demoId('drobakgata-1'), dinner)).get(dinner);
  await ask(db, 'cast_vote', {
    poll_id: vote.id,
    choices: [vote.options[0]],
    receipt: receipt(),
  });
  expect(await won()).toBeUndefined();
  await close(at, vote.id);
  expect(await won()).toBe(vote.id);
  expect((await listWon(db, demoId('drobakgata-1'))).get(dinner)).toBe(vote.id);
  await at.sql(
    `update public.follow_ups set status = 'declined', next_on = null, closed_at = now(), body = 'Nei.' where poll_id = $1`,
    [vote.id],
  );
  expect(await won()).toBeUndefined();
});
