import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { ask, close, inDays, othersVote, receipt, runOut, savedVote } from '../support/polls.ts';
import { clientOf, EVERYBODY, fingerprint } from '../support/rights.ts';

/** Every function of polls, for a poll in every state, called by everybody: the exact answer, and nothing changed. */

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const desk = () => at.as(CAST.drobak.consultant);
const STATES = [
  'draft',
  'planned',
  'open',
  'run out',
  'to be counted',
  'counted',
  'stopped',
] as const;
type State = (typeof STATES)[number];
const CALLERS = [...EVERYBODY, 'secret key'] as const;
type Caller = (typeof CALLERS)[number];
const TABLES = [
  ...['polls', 'poll_options', 'poll_phases', 'follow_ups', 'audit_entries', 'notifications'].map(
    (name) => `public.${name}`,
  ),
  ...['electors', 'poll_salts', 'electorate_moves'].map((name) => `private.${name}`),
];
const everything = () =>
  Promise.all([
    ...TABLES.map((table) => fingerprint(at, table)),
    at.sql(
      'select p.id, b.* from public.polls p cross join lateral private.ballots_in(p.id) b order by p.id, b.id',
    ),
  ]);

/** A poll in this state, in which the neighbour has voted, and two other flats are marked if needed. */
async function voteIn(state: State) {
  const before = await savedVote(at);
  const { id, options, sent } = before;
  const code = receipt();
  const call = async (name: string, more = {}) => ask(await desk(), name, { poll_id: id, ...more });
  let elector = randomUUID() as string;
  if (state === 'planned') await call('plan_poll');
  if (state !== 'draft' && state !== 'planned') {
    await call('open_poll');
    await ask(await at.as(CAST.drobak.neighbour), 'cast_vote', {
      poll_id: id,
      choices: [options[0]],
      receipt: code,
    });
    const electors = (await call('paper_electors')) as { elector_id: string; name: string }[];
    elector = electors.find(({ name }) => name === 'A101')!.elector_id;
    if (state === 'to be counted') await call('mark_paper_vote', { elector_id: elector });
    if (state === 'counted') await othersVote(at, id, options[0]!, 4);
    if (state === 'run out') await runOut(at, id);
    if (state === 'to be counted' || state === 'counted') await close(at, id);
    if (state === 'stopped') await call('stop_poll', { reason: 'Feil' });
  }
  return { id, options, sent, code, elector };
}
type Vote = Awaited<ReturnType<typeof voteIn>>;

/** The calls. Every one of these must be refused, so that the next one finds the same poll. */
const STAFF = {
  save_poll: ({ sent }: Vote) => ({ ...sent, title: 'Annet' }),
  plan_poll: ({ id }: Vote) => ({ poll_id: id }),
  open_poll: ({ id }: Vote) => ({ poll_id: id }),
  extend_poll: ({ id }: Vote) => ({ poll_id: id, closes_at: inDays(9), reason: 'Ferie' }),
  stop_poll: ({ id }: Vote) => ({ poll_id: id, reason: 'Feil' }),
  paper_electors: ({ id }: Vote) => ({ poll_id: id }),
  mark_paper_vote: ({ id, elector }: Vote) => ({ poll_id: id, elector_id: elector }),
  unmark_paper_vote: ({ id, elector }: Vote) => ({ poll_id: id, elector_id: elector }),
  count_paper_votes: ({ id, options }: Vote) => ({ poll_id: id, ballots: [[options[0]]] }),
};
const VOTERS = {
  cast_vote: ({ id, options }: Vote) => ({
    poll_id: id,
    choices: [options[1]],
    receipt: receipt(),
  }),
  'cast_vote with the receipt': ({ id, options, code }: Vote) => ({
    poll_id: id,
    choices: [options[1]],
    receipt: code,
  }),
  change_vote: ({ id, options, code }: Vote) => ({
    poll_id: id,
    choices: [options[1]],
    receipt: code,
  }),
};

const residents: Caller[] = ['resident', 'same flat', 'neighbour'];
const inside: Caller[] = [...residents, 'consultant here', 'landlord'];
const nameOf = (call: string) => call.split(' ')[0]!;
const client = async (who: Caller) => (who === 'secret key' ? at.service() : clientOf(at, who));
/** All at once: a call of one person must not affect the others. */
const forEach = (callers: readonly Caller[], work: (who: Caller, db: unknown) => Promise<void>) =>
  Promise.all(callers.map(async (who) => work(who, await client(who))));
