import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { moveIn, signedIn } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { building } from '../support/electorate.ts';
import { fingerprint } from '../support/rights.ts';
import {
  ask,
  close,
  countedIn,
  KINDS,
  openVote,
  receipt,
  runOut,
  titles,
  othersVote,
  tallyOf,
} from '../support/polls.ts';

/** Voting, changing a vote, and receipts: every answer, and nothing changed by a refusal. */

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const block = demoId('drobakgata-1');
const cast = (db: Db, poll_id: string, choices: unknown, code: unknown = receipt()) =>
  ask(db, 'cast_vote', { poll_id, choices, receipt: code });
const change = (db: Db, poll_id: string, code: unknown, choices: unknown) =>
  ask(db, 'change_vote', { poll_id, receipt: code, choices });
const check = async (db: Db, poll_id: string, code: string) =>
  ((await ask(db, 'check_receipt', { poll_id, receipt: code })) as Record<string, unknown>[])[0];
const stateOf = async (db: Db, poll_id: string) =>
  ((await ask(db, 'my_votes', { poll_ids: [poll_id] })) as { state: string }[])[0]?.state;
const chosenIn = async (id: string) =>
  (await at.sql<{ choices: string[] }>('select choices from private.ballots_in($1)', [id])).map(
    ({ choices }) => choices.toSorted().join(),
  );
/** The poll as it is stored, to compare after a refusal. */
const stored = async (id: string) => [
  await at.sql('select * from public.polls where id = $1', [id]),
  await at.sql('select * from private.ballots_in($1) order by id', [id]),
  await at.sql('select * from private.electors where poll_id = $1 order by id', [id]),
];

describe('choices', () => {
  let other: string | undefined;
  const [A, B, C, D] = [0, 1, 2, 3];
  type Case = [
    string,
    keyof typeof KINDS,
    object,
    (options: string[], other: string) => unknown,
    string,
  ];
  test.each<Case>([
    ['one', 'single', {}, (o) => [o[A]], 'voted'],
    ['two of one', 'single', {}, (o) => [o[A], o[B]], 'too_many_choices'],
    ['none', 'single', {}, () => [], 'wrong_choices'],
    ['nothing at all', 'single', {}, () => null, 'wrong_choices'],
    ['an empty place', 'single', {}, () => [null], 'wrong_choices'],
    ['one and an empty place', 'multiple', {}, (o) => [o[A], null], 'wrong_choices'],
    ['the same twice', 'multiple', {}, (o) => [o[A], o[A]], 'wrong_choices'],
    ['the same twice where one is enough', 'single', {}, (o) => [o[A], o[A]], 'wrong_choices'],
    ['an option of another vote', 'single', {}, (_, other) => [other], 'wrong_choices'],
    ['one, and one of another vote', 'multiple', {}, (o, other) => [o[A], other], 'wrong_choices'],
    ['what does not exist', 'single', {}, () => [randomUUID()], 'wrong_choices'],
    ['one of two', 'multiple', {}, (o) => [o[D]], 'voted'],
    ['two of two', 'multiple', {}, (o) => [o[D], o[B]], 'voted'],
    ['three of two', 'multiple', {}, (o) => [o[A], o[B], o[C]], 'too_many_choices'],
    ['twenty of twenty', 'multiple', { max_choices: 20, options: titles(20) }, (o) => o, 'voted'],
    [
      'twenty-one of twenty',
      'multiple',
      { max_choices: 20, options: titles(20) },
      (o, other) => [...o, other],
      'wrong_choices',
    ],
    ['all within the budget', 'budget', {}, (o) => [o[A], o[C]], 'voted'],
    ['one krone over the budget', 'budget', { budget_nok: 99 }, (o) => [o[A], o[C]], 'over_budget'],
    [
      'costs beyond what a number holds',
      'budget',
      { budget_nok: 100_000_000, options: titles(20, Array(20).fill(100_000_000)) },
      (o) => o,
      'over_budget',
    ],
    ['an option twice to stretch the budget', 'budget', {}, (o) => [o[D], o[D]], 'wrong_choices'],
    ['none of the budget', 'budget', {}, () => [], 'wrong_choices'],
    ['yes', 'yes_no', {}, (o) => [o[A]], 'voted'],
    ['abstaining', 'yes_no', {}, (o) => [o[C]], 'voted'],
    ['yes and no', 'yes_no', {}, (o) => [o[A], o[B]], 'too_many_choices'],
  ])('%s: %s', async (_what, kind, more, choose, outcome) => {
    const { id, options } = await openVote(at, { ...KINDS[kind], ...more });
    other ??= (await openVote(at)).options[0]!;
    const db = await at.as(drobak.resident);
    const code = receipt();
    const choices = choose(options, other) as string[];
    expect(await cast(db, id, choices, code)).toBe(outcome);
    const isVoted = outcome === 'voted';
    expect(await chosenIn(id)).toEqual(isVoted ? [choices.toSorted().join()] : []);
    expect(await countedIn(at, id)).toEqual(
      isVoted ? { ballots: 1, used: 1 } : { ballots: 0, used: 0 },
    );
    if (isVoted) return;
    // Changing a vote to these choices gets the same answer.
    const first = [options[D] ?? options[A]!];
    expect(await cast(db, id, first, code)).toBe('voted');
    expect(await change(db, id, code, choices)).toBe(outcome);
    expect(await cast(db, id, choices, code)).toBe(outcome);
    expect(await chosenIn(id)).toEqual([first.join()]);
  });

  test('are stored in an order that is independent of the order of ticking', async () => {
    const { id, options } = await openVote(at, { ...KINDS.multiple, max_choices: 4 });
    const code = receipt();
    const db = await at.as(drobak.resident);
    const seen = new Set<string>();
    for (const order of [
      options,
      options.toReversed(),
      [options[2], options[0], options[3], options[1]],
    ]) {
      await cast(db, id, order, code);
      const [row] = await at.sql<{ choices: string[] }>(
        'select choices from private.ballots_in($1)',
        [id],
      );
      seen.add(row!.choices.join());
    }
    expect(seen.size).toBe(1);
  });
});

