import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unreadable } from '../../scripts/recount.mjs';
import { findPoll, withResult } from '../../src/domains/polls/polls.server.ts';
import { recordFile } from '../../src/domains/polls/result/record.ts';
import { resultSentence, turnoutText } from '../../src/domains/polls/result/result.ts';
import { listBallots } from '../../src/domains/polls/result/result.server.ts';
import { translator } from '../../src/i18n/index.ts';
import { CAST } from '../support/cast.ts';
import { signedIn } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { building, castInTurn, type Voter } from '../support/electorate.ts';
import { resultOf } from '../support/poll-model.ts';
import { ask, close, KINDS, openVote, receipt, tallyOf, titles } from '../support/polls.ts';

/** Who wins: expected by hand for the difficult cases, and against the rules written a second time (poll-model). */

let at: TestDb;
let house: string;
let voters: Voter[];
beforeAll(async () => {
  at = await testDatabase();
  ({ id: house, voters } = await building(at, 12));
});
afterAll(() => at.close());

const desk = () => at.as(CAST.drobak.consultant);
type Row = {
  option_id: string;
  votes: number | null;
  is_winner: boolean;
  voted: number | null;
};
/** What is shown of that many ballots. */
const told = (count: number, ballots: number) => (ballots > 0 && ballots < 5 ? null : count);
const results = async (id: string) =>
  (await ask(await desk(), 'poll_results', { poll_ids: [id] })) as Row[];

/** A poll with these ballots, options by their position; the last `paper` of them on paper (none: blank). */
async function counted(more: object, ballots: number[][], paper = 0) {
  const { id, options } = await openVote(at, { block_id: house, ...more });
  const choices = ballots.map((one) => one.map((n) => options[n]!));
  const onWeb = choices.slice(0, choices.length - paper);
  const cast = await castInTurn(
    at,
    id,
    onWeb.map((one, n) => ({ person: voters[n]!.id, choices: one, receipt: receipt() })),
  );
  expect(cast).toEqual(onWeb.map(() => 'voted'));
  const free = await at.sql<{ id: string }>(
    'select id from private.electors where poll_id = $1 and used_on is null limit $2',
    [id, paper],
  );
  for (const { id: elector_id } of free)
    expect(await ask(await desk(), 'mark_paper_vote', { poll_id: id, elector_id })).toBe('marked');
  await close(at, id);
  if (paper)
    expect(
      await ask(await desk(), 'count_paper_votes', {
        poll_id: id,
        ballots: choices.slice(onWeb.length),
      }),
    ).toBe('counted');
  const rows = await results(id);
  expect(rows.map(({ option_id }) => option_id)).toEqual(options);
  return { id, options, choices, rows };
}
const winners = (rows: Row[]) => rows.flatMap(({ is_winner }, n) => (is_winner ? [n] : []));
const times = (count: number, choice: number[]) => Array<number[]>(count).fill(choice);