const outsiders = CALLERS.filter((one) => one !== 'consultant here' && one !== 'same flat');
const isOut = (who: Caller) => who === 'anonymous' || who === 'secret key';

/** The answers to the consultant in a state in which a function has nothing to do. */
const CONSULTANT: Record<keyof typeof STAFF, Partial<Record<State, string>>> = {
  save_poll: {
    open: 'not_draft',
    'run out': 'not_draft',
    'to be counted': 'not_draft',
    counted: 'not_draft',
    stopped: 'not_draft',
  },
  plan_poll: {
    planned: 'not_draft',
    open: 'not_draft',
    'run out': 'not_draft',
    'to be counted': 'not_draft',
    counted: 'not_draft',
    stopped: 'not_draft',
  },
  open_poll: {
    open: 'not_draft',
    'run out': 'not_draft',
    'to be counted': 'not_draft',
    counted: 'not_draft',
    stopped: 'not_draft',
  },
  extend_poll: {
    draft: 'not_open',
    planned: 'not_open',
    'run out': 'not_open',
    'to be counted': 'not_open',
    counted: 'not_open',
    stopped: 'not_open',
  },
  stop_poll: {
    draft: 'not_open',
    'run out': 'not_open',
    'to be counted': 'not_open',
    counted: 'not_open',
    stopped: 'not_open',
  },
  paper_electors: {},
  mark_paper_vote: {
    draft: 'not_open',
    planned: 'not_open',
    'run out': 'not_open',
    'to be counted': 'not_open',
    counted: 'not_open',
    stopped: 'not_open',
  },
  unmark_paper_vote: {
    draft: 'not_open',
    planned: 'not_open',
    open: 'not_marked',
    'run out': 'not_open',
    'to be counted': 'not_open',
    counted: 'not_open',
    stopped: 'not_open',
  },
  count_paper_votes: {
    draft: 'not_closed',
    planned: 'not_closed',
    open: 'not_closed',
    counted: 'already_counted',
    stopped: 'not_closed',
  },
};
const RESIDENT: Partial<Record<State, string>> = {
  draft: 'not_entitled',
  planned: 'not_yet_open',
  'run out': 'closed',
  'to be counted': 'closed',
  counted: 'closed',
  stopped: 'stopped',
};

