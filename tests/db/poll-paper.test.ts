import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { signedIn } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { building, castInTurn } from '../support/electorate.ts';
import {
  ask,
  close,
  countedIn,
  KINDS,
  openVote,
  othersVote,
  receipt,
  runOut,
} from '../support/polls.ts';

/** Votes on paper: the flat is marked, can no longer vote on the web, and the box is counted once. */

let at: TestDb;
let desk: Db;
beforeAll(async () => {
  at = await testDatabase();
  desk = await at.as(drobak.consultant);
});
afterAll(() => at.close());

const { drobak } = CAST;
const cast = (db: Db, poll_id: string, option: string) =>
  ask(db, 'cast_vote', { poll_id, choices: [option], receipt: receipt() });
const mark = (poll_id: string, elector_id: string) =>
  ask(desk, 'mark_paper_vote', { poll_id, elector_id });
const unmark = (poll_id: string, elector_id: string) =>
  ask(desk, 'unmark_paper_vote', { poll_id, elector_id });
const count = (poll_id: string, ballots: unknown) =>
  ask(desk, 'count_paper_votes', { poll_id, ballots });
const stateOf = async (db: Db, id: string) =>
  ((await ask(db, 'my_votes', { poll_ids: [id] })) as { state: string }[])[0]?.state;
type Row = { id: string; person_id: string };
type Elector = { elector_id: string; name: string | null; is_on_paper: boolean };
const list = (poll_id: string, db = desk) =>
  ask(db, 'paper_electors', { poll_id }) as Promise<Elector[]>;
const results = async (db: Db, id: string) =>
  (await ask(db, 'poll_results', { poll_ids: [id] })) as Record<string, unknown>[];
const marks = (id: string) =>
  at.sql('select id, used_on, way from private.electors where poll_id = $1 order by id', [id]);
const trail = async (id: string) =>
  (
    await at.sql<{ line: string }>(
      `select concat_ws(' ', e.act, f.name, e.details ->> 'count') as line from public.audit_entries e
       left join public.places f on f.id::text = e.details ->> 'place_id'
       where e.subject_id = $1 and e.act <> 'open' order by e.acted_at`,
      [id],
    )
  ).map(({ line }) => line);
/** A poll of the building of the cast, with the elector of the first resident's flat. */
async function opened(more = {}) {
  const vote = await openVote(at, more);
  const mine = (await list(vote.id)).find(({ name }) => name === 'A201')!;
  return { ...vote, mine: mine.elector_id };
}
const ON_PAPER = async (pollId: string, electors: string[]) => {
  for (const one of electors) expect(await mark(pollId, one)).toBe('marked');
};

describe('the mark', () => {
  test('blocks the web vote for everybody of the flat, and removing it allows it again', async () => {
    const { id, options, mine } = await opened();
    const [me, partner] = [await at.as(drobak.resident), await at.as(drobak.household)];
    expect(await mark(id, mine)).toBe('marked');
    for (const db of [me, partner]) {
      expect(await stateOf(db, id)).toBe('voted_on_paper');
      expect(await cast(db, id, options[0]!)).toBe('voted_on_paper');
    }
    expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 1 });
    expect(await unmark(id, mine)).toBe('unmarked');
    expect(await stateOf(me, id)).toBe('can_vote');
    expect(await cast(me, id, options[0]!)).toBe('voted');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
  });

  test('can not be set over a vote on the web, and removing it does not remove that vote', async () => {
    const { id, options, mine } = await opened();
    await cast(await at.as(drobak.resident), id, options[0]!);
    const before = await marks(id);
    expect(await mark(id, mine)).toBe('already_voted');
    expect(await unmark(id, mine)).toBe('not_marked'); // as for a flat that has not voted
    expect(await marks(id)).toEqual(before);
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    // An attempt to find out who has voted leaves a trace.
    expect(await trail(id)).toEqual(['try_mark_paper A201']);
  });

  test('set twice is one, and a missing one can not be removed', async () => {
    const { id, mine } = await opened();
    expect(await unmark(id, mine)).toBe('not_marked');
    expect([await mark(id, mine), await mark(id, mine)]).toEqual(['marked', 'marked']);
    expect([await unmark(id, mine), await unmark(id, mine)]).toEqual(['unmarked', 'not_marked']);
    expect(await trail(id)).toEqual(['mark_paper A201', 'unmark_paper A201']);
  });

  test('for an elector of another poll, or an unknown one, is not found', async () => {
    const [one, other] = [await opened(), await opened()];
    const before = [await marks(one.id), await marks(other.id)];
    for (const wrong of [other.mine, randomUUID()]) {
      expect(await mark(one.id, wrong)).toBe('not_found');
      expect(await unmark(one.id, wrong)).toBe('not_found');
    }
    expect([await marks(one.id), await marks(other.id)]).toEqual(before);
  });

  test('is shown in the list; a vote on the web is not', async () => {
    const { id, options, mine } = await opened();
    const before = await list(id);
    expect(before).toHaveLength(24);
    await cast(await at.as(drobak.neighbour), id, options[0]!);
    expect(await list(id)).toEqual(before);
    await mark(id, mine);
    expect((await list(id)).filter((one) => one.is_on_paper).map(({ name }) => name)).toEqual([
      'A201',
    ]);
  });

  test('per person names no person in the audit trail', async () => {
    const vote = await openVote(at, { rule: 'per_person', min_age: 13 });
    const amina = (await list(vote.id)).find(({ name }) => name === 'Amina')!;
    expect(await mark(vote.id, amina.elector_id)).toBe('marked');
    expect(await stateOf(await at.as(drobak.resident), vote.id)).toBe('voted_on_paper');
    expect(await stateOf(await at.as(drobak.household), vote.id)).toBe('can_vote');
    expect(await trail(vote.id)).toEqual(['mark_paper']);
  });
});

