import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { building, type Voter } from '../support/electorate.ts';
import { hold, isWaiting } from '../support/held.ts';
import {
  ask,
  ballotsOf,
  countedIn,
  inDays,
  KINDS,
  openVote,
  receipt,
  runOut,
  othersVote,
  tallyOf,
} from '../support/polls.ts';

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const { drobak } = CAST;
const desk = () => at.as(drobak.consultant);
const cast = (db: Db, poll_id: string, option: string, code = receipt()) =>
  ask(db, 'cast_vote', { poll_id, choices: [option], receipt: code });
const idOf = async (email: Email) =>
  (await at.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;
const how = (answers: unknown[], outcome: string) =>
  answers.filter((answer) => answer === outcome).length;
const electorOf = async (pollId: string, flatOf: Email) =>
  (
    await at.sql<{ id: string }>(
      `select e.id from private.electors e join public.memberships m on m.flat_id = e.flat_id
       where e.poll_id = $1 and m.person_id = $2`,
      [pollId, await idOf(flatOf)],
    )
  )[0]!.id;
const results = async (pollId: string, who: Email = drobak.neighbour) =>
  (await ask(await at.as(who), 'poll_results', { poll_ids: [pollId] })) as {
    is_counted: boolean;
    votes: number | null;
    voted: number | null;
    is_winner: boolean;
  }[];
/** As a page that is opened again: counting waits a second at most for votes in progress. */
async function finalResults(pollId: string) {
  for (let tries = 0; ; tries++) {
    const rows = await results(pollId);
    if (rows[0]!.is_counted || tries > 9) return rows;
  }
}
/**
 * What a connection in this database waits for: `transactionid` for a row that another one holds. A connection that waits for a
 * whole table has already read it, without the vote in progress.
 */
async function waitsFor() {
  for (let tries = 0; tries < 100; tries++) {
    const [row] = await at.sql<{ locktype: string }>(
      `select l.locktype from pg_locks l join pg_stat_activity a on a.pid = l.pid and a.datname = current_database()
       where not l.granted`,
    );
    if (row) return row.locktype;
    await sleep(20);
  }
  return 'nothing';
}
/** Requesting the result starts the count; with fewer than five votes nobody is shown the numbers. */
const totalOf = async (pollId: string) => {
  await results(pollId);
  return (await tallyOf(at, pollId)).reduce((sum, votes) => sum + votes, 0);
};

describe('one ballot each', () => {
  test('two phones of one flat at the same instant, fifteen times in fifteen', async () => {
    for (let round = 0; round < 15; round++) {
      const { id, options } = await openVote(at);
      const answers = await Promise.all([
        cast(await at.as(drobak.resident), id, options[0]!),
        cast(await at.as(drobak.household), id, options[1]!),
      ]);
      expect(answers.toSorted()).toEqual(['already_voted', 'voted']);
      expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    }
  }, 60_000);

  test('the second phone waits for the first, and votes when the first is disconnected', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const { id, options } = await openVote(at);
      const me = await idOf(drobak.resident);
      const first = await hold(at, me, 'public.cast_vote($1, $2, $3)', [
        id,
        [options[0]],
        receipt(),
      ]);
      const second = cast(await at.as(drobak.household), id, options[1]!);
      expect(await isWaiting(second)).toBe(true);
      await first[end]();
      expect(await second).toBe(end === 'commit' ? 'already_voted' : 'voted');
      expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    }
  });

  test('the same form sent five times at once is one vote with one receipt', async () => {
    const db = await at.as(drobak.resident);
    for (let round = 0; round < 5; round++) {
      const { id, options } = await openVote(at);
      const code = receipt();
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => cast(db, id, options[0]!, code)),
      );
      expect(answers).toEqual(Array(5).fill('voted'));
      expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    }
  });

  describe('two hundred people', () => {
    let block: string;
    let voters: Voter[];
    let clients: Db[];
    beforeAll(async () => {
      const made = await building(at, 100, 2);
      [block, voters] = [made.id, made.voters];
      clients = await Promise.all(voters.map((one) => made.client(one)));
    });

    test('of a hundred flats at once: a hundred ballots, as many as marks and as the result', async () => {
      const { id, options } = await openVote(at, { block_id: block });
      const answers = await Promise.all(clients.map((db, n) => cast(db, id, options[n % 2]!)));
      expect([how(answers, 'voted'), how(answers, 'already_voted')]).toEqual([100, 100]);
      expect(await countedIn(at, id)).toEqual({ ballots: 100, used: 100 });
      await runOut(at, id);
      const rows = (await ask(clients[0], 'poll_results', { poll_ids: [id] })) as {
        votes: number;
        voted: number;
        entitled: number;
      }[];
      expect(rows.map(({ votes }) => votes).reduce((a, b) => a + b)).toBe(100);
      expect(rows[0]).toMatchObject({ voted: 100, entitled: 100 });
    }, 60_000);

    test('each for themselves, while other polls open, are stopped and are counted: nobody is refused', async () => {
      const others = await Promise.all(Array.from({ length: 4 }, () => openVote(at)));
      await runOut(at, others[0]!.id);
      await runOut(at, others[1]!.id);
      const { id, options } = await openVote(at, {
        block_id: block,
        rule: 'per_person',
        min_age: 13,
      });
      const [answers, ...busy] = await Promise.all([
        Promise.all(clients.map((db, n) => cast(db, id, options[n % 2]!))),
        openVote(at).then(() => 'opened'),
        ask(await desk(), 'stop_poll', { poll_id: others[2]!.id, reason: 'Feil' }),
        ask(at.service(), 'run_poll_jobs'),
        ask(await desk(), 'stop_poll', { poll_id: others[3]!.id, reason: 'Feil' }),
        openVote(at).then(() => 'opened'),
      ]);
      expect(busy).toEqual(['opened', 'stopped', expect.any(Number), 'stopped', 'opened']);
      expect(answers).toEqual(Array(200).fill('voted'));
      expect(await countedIn(at, id)).toEqual({ ballots: 200, used: 200 });
    }, 60_000);
  });
});