describe.each(STATES)('a poll that is %s', (state) => {
  let vote: Vote;
  beforeAll(async () => {
    vote = await voteIn(state);
  });

  test('is set up, moved, stopped, marked or counted only by its consultant', async () => {
    const before = await everything();
    await forEach(outsiders, async (who, db) => {
      for (const [name, args] of Object.entries(STAFF)) {
        if (state === 'run out' && name === 'count_paper_votes') continue; // the first request after the end closes it, whoever sends it
        const answer = await ask(db, name, args(vote));
        const expected = isOut(who) ? '42501' : name === 'paper_electors' ? [] : 'not_allowed';
        // People who see no row of it may get either answer.
        const saved = ['42501', 'not_draft'];
        if (name === 'save_poll' && !isOut(who)) expect(saved, who).toContain(answer);
        else expect(answer, `${who} ${name}`).toEqual(expected);
      }
    });
    expect(await everything()).toEqual(before);
  });

  test('is not changed by its consultant when there is nothing to do', async () => {
    const before = await everything();
    for (const [name, answers] of Object.entries(CONSULTANT)) {
      const expected = answers[state];
      if (expected === undefined) continue;
      const answer = await ask(await desk(), name, STAFF[name as keyof typeof STAFF](vote));
      expect(answer, name).toBe(expected);
    }
    const electors = (await ask(await desk(), 'paper_electors', { poll_id: vote.id })) as unknown[];
    const isListed = ['open', 'run out', 'to be counted'].includes(state);
    expect(electors).toHaveLength(isListed ? 24 : 0);
    expect(await everything()).toEqual(before);
  });

  test('takes votes and changes only while it is open, and only of its residents', async () => {
    const before = await everything();
    await forEach(CALLERS, async (who, db) => {
      if (state === 'open' && residents.includes(who)) return;
      for (const [name, args] of Object.entries(VOTERS)) {
        const expected = isOut(who)
          ? '42501'
          : residents.includes(who)
            ? RESIDENT[state]
            : 'not_entitled';
        expect(await ask(db, nameOf(name), args(vote)), `${who} ${name}`).toBe(expected);
      }
    });
    expect(await everything()).toEqual(before);
  });

  test('tells each person whether they can vote, and outsiders nothing', async () => {
    const open = { resident: 'can_vote', 'same flat': 'can_vote', neighbour: 'voted' } as Record<
      string,
      string
    >;
    await forEach(CALLERS, async (who, db) => {
      const answer = await ask(db, 'my_votes', { poll_ids: [vote.id] });
      if (isOut(who)) expect(answer).toBe('42501');
      else if (!inside.includes(who) || state === 'draft') expect(answer, who).toEqual([]);
      else {
        const expected =
          state === 'planned'
            ? 'not_yet_open'
            : state !== 'open'
              ? 'closed'
              : (open[who] ?? 'not_entitled');
        expect(answer, who).toEqual([{ poll_id: vote.id, state: expected }]);
      }
    });
  });

  test('answers about a receipt only to those inside, and shows the choice only when it is counted', async () => {
    await forEach(CALLERS, async (who, db) => {
      const answer = await ask(db, 'check_receipt', { poll_id: vote.id, receipt: vote.code });
      if (isOut(who)) expect(answer).toBe('42501');
      else if (!inside.includes(who) || state === 'draft')
        expect(answer, who).toEqual([
          { outcome: 'not_entitled', control_number: null, choices: null },
        ]);
      else if (state === 'planned' || state === 'stopped')
        expect(answer, who).toEqual([
          { outcome: 'not_found', control_number: null, choices: null },
        ]);
      else
        expect(answer, who).toEqual([
          {
            outcome: 'counted',
            control_number: expect.stringMatching(/^[0-9a-f]{12}$/),
            choices: state === 'counted' ? [vote.options[0]] : null,
          },
        ]);
    });
  });

  test('has a result and a list only when it is counted, and only for those inside', async () => {
    await forEach(CALLERS, async (who, db) => {
      const list = await ask(db, 'poll_ballots', { poll_id: vote.id });
      const isTold = inside.includes(who) && state === 'counted';
      if (isOut(who)) expect(list).toBe('42501');
      else expect(list, who).toHaveLength(isTold ? 5 : 0);
      if (state === 'run out') return; // the first request after the end closes it
      const rows = (await ask(db, 'poll_results', { poll_ids: [vote.id] })) as Record<
        string,
        unknown
      >[];
      if (isOut(who)) expect(rows).toBe('42501');
      else if (!inside.includes(who) || ['draft', 'planned', 'stopped'].includes(state))
        expect(rows, who).toEqual([]);
      else if (state === 'counted') expect(rows, who).toHaveLength(2);
      else
        expect(rows, who).toEqual([
          {
            ...{
              poll_id: vote.id,
              is_counted: false,
              turnout: 'under_quarter',
              entitled: null,
              voted: null,
            },
            ...{
              on_web: null,
              on_paper: null,
              moves: null,
              option_id: null,
              votes: null,
              is_winner: null,
            },
          },
        ]);
    });
  });
});

test('an unknown poll gets the same answer as one of another building', async () => {
  const nowhere: Vote = { ...(await voteIn('draft')), id: randomUUID() };
  nowhere.sent = { ...nowhere.sent, id: nowhere.id, block_id: randomUUID() };
  for (const who of ['consultant here', 'resident'] as const) {
    const db = await client(who);
    for (const [name, args] of Object.entries({ ...STAFF, ...VOTERS })) {
      if (name === 'save_poll') continue;
      const expected =
        name in VOTERS ? 'not_entitled' : name === 'paper_electors' ? [] : 'not_allowed';
      expect(await ask(db, nameOf(name), args(nowhere)), `${who} ${name}`).toEqual(expected);
    }
  }
});

test('every function of polls that can be called from outside is tested here', async () => {
  const known = [
    ...Object.keys(STAFF),
    'cast_vote',
    'change_vote',
    'check_receipt',
    'my_votes',
    'poll_results',
    'poll_ballots',
    'has_few_voters', // in polls.test.ts
  ];
  const found = await at.sql<{ name: string }>(
    `select p.proname as name from pg_proc p where p.pronamespace = 'public'::regnamespace
       and p.proname ~ '(poll|vote|ballot|receipt|paper|elector)' and p.proname !~ 'question' order by 1`,
  );
  expect(found.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([
    'run_poll_jobs',
  ]);
});