describe('wins', () => {
  const costs = (...nok: number[]) => ({ options: titles(nok.length, nok) });
  test.each<[string, object, number[][], number[], number?]>([
    ['yes with more than no', KINDS.yes_no, [...times(2, [0]), [1]], [0]],
    ['no with more than yes', KINDS.yes_no, [[0], ...times(2, [1])], [1]],
    ['no when as many say yes', KINDS.yes_no, [[0], [1]], [1]],
    ['yes with one vote where the others abstain', KINDS.yes_no, [[0], ...times(5, [2])], [0]],
    ['no when as many say yes, and most abstain', KINDS.yes_no, [[0], [1], ...times(5, [2])], [1]],
    ['nobody when all abstain', KINDS.yes_no, times(4, [2]), []],
    ['nobody of yes and no without a vote', KINDS.yes_no, [], []],
    ['the most votes', KINDS.single, [[0], ...times(2, [3]), [1]], [3]],
    ['nobody without a vote', KINDS.single, [], []],
    ['nobody when all paper is blank', KINDS.single, times(3, []), [], 3],
    [
      'at a tie the lower cost',
      { ...KINDS.single, ...costs(300, 200, 100, 400) },
      [[0], [1], [2], [3]],
      [2],
    ],
    [
      'at a tie what costs nothing, before what costs 1',
      { ...KINDS.single, options: titles(2, [1]) },
      [[0], [1]],
      [1],
    ],
    [
      'at a tie of equal cost the first in the list',
      { ...KINDS.single, ...costs(5, 5, 5) },
      [[2], [1]],
      [1],
    ],
    ['at a tie without costs the first in the list', KINDS.single, [[3], [2]], [2]],
    [
      'as many as were to win',
      KINDS.multiple,
      [
        [0, 1],
        [0, 2],
        [0, 1],
      ],
      [0, 1],
    ],
    ['fewer, where the others have no vote', KINDS.multiple, [[3], [3]], [3]],
    [
      'of several the cheaper at a tie for the last place',
      { ...KINDS.multiple, ...costs(9, 9, 8, 9) },
      [
        [0, 1],
        [0, 2],
      ],
      [0, 2],
    ],
    [
      'in the budget what fits, in the order of votes',
      KINDS.budget,
      [[0], [0], [0], [1], [1], [2]],
      [0, 2],
    ],
    [
      'in the budget a smaller one after a larger did not fit',
      KINDS.budget,
      [[0], [0], [0], [1], [1], [3]],
      [0, 3],
    ],
    ['in the budget exactly all of it', { ...KINDS.budget, budget_nok: 110 }, [[0], [1]], [0, 1]],
    [
      'in the budget not one krone more',
      { ...KINDS.budget, budget_nok: 109 },
      [[0], [0], [1]],
      [0],
    ],
    [
      'in the budget nothing without a vote, though it fits',
      { ...KINDS.budget, budget_nok: 1000 },
      [[2]],
      [2],
    ],
    [
      'in the budget what is free, when all is spent',
      { ...KINDS.budget, budget_nok: 60, ...costs(60, 0, 30) },
      [[0], [0], [1]],
      [0, 1],
    ],
    [
      'a ballot with several options counts for each',
      { ...KINDS.budget, budget_nok: 1000 },
      [[0, 1, 2], [0, 1], [0]],
      [0, 1, 2],
    ],
    ['paper counts as the web does', KINDS.single, [[0], [1], [1]], [1], 2],
  ])('%s', async (_what, more, ballots, expected, paper) => {
    const { id, rows } = await counted(more, ballots, paper);
    expect(winners(rows)).toEqual(expected);
    const votes = rows.map((_row, n) => ballots.filter((one) => one.includes(n)).length);
    expect(await tallyOf(at, id)).toEqual(votes);
    for (const [n, row] of rows.entries())
      expect(row).toMatchObject({
        voted: told(ballots.length, ballots.length),
        votes: told(votes[n]!, ballots.length),
      });
  });
});