describe('at the same instant as the vote, the poll', () => {
  test('is stopped: a page that requests it gets an answer and no error', async () => {
    const { id, options } = await openVote(at);
    await cast(await at.as(drobak.resident), id, options[0]!);
    const stop = await hold(at, await idOf(drobak.consultant), 'public.stop_poll($1, $2)', [
      id,
      'Feil',
    ]);
    const asked = results(id);
    await sleep(100);
    await stop.commit();
    expect(await asked).toBeInstanceOf(Array);
    expect(await results(id)).toEqual([]);
  });

  test('is stopped: no ballot is left, whatever was answered', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, options } = await openVote(at);
      const [stopped, ...votes] = await Promise.all([
        ask(await desk(), 'stop_poll', { poll_id: id, reason: 'Feil' }),
        cast(await at.as(drobak.resident), id, options[0]!),
        cast(await at.as(drobak.neighbour), id, options[0]!),
      ]);
      expect(stopped).toBe('stopped');
      expect(how(votes, 'voted') + how(votes, 'stopped')).toBe(2);
      expect((await countedIn(at, id)).ballots).toBe(0);
      expect(await results(id)).toEqual([]);
    }
  });

  test('runs out: whoever gets the answer "voted" is counted, and nobody else', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, options } = await openVote(at);
      const end = Date.now() + 40;
      await runOut(at, id, end);
      await sleep(Math.max(0, end - Date.now() - 12));
      const votes: unknown[] = [];
      for (const who of [drobak.resident, drobak.neighbour, drobak.household])
        votes.push(
          ...(await Promise.all([
            cast(await at.as(who), id, options[0]!),
            results(id).then(() => null),
            sleep(6, null),
          ])),
        );
      await sleep(Math.max(0, end + 5 - Date.now()));
      expect(await totalOf(id)).toBe(how(votes, 'voted'));
      const { ballots, used } = await countedIn(at, id);
      expect([ballots, used]).toEqual([how(votes, 'voted'), how(votes, 'voted')]);
    }
  });

  test('ends: stopping and counting wait until the vote is stored', async () => {
    for (const [kind, end] of [
      [
        'stopped',
        (id: string) => desk().then((db) => ask(db, 'stop_poll', { poll_id: id, reason: 'Nok' })),
      ],
      ['counted', async (id: string) => (await finalResults(id))[0]!.is_winner && 'counted'],
    ] as const) {
      const { id, options } = await openVote(at);
      const me = await idOf(drobak.neighbour);
      const closes = Date.now() + 800;
      if (kind === 'counted') await runOut(at, id, closes);
      const vote = await hold(at, me, 'public.cast_vote($1, $2, $3)', [
        id,
        [options[0]],
        receipt(),
      ]);
      if (kind === 'counted') await sleep(Math.max(0, closes - Date.now() + 50));
      const ending = end(id);
      expect(await waitsFor()).toBe('transactionid');
      await vote.commit();
      expect(await ending).toBe(kind);
      expect((await countedIn(at, id)).ballots).toBe(kind === 'counted' ? 1 : 0);
    }
  });

  test('is counted: the count waits for a change of a vote too', async () => {
    const { id, options } = await openVote(at);
    const code = receipt();
    await cast(await at.as(drobak.neighbour), id, options[0]!, code);
    const me = await idOf(drobak.neighbour);
    const closes = Date.now() + 800;
    await runOut(at, id, closes);
    const change = await hold(at, me, 'public.change_vote($1, $2, $3)', [id, code, [options[1]]]);
    await sleep(Math.max(0, closes - Date.now() + 50));
    const counting = finalResults(id);
    expect(await waitsFor()).toBe('transactionid');
    await change.commit();
    expect((await counting).map(({ is_winner }) => is_winner)).toEqual([false, true]);
    expect(await tallyOf(at, id)).toEqual([0, 1]);
  });

  test('is extended: every vote is stored, and the poll stays open', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, options } = await openVote(at);
      const answers = await Promise.all([
        cast(await at.as(drobak.resident), id, options[0]!),
        ask(await desk(), 'extend_poll', { poll_id: id, closes_at: inDays(9), reason: 'Ferie' }),
        ask(await desk(), 'extend_poll', { poll_id: id, closes_at: inDays(11), reason: 'Ferie' }),
        cast(await at.as(drobak.neighbour), id, options[0]!),
      ]);
      expect(answers.toSorted()).toEqual(['already_extended', 'extended', 'voted', 'voted']);
      expect(await countedIn(at, id)).toEqual({ ballots: 2, used: 2 });
    }
  });

  test('is extended as the time runs out: either open until later, or closed at its first end', async () => {
    for (let round = 0; round < 3; round++) {
      const { id } = await openVote(at);
      const end = Date.now() + 30 + round * 3;
      await runOut(at, id, end);
      await sleep(Math.max(0, end - Date.now() - 3));
      const [extended] = await Promise.all([
        ask(await desk(), 'extend_poll', { poll_id: id, closes_at: inDays(9), reason: 'Ferie' }),
        results(id),
      ]);
      await sleep(Math.max(0, end + 5 - Date.now()));
      const [row] = await results(id);
      expect([extended, row!.is_counted]).toEqual(
        extended === 'extended' ? ['extended', false] : ['not_open', true],
      );
    }
  });

  test('gets the flat’s mark on paper: one of the two is stored, and the other is refused', async () => {
    for (let round = 0; round < 10; round++) {
      const { id, options } = await openVote(at);
      const elector = await electorOf(id, drobak.resident);
      const mark = async () =>
        ask(await desk(), 'mark_paper_vote', { poll_id: id, elector_id: elector });
      const vote = async () => cast(await at.as(drobak.resident), id, options[0]!);
      const answers = await (round % 2
        ? Promise.all([vote(), mark()])
        : Promise.all([mark(), vote()]).then(([marked, voted]) => [voted, marked]));
      const isWeb = answers[0] === 'voted';
      expect(answers).toEqual(isWeb ? ['voted', 'already_voted'] : ['voted_on_paper', 'marked']);
      expect(await countedIn(at, id)).toEqual({ ballots: isWeb ? 1 : 0, used: 1 });
    }
  });

  test('gets the flat’s mark on paper: each waits for the other to finish', async () => {
    const [me, consultant] = [await idOf(drobak.resident), await idOf(drobak.consultant)];
    const first = await openVote(at);
    const voting = await hold(at, me, 'public.cast_vote($1, $2, $3)', [
      first.id,
      [first.options[0]],
      receipt(),
    ]);
    const marking = ask(await desk(), 'mark_paper_vote', {
      poll_id: first.id,
      elector_id: await electorOf(first.id, drobak.resident),
    });
    expect(await isWaiting(marking)).toBe(true);
    await voting.commit();
    expect(await marking).toBe('already_voted');

    const second = await openVote(at);
    const marked = await hold(at, consultant, 'public.mark_paper_vote($1, $2)', [
      second.id,
      await electorOf(second.id, drobak.resident),
    ]);
    const vote = cast(await at.as(drobak.resident), second.id, second.options[0]!);
    expect(await isWaiting(vote)).toBe(true);
    await marked.commit();
    expect(await vote).toBe('voted_on_paper');
    expect(await countedIn(at, second.id)).toEqual({ ballots: 0, used: 1 });
  });
});

