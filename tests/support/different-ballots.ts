import { createHash, randomInt } from 'node:crypto';
import { keyOf, type Truth } from './attacker.ts';
import { CAST } from './cast.ts';
import type { TestDb } from './database.ts';
import { castInTurn, type Voter } from './electorate.ts';
import { ask, openVote, receipt, titles } from './polls.ts';

/**
 * A poll in which every ballot is unique and independent of who the voter is and when they voted: so the test knows whose each
 * ballot is.
 */

const OPTIONS = 10;
const MANY = { kind: 'multiple', max_choices: OPTIONS, winner_count: 1, options: titles(OPTIONS) };

export interface Wish {
  rule?: 'per_flat' | 'per_person';
  /** How many vote on paper. */
  paper?: number;
  /** Whether everybody else first votes for another option, and changes it later in another order. */
  isChanged?: boolean;
}

/** Opens a poll in this building in which all these people vote. */
export async function differentBallots(
  at: TestDb,
  block: string,
  voters: Voter[],
  wish: Wish = {},
) {
  const { rule = 'per_flat', paper = 0, isChanged = false } = wish;
  const poll = await openVote(at, {
    ...MANY,
    block_id: block,
    rule,
    ...(rule === 'per_person' ? { min_age: 13 } : {}),
  });
  const sets = differentSets(poll.options, voters.length);
  const order = shuffled(voters.map((voter, n) => ({ ...voter, n, choices: sets[n]! })));
  const web = order.slice(paper).map((one) => ({ ...one, receipt: receipt() }));
  const first = isChanged ? differentSets(poll.options, web.length) : web.map((one) => one.choices);
  const cast = await castInTurn(
    at,
    poll.id,
    web.map((one, n) => ({ person: one.id, choices: first[n]!, receipt: one.receipt })),
  );
  mustAll(cast, 'voted');
  const later = shuffled(web).map(({ id, choices, receipt }) => ({ person: id, choices, receipt }));
  if (isChanged) mustAll(await castInTurn(at, poll.id, later, 'change'), 'changed');
  const electors = await electorsOf(at, poll.id, voters);
  const desk = await at.as(CAST.drobak.consultant);
  const onPaper = order.slice(0, paper);
  for (const { n } of onPaper) {
    const marked = await ask(desk, 'mark_paper_vote', {
      poll_id: poll.id,
      elector_id: electors[n],
    });
    mustAll([marked], 'marked');
  }
  return { id: poll.id, onPaper, truth: truthOf(poll, voters, electors, sets) };
}

/** Each voter's row in the electorate. */
async function electorsOf(at: TestDb, pollId: string, voters: Voter[]) {
  const rows = await at.sql<{ id: string; who: string }>(
    'select id, coalesce(flat_id, person_id) as who from private.electors where poll_id = $1',
    [pollId],
  );
  return voters.map(({ id, flatId }) => rows.find(({ who }) => who === id || who === flatId)!.id);
}

function truthOf(
  poll: { id: string; options: string[] },
  voters: Voter[],
  electors: string[],
  sets: string[][],
): Truth {
  const keys = (voter: Voter, n: number) => [
    voter.id,
    voter.flatId,
    electors[n]!,
    ...[voter.id, electors[n]!, voter.flatId].flatMap((id) => hashesOf(id, poll.id)),
  ];
  return {
    size: voters.length,
    options: new Set(poll.options),
    voters: new Map(voters.flatMap((one, n) => keys(one, n).map((key) => [key, n] as const))),
    ballots: new Map(sets.map((set, n) => [keyOf(set), n])),
  };
}

/** Values that can be computed from two ids, to look for them among the counted attempts. */
const hashesOf = (id: string, pollId: string) =>
  ['', ':', '/', ' ', '|']
    .flatMap((between) => [`${pollId}${between}${id}`, `${id}${between}${pollId}`])
    .concat(id)
    .map((text) => createHash('sha256').update(text).digest('hex'));

/** That many sets of options, no two alike. */
function differentSets(options: string[], count: number) {
  return shuffled(Array.from({ length: 2 ** OPTIONS - 1 }, (_, n) => n + 1))
    .slice(0, count)
    .map((bits) => options.filter((_, n) => bits & (1 << n)));
}

function shuffled<T>(items: readonly T[]): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

function mustAll(answers: unknown[], expected: string) {
  const wrong = answers.filter((answer) => answer !== expected);
  if (wrong.length) throw new Error(`${expected} expected, answered ${String(wrong[0])}`);
}