describe('the box', () => {
  test('holds the ballots of those who left: without a name, and counted with the others', async () => {
    const { id: house, voters } = await building(at, 6);
    const vote = await openVote(at, { block_id: house, rule: 'per_person', min_age: 13 });
    const rows = await at.sql<{ id: string; person_id: string }>(
      'select id, person_id from private.electors where poll_id = $1 order by id',
      [vote.id],
    );
    const [gone, moved, free, ...staying] = rows as [Row, Row, Row, ...Row[]];
    await ON_PAPER(
      vote.id,
      [gone, moved, ...staying].map(({ id }) => id),
    );
    await at.sql('delete from auth.users where id = $1', [gone.person_id]);
    await at.sql(
      `update public.memberships set ended_at = now() where person_id = any ($1::uuid[]) and ended_at is null`,
      [[moved.person_id, free.person_id]],
    );
    const listed = (await list(vote.id))
      .map(({ elector_id, name, is_on_paper }) => ({ id: elector_id, name, is_on_paper }))
      .toSorted((a, b) => a.id.localeCompare(b.id));
    expect(listed).toEqual(
      [
        { id: gone.id, name: null, is_on_paper: true },
        { id: moved.id, name: null, is_on_paper: true },
        ...staying.map(({ id }) => ({ id, name: 'Velger', is_on_paper: true })),
      ].toSorted((a, b) => a.id.localeCompare(b.id)),
    );
    await close(at, vote.id);
    const marked = (await list(vote.id)).filter((one) => one.is_on_paper).length;
    expect(await count(vote.id, Array(marked).fill([vote.options[0]]))).toBe('counted');
    const voter = voters.find(({ id }) => id === staying[0]!.person_id)!;
    expect((await results(await signedIn(at, voter.id), vote.id))[0]).toMatchObject({
      is_counted: true,
      entitled: 6,
      voted: 5,
    });
  });

  test('holds back the whole result from everybody until it is counted', async () => {
    const { id, options, mine } = await opened();
    await cast(await at.as(drobak.neighbour), id, options[0]!);
    await mark(id, mine);
    await othersVote(at, id, options[0]!, 3);
    await close(at, id);
    for (const who of [...Object.values(drobak), CAST.landlord] as Email[]) {
      const db = await at.as(who);
      expect(await results(db, id)).toMatchObject([
        {
          is_counted: false,
          voted: null,
          votes: null,
          on_web: null,
          on_paper: null,
          entitled: null,
          is_winner: null,
        },
      ]);
      expect(await ask(db, 'poll_ballots', { poll_id: id })).toEqual([]);
    }
    expect(await count(id, [[options[1]]])).toBe('counted');
    const rows = await results(desk, id);
    expect(rows).toMatchObject([
      { votes: 4, voted: 5 },
      { votes: 1, voted: 5 },
    ]);
  });

  test('is counted after closing, with as many ballots as marks, each valid or blank', async () => {
    const { id, options, mine } = await opened();
    const other = await openVote(at);
    await mark(id, mine);
    await othersVote(at, id, options[0]!, 4);
    expect(await count(id, [[options[0]]])).toBe('not_closed');
    await runOut(at, id);
    // Counting closes a poll that nobody has closed yet.
    const stored = async () => [
      await at.sql('select counted_at from public.polls where id = $1', [id]),
      await at.sql('select choices from private.ballots_in($1) order by id', [id]),
    ];
    const before = await stored();
    for (const wrong of [[], [[options[0]], [options[1]]], null, {}, 'x', 7])
      expect(await count(id, wrong), JSON.stringify(wrong)).toBe('wrong_number');
    for (const wrong of [
      [[other.options[0]]],
      [[options[0], options[1]]],
      [[options[0], options[0]]],
      [[randomUUID()]],
      [['nei']],
      [[null]],
      [[[options[0]]]],
      [[{ id: options[0] }]],
      [options[0]],
      [null],
      [{}],
      [7],
    ])
      expect(await count(id, wrong), JSON.stringify(wrong)).toBe('wrong_choices');
    expect(await stored()).toEqual(before);
    expect(await count(id, [[]])).toBe('counted');
    expect(await count(id, [[options[0]]])).toBe('already_counted');
    expect(await results(desk, id)).toMatchObject([
      { votes: 4, voted: 5 },
      { votes: 0, voted: 5 },
    ]);
    const ballots = (await ask(desk, 'poll_ballots', { poll_id: id })) as { choices: string[] }[];
    expect(ballots).toHaveLength(5);
    expect(ballots.filter(({ choices }) => choices.length === 0)).toEqual([
      { control_number: expect.stringMatching(/^[0-9a-f]{12}$/), choices: [] },
    ]);
    expect(await trail(id)).toEqual(['mark_paper A201', 'count_paper 1']);
  });

  test('follows the rules of the kind: within the budget, not more than may be chosen', async () => {
    for (const [kind, bad, good] of [
      ['budget', [0, 1], [0, 2]],
      ['multiple', [0, 1, 2], [0, 1]],
      ['yes_no', [0, 1], [2]],
    ] as const) {
      const { id, options, mine } = await opened(KINDS[kind]);
      const pick = (ns: readonly number[]) => [ns.map((n) => options[n])];
      await mark(id, mine);
      await close(at, id);
      expect(await count(id, pick(bad))).toBe('wrong_choices');
      expect(await count(id, pick(good))).toBe('counted');
    }
  });

  test('accepts no more marks once counted, and a poll without marks needs no count', async () => {
    const { id, options, mine } = await opened();
    await cast(await at.as(drobak.neighbour), id, options[0]!);
    await runOut(at, id);
    expect(await mark(id, mine)).toBe('not_open');
    expect(await unmark(id, mine)).toBe('not_open');
    expect((await results(desk, id))[0]).toMatchObject({
      is_counted: true,
      votes: null,
      is_winner: true,
    });
    expect(await count(id, [])).toBe('already_counted');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
  });

  test.each([
    [0, 8, true],
    [1, 8, false],
    [4, 8, false],
    [5, 8, true],
    [8, 1, false],
    [8, 4, false],
    [8, 0, true],
  ])(
    '%i on paper and %i on the web: shown separately in the result: %s',
    async (paper, web, isShown) => {
      const { id: house, voters } = await building(at, 20);
      const { id, options } = await openVote(at, { block_id: house });
      await ON_PAPER(
        id,
        (await list(id)).slice(0, paper).map(({ elector_id }) => elector_id),
      );
      const marked = await at.sql<{ flat_id: string }>(
        'select flat_id from private.electors where poll_id = $1 and used_on is not null',
        [id],
      );
      const free = voters.filter(({ flatId }) => !marked.some(({ flat_id }) => flat_id === flatId));
      await castInTurn(
        at,
        id,
        free
          .slice(0, web)
          .map((one) => ({ person: one.id, choices: [options[0]!], receipt: receipt() })),
      );
      await close(at, id);
      if (paper) expect(await count(id, Array(paper).fill([options[1]]))).toBe('counted');
      const [row] = await results(await signedIn(at, voters[0]!.id), id);
      expect(row).toMatchObject({
        entitled: 20,
        voted: paper + web,
        on_web: isShown ? web : null,
        on_paper: isShown ? paper : null,
      });
      expect(await countedIn(at, id)).toEqual({ ballots: paper + web, used: paper + web });
    },
  );
});