describe('counted once', () => {
  test('by ten processes at once: one follow-up, and every ballot once', async () => {
    for (let round = 0; round < 3; round++) {
      const polls = await Promise.all([openVote(at), openVote(at), openVote(at, KINDS.yes_no)]);
      for (const { id, options } of polls) {
        await cast(await at.as(drobak.resident), id, options[0]!);
        await runOut(at, id);
      }
      const ids = polls.map(({ id }) => id);
      const answers = await Promise.all(
        Array.from({ length: 10 }, async (_, n) =>
          n % 2
            ? ask(at.service(), 'run_poll_jobs')
            : ask(await at.as(drobak.neighbour), 'poll_results', {
                poll_ids: n % 4 ? ids.toReversed() : ids,
              }),
        ),
      );
      expect(answers.filter((answer) => typeof answer === 'string')).toEqual([]);
      for (const { id } of polls) {
        expect(await totalOf(id)).toBe(1);
        expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
      }
      const [{ n }] = (await at.sql<{ n: number }>(
        'select count(*)::int as n from public.follow_ups where poll_id = any ($1)',
        [ids],
      )) as [{ n: number }];
      expect(n).toBe(3);
    }
  });

  test('the paper of a box entered twice at once', async () => {
    const { id, options } = await openVote(at);
    const elector = await electorOf(id, drobak.resident);
    await ask(await desk(), 'mark_paper_vote', { poll_id: id, elector_id: elector });
    await runOut(at, id);
    const answers = await Promise.all(
      [options[0]!, options[1]!, options[0]!].map(async (option) =>
        ask(await desk(), 'count_paper_votes', { poll_id: id, ballots: [[option]] }),
      ),
    );
    expect(answers.toSorted()).toEqual(['already_counted', 'already_counted', 'counted']);
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
  });

  test('the result is never incomplete for somebody who requests it while it is made', async () => {
    const { id, options } = await openVote(at);
    await cast(await at.as(drobak.resident), id, options[0]!);
    await othersVote(at, id, options[0]!, 4);
    await runOut(at, id);
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => (n === 4 ? [] : results(id))),
    );
    for (const rows of answers.filter((one) => one.length))
      expect(rows.map(({ votes }) => votes)).toEqual([5, 0]);
  });

  test('a long read of the ballots of a poll, such as a backup, holds up neither pages nor other polls', async () => {
    const [over, running] = [await openVote(at), await openVote(at)];
    await cast(await at.as(drobak.resident), over.id, over.options[0]!);
    await othersVote(at, over.id, over.options[0]!, 4);
    await runOut(at, over.id);
    const me = await idOf(drobak.consultant);
    const backup = await hold(at, me, `count(*) from ${ballotsOf(over.id)}`, []);
    await backup.call(`count(*) from ${ballotsOf(running.id)}`, []);
    const asked = results(over.id);
    await sleep(50);
    const voted = await Promise.all([
      cast(await at.as(drobak.resident), running.id, running.options[0]!),
      cast(await at.as(drobak.neighbour), running.id, running.options[0]!),
      openVote(at).then(() => 'opened'),
    ]);
    expect(voted).toEqual(['voted', 'voted', 'opened']);
    // The page waits a second at most, and shows that the count is not there yet.
    expect(await asked).toMatchObject([{ is_counted: false, votes: null }]);
    await backup.commit();
    expect((await results(over.id)).map(({ votes }) => votes)).toEqual([5, 0]);
  });
});