describe('with fewer than five ballots', () => {
  test.each([
    [0, 0, true],
    [1, 0, false],
    [4, 0, false],
    [0, 4, false],
    [2, 2, false],
    [5, 0, true],
    [4, 1, true],
  ])('only the winner is shown: %i on the web and %i on paper, numbers: %s', async (web, paper, isTold) => {
    const { id, rows } = await counted(KINDS.single, times(web + paper, [1]), paper);
    const cast = web + paper;
    expect(rows.map(({ is_winner }) => is_winner)).toEqual([false, cast > 0, false, false]);
    const numbers = isTold ? { voted: cast, votes: cast } : { voted: null, votes: null, on_web: null, on_paper: null };
    expect(rows[1]).toMatchObject({ is_counted: true, entitled: 12, moves: 0, ...numbers });
    expect(rows.map(({ votes }) => votes === null)).toEqual(Array(4).fill(!isTold));
    expect(await tallyOf(at, id)).toEqual([0, cast, 0, 0]);
    expect(await ask(await desk(), 'poll_ballots', { poll_id: id })).toHaveLength(isTold ? cast : 0);
  }); // prettier-ignore

  test('neither page, card nor file has a number or a ballot, and all explain why', async () => {
    const db = await desk();
    const t = translator('nb');
    for (const [more, ballots, decided] of [
      [KINDS.yes_no, [[0], [0], [1]], 'Det ble ja.'],
      [KINDS.yes_no, [[0], [1]], 'Det ble nei.'],
      [KINDS.yes_no, [[2]], 'Ingen stemte ja eller nei.'],
      [KINDS.single, [[3], [3], [0]], '«Valg 4» vant.'],
      [KINDS.multiple, [[3, 1], [1]], '«Valg 2» og «Valg 4» vant.'],
      [KINDS.budget, [[0], [0], [2], [1]], '«Valg 1» og «Valg 3» vant. Det koster 100 kr av 100 kr.'],
    ] as const) {
      const { id, rows } = await counted(more, ballots.map((one) => [...one]));
      const poll = await withResult(db, (await findPoll(db, house, id, new Date()))!);
      const few = 'Færre enn 5 stemte. Derfor viser vi ingen tall.';
      expect(resultSentence(poll, poll.result!, t, 'nb').replaceAll('\u00a0', ' ')).toBe(`${decided} ${few}`);
      expect(turnoutText(poll, poll.result!, t)).toBe('Færre enn 5 av 12 leiligheter stemte.');
      expect(poll.result).toMatchObject({ voted: null, ways: null, votes: rows.map(({ is_winner }) => ({ count: null, isWinner: is_winner })) });
      const file = JSON.parse(JSON.stringify(recordFile(poll, 'Gården', poll.result!, await listBallots(db, id))));
      expect(file).toMatchObject({ ballots: null, result: { is_withheld: true, entitled: 12, voted: null, on_web: null, on_paper: null } });
      expect(file.result.options).toEqual(rows.map(({ option_id, is_winner }) => ({ option_id, votes: null, is_winner })));
      expect(unreadable(file)).toMatch(/Fewer than 5 voted.*nothing to count/);
    }
  }); // prettier-ignore

  test('the receipt still finds one’s own vote, and nobody else’s', async () => {
    const { id, options } = await openVote(at, { block_id: house, ...KINDS.single });
    const code = receipt();
    await castInTurn(at, id, [{ person: voters[0]!.id, choices: [options[2]!], receipt: code }]);
    await close(at, id);
    const own = await signedIn(at, voters[0]!.id);
    expect(await ask(own, 'check_receipt', { poll_id: id, receipt: code })).toMatchObject([{ outcome: 'counted', choices: [options[2]] }]);
    expect(await ask(own, 'check_receipt', { poll_id: id, receipt: receipt() })).toMatchObject([{ outcome: 'not_found', choices: null }]);
    expect(await ask(own, 'poll_ballots', { poll_id: id })).toEqual([]);
  }); // prettier-ignore
});

const SIZE = 120;

test('a hundred and twenty random polls of all kinds are counted by the rules', async () => {
  const polls = Array.from({ length: SIZE }, (_, n) => randomPoll(n));
  await at.sql(FILL);
  await at.sql('call test.fill($1, $2)', [house, JSON.stringify(polls)]);
  const db = await desk();
  const seen = { ties: 0, empty: 0 };
  for (let from = 0; from < SIZE; from += 40) {
    const some = polls.slice(from, from + 40);
    const rows = (await ask(db, 'poll_results', { poll_ids: some.map(({ id }) => id) })) as (Row & {
      poll_id: string;
    })[];
    const lists = await at.sql<{ id: string; choices: string[] }>(
      'select p.id, b.choices from unnest($1::uuid[]) p (id) cross join lateral private.ballots_in(p.id) b',
      [some.map(({ id }) => id)],
    );
    for (const poll of some) {
      const ballots = lists.filter(({ id }) => id === poll.id).map(({ choices }) => choices);
      expect(ballots.map(sorted).toSorted()).toEqual(
        poll.ballots.map(({ choices }) => sorted(choices)).toSorted(),
      );
      const mine = rows.filter(({ poll_id }) => poll_id === poll.id);
      expect(
        mine.map(({ option_id, votes, is_winner }) => ({ option_id, votes, is_winner })),
        JSON.stringify(poll),
      ).toEqual(
        resultOf(poll, ballots).map((one) => ({ ...one, votes: told(one.votes, ballots.length) })),
      );
      expect(new Set(mine.map(({ voted }) => voted))).toEqual(
        new Set([told(ballots.length, ballots.length)]),
      );
      const counts = resultOf(poll, ballots).map(({ votes }) => votes);
      if (new Set(counts).size < counts.length) seen.ties++;
      if (!ballots.length) seen.empty++;
    }
  }
  expect(seen.ties).toBeGreaterThan(SIZE / 4);
  expect(seen.empty).toBeGreaterThan(0);
}, 60_000);