describe('a receipt', () => {
  test.each([
    ['nothing', null],
    ['an empty one', ''],
    ['one sign too few', '0123456789ABCDE'],
    ['one sign too many', '0123456789ABCDEFG'],
    ['a sign that is none (U)', '0123456789ABCDEU'],
    ['only dashes', '----------------'],
    ['a long text', 'A'.repeat(5000)],
  ])('that is %s is refused', async (_what, code) => {
    const { id, options } = await openVote(at);
    expect(await cast(await at.as(drobak.resident), id, [options[0]], code)).toBe('bad_receipt');
    expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 0 });
  });

  test('is accepted in every way of typing it', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    await cast(db, id, [options[0]], '0123456789ABCD01');
    const typed = ['O123-4567-89AB-CDO1', '0i23 4567 89ab cdol', '  0L23456789abcd0I '];
    for (const [n, code] of typed.entries()) {
      expect(await change(db, id, code, [options[n % 2]])).toBe('changed');
      expect(await check(db, id, code)).toMatchObject({ outcome: 'counted' });
    }
    expect(await chosenIn(id)).toEqual([options[0]]);
  });

  test('sent again with the same form is the same vote, not a second one and not a refusal', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    const code = receipt();
    for (let n = 0; n < 3; n++) expect(await cast(db, id, [options[0]], code)).toBe('voted');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    expect(await cast(db, id, [options[0]], receipt())).toBe('already_voted');
    expect(await cast(await at.as(drobak.household), id, [options[1]])).toBe('already_voted');
    expect(await chosenIn(id)).toEqual([options[0]]);
  });

  test('changes the vote as often as its owner likes; the last one is counted, once', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    const code = receipt();
    await cast(db, id, [options[0]], code);
    for (const n of [1, 0, 1, 1, 0, 1])
      expect(await change(db, id, code, [options[n]])).toBe('changed');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    await close(at, id);
    expect(await tallyOf(at, id)).toEqual([0, 1]);
    const rows = (await ask(db, 'poll_results', { poll_ids: [id] })) as { is_winner: boolean }[];
    expect(rows.map(({ is_winner }) => is_winner)).toEqual([false, true]);
  });

  test('that is wrong, or belongs to another vote, changes nothing', async () => {
    const [one, other] = [await openVote(at), await openVote(at)];
    const db = await at.as(drobak.resident);
    const code = receipt();
    await cast(db, one.id, [one.options[0]], code);
    const codeOfOther = receipt();
    await cast(db, other.id, [other.options[0]], codeOfOther);
    const before = [await stored(one.id), await stored(other.id)];
    for (const wrong of [receipt(), codeOfOther, '', null, 'A'.repeat(1000)])
      expect(await change(db, one.id, wrong, [one.options[1]])).toBe('wrong_receipt');
    expect(await check(db, one.id, codeOfOther)).toMatchObject({
      outcome: 'not_found',
      control_number: null,
    });
    expect([await stored(one.id), await stored(other.id)]).toEqual(before);
  });

  test('leaves no attempt behind when it is right: that would tell who voted, and when', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    const tries = async () =>
      (await at.sql("select * from private.attempts where kind = 'receipt'")).length;
    const before = await tries();
    const code = receipt();
    await cast(db, id, [options[0]], code);
    expect(await check(db, id, code)).toMatchObject({ outcome: 'counted' });
    expect(await change(db, id, code, [options[1]])).toBe('changed');
    expect(await tries()).toBe(before);
    expect(await change(db, id, receipt(), [options[1]])).toBe('wrong_receipt');
    expect(await tries()).toBe(before + 1);
  });

  test('cannot be guessed: of a hundred attempts at once twenty are checked, and other people are not held up', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    const code = receipt();
    await cast(db, id, [options[0]], code);
    const tries = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        n % 2
          ? change(db, id, receipt(), [options[1]])
          : check(db, id, receipt()).then((row) => row!['outcome']),
      ),
    );
    expect(tries.filter((one) => one === 'too_many_attempts')).toHaveLength(80);
    expect(tries.filter((one) => one === 'wrong_receipt' || one === 'not_found')).toHaveLength(20);
    // The right one is refused as well: otherwise a guesser would go on.
    expect(await change(db, id, code, [options[1]])).toBe('too_many_attempts');
    expect(await check(db, id, code)).toEqual({
      outcome: 'too_many_attempts',
      control_number: null,
      choices: null,
    });
    expect(await chosenIn(id)).toEqual([options[0]]);
    expect(await change(await at.as(drobak.household), id, code, [options[1]])).toBe('changed');
    const next = await openVote(at);
    expect(await change(db, next.id, receipt(), [next.options[0]])).toBe('wrong_receipt');
  });

  test('shows its control number at once, and the choice only after the count', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    const code = receipt();
    await cast(db, id, [options[1]], code);
    const early = await check(db, id, code);
    expect(early).toEqual({
      outcome: 'counted',
      control_number: expect.stringMatching(/^[0-9a-f]{12}$/),
      choices: null,
    });
    await othersVote(at, id, options[0]!, 4);
    await runOut(at, id);
    expect(await check(db, id, code)).toEqual(early);
    await close(at, id);
    expect(await check(db, id, code)).toEqual({ ...early, choices: [options[1]] });
    const list = (await ask(db, 'poll_ballots', { poll_id: id })) as { choices: string[] }[];
    expect(list).toHaveLength(5);
    expect(list.filter(({ choices }) => choices[0] === options[1])).toEqual([
      { control_number: early!['control_number'], choices: [options[1]] },
    ]);
    expect(await check(db, id, receipt())).toMatchObject({ outcome: 'not_found', choices: null });
  });

  test('of a poll without a list is confirmed as counted, without the choice', async () => {
    const { id, options } = await openVote(at, { is_list_published: false });
    const db = await at.as(drobak.resident);
    const code = receipt();
    await cast(db, id, [options[1]], code);
    await othersVote(at, id, options[0]!, 4); // with fewer than five votes there is no list anyway
    await close(at, id);
    expect(await check(db, id, code)).toMatchObject({ outcome: 'counted', choices: null });
    for (const who of [...Object.values(drobak), landlord] as Email[])
      expect(await ask(await at.as(who), 'poll_ballots', { poll_id: id })).toEqual([]);
  });

  test('is nowhere in the database, only its salted hash', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    const code = receipt();
    await cast(db, id, [options[0]], code);
    await check(db, id, code);
    const tables = await at.sql<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'private')`,
    );
    const all = await Promise.all(tables.map(({ name }) => fingerprint(at, name)));
    expect(all.filter((text) => text.includes(code))).toEqual([]);
    const same = await at.sql(
      `select from private.ballots_in($1) where receipt_hash in (sha256(convert_to($2, 'UTF8')), convert_to($2, 'UTF8'))`,
      [id, code],
    );
    expect(same).toEqual([]);
  });
});

describe('who may vote', () => {
  test('per flat, each flat once; per person, each person once', async () => {
    const flat = await openVote(at);
    const person = await openVote(at, { rule: 'per_person', min_age: 13 });
    const [me, partner] = [await at.as(drobak.resident), await at.as(drobak.household)];
    for (const [{ id, options }, second] of [
      [flat, 'already_voted'],
      [person, 'voted'],
    ] as const) {
      expect(await stateOf(partner, id)).toBe('can_vote');
      expect(await cast(me, id, [options[0]])).toBe('voted');
      expect(await stateOf(me, id)).toBe('voted');
      expect(await stateOf(partner, id)).toBe(second === 'voted' ? 'can_vote' : 'voted');
      expect(await cast(partner, id, [options[0]])).toBe(second);
      expect(await cast(me, id, [options[0]])).toBe('already_voted');
      expect(await stateOf(await at.as(drobak.neighbour), id)).toBe('can_vote');
    }
    expect([await countedIn(at, flat.id), await countedIn(at, person.id)]).toEqual([
      { ballots: 1, used: 1 },
      { ballots: 2, used: 2 },
    ]);
  });

  test('one person with two flats votes once for each flat, and per person once', async () => {
    const { id: house, voters } = await building(at, 2);
    const [owner, other] = voters;
    await at.sql(
      `insert into public.memberships (person_id, role, block_id, flat_id) values ($1, 'resident', $2, $3)`,
      [owner!.id, house, other!.flatId],
    );
    const db = await signedIn(at, owner!.id);
    const flats = await openVote(at, { block_id: house });
    const outcomes = [];
    for (let n = 0; n < 3; n++) outcomes.push(await cast(db, flats.id, [flats.options[0]]));
    expect(outcomes).toEqual(['voted', 'voted', 'already_voted']);
    expect(await countedIn(at, flats.id)).toEqual({ ballots: 2, used: 2 });
    expect(await cast(await signedIn(at, other!.id), flats.id, [flats.options[0]])).toBe(
      'already_voted',
    );

    const people = await openVote(at, { block_id: house, rule: 'per_person', min_age: 13 });
    const again = await Promise.all(
      Array.from({ length: 4 }, () => cast(db, people.id, [people.options[0]])),
    );
    expect(again.toSorted()).toEqual(['already_voted', 'already_voted', 'already_voted', 'voted']);
    expect(await countedIn(at, people.id)).toEqual({ ballots: 1, used: 1 });
  });

  test('a flat that changes tenant has voted: the new tenant can not vote, the old one can not change the vote', async () => {
    const { id: house, voters } = await building(at, 12);
    const [old] = voters;
    const { id, options } = await openVote(at, { block_id: house });
    const db = await signedIn(at, old!.id);
    const code = receipt();
    await cast(db, id, [options[0]], code);
    await at.sql('update public.memberships set ended_at = now() where person_id = $1', [old!.id]);
    const [next] = await moveIn(at, house, [old!.flatId]);
    const before = await stored(id);
    expect(await stateOf(next!.db, id)).toBe('voted');
    expect(await cast(next!.db, id, [options[1]])).toBe('already_voted');
    expect(await change(next!.db, id, receipt(), [options[1]])).toBe('wrong_receipt');
    expect(await change(db, id, code, [options[1]])).toBe('not_entitled');
    expect(await cast(db, id, [options[1]], code)).toBe('not_entitled');
    expect(await check(db, id, code)).toMatchObject({
      outcome: 'not_entitled',
      control_number: null,
    });
    expect(await stateOf(db, id)).toBeUndefined();
    expect(await stored(id)).toEqual(before);
    await close(at, id);
    const rows = (await ask(next!.db, 'poll_results', { poll_ids: [id] })) as object[];
    expect(rows[0]).toMatchObject({ votes: null, is_winner: true, entitled: 12, moves: 2 });
    expect(await tallyOf(at, id)).toEqual([1, 0]);
  });

  test('per person, a person who moves out can no longer vote, their vote counts, and moving back in time allows it again', async () => {
    const { id: house, voters } = await building(at, 12);
    const [used, free, ...others] = voters;
    const { id, options } = await openVote(at, {
      block_id: house,
      rule: 'per_person',
      min_age: 13,
    });
    const [gave, waits] = [await signedIn(at, used!.id), await signedIn(at, free!.id)];
    const code = receipt();
    await cast(gave, id, [options[0]], code);
    const move = (end: Date | null) =>
      at.sql('update public.memberships set ended_at = $2 where person_id = any ($1::uuid[])', [
        [used!.id, free!.id],
        end,
      ]);
    await move(new Date());
    const [next] = await moveIn(at, house, [free!.flatId]);
    const before = await stored(id);
    expect(await cast(waits, id, [options[0]])).toBe('not_entitled');
    expect(await cast(next!.db, id, [options[0]])).toBe('not_entitled');
    expect(await change(gave, id, code, [options[1]])).toBe('not_entitled');
    expect(await check(gave, id, code)).toMatchObject({ outcome: 'not_entitled' });
    expect(await stored(id)).toEqual(before);
    await move(null);
    expect(await change(gave, id, code, [options[1]])).toBe('changed');
    expect(await cast(waits, id, [options[1]])).toBe('voted');
    for (const one of others.slice(0, 3)) await cast(await signedIn(at, one.id), id, [options[1]]);
    await move(new Date());
    await close(at, id);
    const rows = (await ask(next!.db, 'poll_results', { poll_ids: [id] })) as object[];
    expect(rows[1]).toMatchObject({ votes: 5, voted: 5, entitled: 12, moves: 5 });
  });

  test('a flat whose tenant left without voting can vote through the new tenant', async () => {
    const { id: house, voters } = await building(at, 2);
    const { id, options } = await openVote(at, { block_id: house });
    await at.sql('update public.memberships set ended_at = now() where person_id = $1', [
      voters[0]!.id,
    ]);
    expect(await cast(await signedIn(at, voters[0]!.id), id, [options[0]])).toBe('not_entitled');
    const [next] = await moveIn(at, house, [voters[0]!.flatId]);
    expect(await cast(next!.db, id, [options[0]])).toBe('voted');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
  });

  test('per person, nobody is added after the opening', async () => {
    const { id, options } = await openVote(at, { rule: 'per_person', min_age: 13 });
    const [late] = await moveIn(at, block, [demoId('drobakgata-1/flat/A303')]);
    expect(await stateOf(late!.db, id)).toBe('not_entitled');
    expect(await cast(late!.db, id, [options[0]])).toBe('not_entitled');
    expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 0 });
  });

  test('a deleted account removes its name and leaves mark, ballot and count', async () => {
    const { id: house, voters } = await building(at, 10);
    const { id, options } = await openVote(at, {
      block_id: house,
      rule: 'per_person',
      min_age: 13,
    });
    await cast(await signedIn(at, voters[0]!.id), id, [options[0]]);
    await at.sql('delete from auth.users where id = any ($1)', [[voters[0]!.id, voters[1]!.id]]);
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    await close(at, id);
    const rows = (await ask(await signedIn(at, voters[2]!.id), 'poll_results', {
      poll_ids: [id],
    })) as object[];
    expect(rows[0]).toMatchObject({ votes: null, is_winner: true, entitled: 10 });
    expect(await tallyOf(at, id)).toEqual([1, 0]);
    expect(
      await at.sql('select from private.electors where poll_id = $1 and person_id is null', [id]),
    ).toHaveLength(2);
  });

  test('nobody votes in the name of another person or for a flat of their choice: there is no such argument', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    for (const forged of [
      { flat_id: demoId('drobakgata-1/flat/B302') },
      { person_id: id },
      { elector_id: id },
      { way: 'paper' },
    ])
      expect(
        await ask(db, 'cast_vote', {
          poll_id: id,
          choices: [options[0]],
          receipt: receipt(),
          ...forged,
        }),
      ).toBe('PGRST202');
    expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 0 });
  });

  test.each([...Object.values(stovner), drobak.consultant, landlord, admin] as Email[])(
    'not %s',
    async (who) => {
      const { id, options } = await openVote(at);
      const db = await at.as(who);
      const code = receipt();
      await cast(await at.as(drobak.resident), id, [options[0]], code);
      const before = await stored(id);
      expect(await cast(db, id, [options[0]])).toBe('not_entitled');
      expect(await cast(db, id, [options[1]], code)).toBe('not_entitled');
      expect(await change(db, id, code, [options[1]])).toBe('not_entitled');
      expect(await stateOf(db, id)).not.toBe('can_vote');
      expect(await stored(id)).toEqual(before);
    },
  );
});