const sorted = (choices: string[]) => choices.toSorted().join();

/** Few votes and few costs, so that there are many ties. */
function randomPoll(n: number) {
  const kind = (['yes_no', 'single', 'multiple', 'budget'] as const)[n % 4]!;
  const options = Array.from({ length: kind === 'yes_no' ? 3 : 2 + randomInt(5) }, (_, place) => ({
    id: randomUUID() as string,
    cost: kind === 'budget' ? 1 + randomInt(5) : randomInt(3),
    ...(kind === 'yes_no' ? { stance: (['yes', 'no', 'abstain'] as const)[place]!, cost: 0 } : {}),
  }));
  const budget = kind === 'budget' ? 3 + randomInt(8) : 0;
  const max = Math.min(options.length, 2 + randomInt(3));
  const ballot = () => {
    const order = options.toSorted(() => randomInt(2) - 0.5);
    if (kind === 'multiple') return order.slice(0, 1 + randomInt(max));
    if (kind !== 'budget') return order.slice(0, 1);
    let left = budget;
    return order.filter(({ cost }) => cost <= left && (left -= cost) >= 0);
  };
  return {
    id: randomUUID() as string,
    kind,
    budget,
    max: kind === 'multiple' ? max : null,
    winners: kind === 'multiple' ? 1 + randomInt(4) : 1,
    options,
    ballots: voters.slice(0, randomInt(voters.length + 1)).flatMap(({ id }) => {
      const choices = ballot().map((one) => one.id);
      return choices.length ? [{ person: id, choices, receipt: receipt() }] : [];
    }),
  };
}

/** Sets up, opens and fills polls, and lets their time run out: over the API this would take minutes. */
const FILL = `create schema if not exists test;
create or replace procedure test.fill(p_block uuid, p_polls jsonb) language plpgsql as $$
declare
  p record;
  b record;
begin
  for p in select * from jsonb_to_recordset(p_polls)
    x (id uuid, kind public.poll_kind, budget integer, max integer, winners integer, options jsonb, ballots jsonb)
  loop
    insert into public.polls (id, block_id, title, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, closes_at)
    values (p.id, p_block, 'Tilfeldig', 'x', 'x', p.kind, p.max, case when p.kind in ('single', 'multiple') then p.winners end,
      nullif(p.budget, 0), 'per_flat', clock_timestamp() + interval '1 day');
    insert into public.poll_options (id, poll_id, block_id, position, title, cost_nok, stance)
    select (o.value ->> 'id')::uuid, p.id, p_block, o.ordinality, 'x', nullif((o.value ->> 'cost')::integer, 0),
      (o.value ->> 'stance')::public.poll_stance
    from jsonb_array_elements(p.options) with ordinality o;
    perform private.start_voting(p.id);
    for b in select * from jsonb_to_recordset(p.ballots) x (person uuid, choices uuid[], receipt text) loop
      perform set_config('request.jwt.claims', jsonb_build_object('sub', b.person, 'role', 'authenticated')::text, true);
      if public.cast_vote(p.id, b.choices, b.receipt) <> 'voted' then
        raise exception 'a good vote was refused';
      end if;
    end loop;
    commit;
  end loop;
  alter table public.polls disable trigger polls_freeze;
  update public.polls set closes_at = now() - interval '1 second' where title = 'Tilfeldig';
  alter table public.polls enable trigger polls_freeze;
end
$$`;
