import { describe, expect, test } from 'vitest';
import { kroner } from '~/lib/money.ts';
import { paperOptions, paperSize } from '~/domains/polls/desk/ballot-paper.ts';
import { checkOf } from '~/domains/polls/desk/candidates.ts';
import { readCount, sumsOf } from '~/domains/polls/desk/count.ts';
import { found } from '~/domains/polls/desk/paper.ts';
import { phaseRows, usualOwner } from '~/domains/polls/desk/phase-rows.ts';
import { isSame, optionsOf, phasesOf, setupForm } from '~/domains/polls/desk/setup.ts';
import { voteWords } from '~/domains/polls/desk/vote-poster.ts';
import { plainText } from '~/lib/plain-text.ts';
import type { Poll, PollOption } from '~/domains/polls/polls.ts';

const id = '00000000-0000-4000-8000-000000000001';
const other = '00000000-0000-4000-8000-000000000002';
const form = (more = {}) => ({
  id,
  title: 'Hva kjøper vi?',
  body: null,
  kind: 'single',
  maxChoices: '2',
  winnerCount: '1',
  decides: 'Dere velger.',
  budget: '25 000 kr',
  afterwards: 'Vi bestiller.',
  rule: 'per_flat',
  minAge: '13',
  list: 'published',
  closesOn: '2099-01-10',
  closesAt: '20:00',
  chosen: [],
  proposalId: [],
  proposalCost: [],
  optionTitle: ['Benk', '', 'Huske'],
  optionBody: ['', '', 'Til to'],
  optionCost: ['', '', '100'],
  phase: [...phaseRows],
  phaseOwner: phaseRows.map((phase) => usualOwner[phase]),
  phaseEndsOn: phaseRows.map(() => ''),
  ...more,
});
const days = (some: Partial<Record<(typeof phaseRows)[number], string>>) => ({
  phaseEndsOn: phaseRows.map((phase) => some[phase] ?? ''),
});
const errorsOf = (more: object) =>
  setupForm.safeParse(form(more)).error?.issues.map(({ path, message }) => [path[0], message]) ??
  [];

describe('the form of a poll', () => {
  test('refuses ticked proposals in a yes/no poll: they would be dropped silently', () => {
    const ticked = { kind: 'yes_no', chosen: [other], proposalId: [other], proposalCost: [''] };
    expect(errorsOf(ticked)).toEqual([['kind', 'polls.setup.yes_no_proposal']]);
    expect(errorsOf({ ...ticked, chosen: [] })).toEqual([]);
  });

  test('leaves out empty rows and keeps text and cost with their option', () => {
    const parsed = setupForm.parse(
      form({ chosen: [other], proposalId: [id, other], proposalCost: ['1', '2 500'] }),
    );
    expect(parsed.budget).toBe(25000);
    expect(optionsOf(parsed)).toEqual([
      { proposal_id: other, cost_nok: 2500 },
      { title: 'Benk', body: null, cost_nok: null },
      { title: 'Huske', body: 'Til to', cost_nok: 100 },
    ]);
  });

  test('requires two to twenty options, except for yes or no', () => {
    expect(errorsOf({ optionTitle: ['Bare én', ' '] })).toEqual([
      ['optionTitle', 'polls.setup.too_few_options'],
    ]);
    expect(errorsOf({ optionTitle: [], kind: 'yes_no' })).toEqual([]);
    const rows = (count: number) => ({
      optionTitle: Array.from({ length: count }, (_, n) => `Nr ${n}`),
    });
    expect(errorsOf(rows(20))).toEqual([]);
    expect(errorsOf(rows(21))).toEqual([['optionTitle', 'polls.setup.too_many_options']]);
  });

  test('with several choices allows no more choices and winners than there are options', () => {
    const several = (maxChoices: string, winnerCount: string) =>
      errorsOf({ kind: 'multiple', maxChoices, winnerCount });
    expect(several('2', '2')).toEqual([]);
    expect(several('1', '1')).toEqual([['maxChoices', 'polls.setup.max_choices_invalid']]);
    expect(several('3', '3')).toEqual([
      ['maxChoices', 'polls.setup.max_choices_invalid'],
      ['winnerCount', 'polls.setup.winners_invalid'],
    ]);
    expect(several('', '0')).toEqual([
      ['maxChoices', 'form.required'],
      ['winnerCount', 'form.required'],
    ]);
    expect(errorsOf({ maxChoices: '', winnerCount: '' })).toEqual([]);
  });

  test('with a budget requires a sum, and a price within it for each option that is used', () => {
    const money = (budget: string, ...optionCost: string[]) =>
      errorsOf({ kind: 'budget', budget, optionCost });
    expect(money('1000', '400', '', '1 000 kr')).toEqual([]);
    expect(money('1000', '1001', 'mye', '')).toEqual([
      ['optionCost', 'polls.setup.too_dear'],
      ['optionCost-2', 'polls.setup.cost_missing'],
    ]);
    expect(money('', '1', '', '1')).toEqual([['budget', 'polls.setup.budget_missing']]);
    const proposals = { proposalId: [other, id], proposalCost: ['', 'x'], chosen: [id] };
    expect(errorsOf({ ...proposals, kind: 'single' })).toEqual([
      ['proposalCost-1', 'form.amount_invalid'],
    ]);
  });

  test('requires an end in the future, and reports an invalid day', () => {
    expect(errorsOf({ closesOn: '2020-01-01' })).toEqual([
      ['closesOn', 'polls.setup.closes_too_early'],
    ]);
    expect(errorsOf({ closesOn: '2099-02-31' })).toEqual([['closesOn', 'form.required']]);
    expect(errorsOf({ closesAt: '25:00' })).toEqual([['closesAt', 'form.required']]);
  });

  test('reports the option that reads like an earlier one', () => {
    const twin = (title: string) => errorsOf({ optionTitle: ['Benk på taket', '', title] });
    for (const title of ['BENK PÅ TAKET', ' Benk  på\u00a0taket', 'Benk pa\u030a ta\u00adket'])
      expect(twin(title), title).toEqual([['optionTitle-2', 'polls.setup.same_title']]);
    expect(twin('Benk på takene')).toEqual([]);
  });

  test('takes the longest title and text, and no more', () => {
    expect(errorsOf({ title: 'x'.repeat(120), decides: 'x'.repeat(500) })).toEqual([]);
    expect(errorsOf({ title: 'x'.repeat(121) })).toEqual([['title', 'form.too_long']]);
    expect(errorsOf({ afterwards: 'x'.repeat(501) })).toEqual([['afterwards', 'form.too_long']]);
  });
});

describe('the phases', () => {
  const phases = (more = {}) => phasesOf(setupForm.parse(form(more)));

  test('questions end with the voting, and a decision comes a week later', () => {
    expect(phases()).toEqual([
      { phase: 'questions', owner: 'consultant', ends_on: '2099-01-10' },
      { phase: 'vote', owner: 'residents', ends_on: '2099-01-10' },
      { phase: 'decision', owner: 'consultant', ends_on: '2099-01-17' },
    ]);
  });

  test('a phase with a day is kept, in order, with its owner', () => {
    const set = phases({
      ...days({ check: '2098-12-01', questions: '2099-01-02', work: '2099-03-01' }),
      phaseOwner: phaseRows.map(() => 'landlord'),
    });
    expect(set.map(({ phase, ends_on }) => `${phase} ${ends_on}`)).toEqual([
      'check 2098-12-01',
      'questions 2099-01-02',
      'vote 2099-01-10',
      'decision 2099-01-17',
      'work 2099-03-01',
    ]);
    expect(set.at(-1)!.owner).toBe('landlord');
  });

  test('never go backwards; the error is at the wrong row, never at the day of voting', () => {
    const told = (some: Parameters<typeof days>[0]) => errorsOf(days(some));
    expect(told({ questions: '2099-01-10', decision: '2099-01-10', work: '2099-01-10' })).toEqual(
      [],
    );
    expect(told({ ideas: '2099-01-03', check: '2099-01-02' })).toEqual([
      ['phaseEndsOn-1', 'polls.setup.backwards'],
    ]);
    expect(told({ questions: '2099-01-11' })).toEqual([['phaseEndsOn-2', 'polls.setup.backwards']]);
    expect(told({ decision: '2099-01-09' })).toEqual([['phaseEndsOn-3', 'polls.setup.backwards']]);
    expect(told({ work: '2099-01-16' })).toEqual([['phaseEndsOn-4', 'polls.setup.backwards']]);
  });
});

const option = (name: string, costNok: number | null = null): PollOption => ({
  id: name,
  title: name,
  body: null,
  costNok,
  stance: null,
  proposalId: null,
});
const poll = (more: Partial<Poll> = {}) =>
  ({
    id,
    kind: 'single',
    title: 'Hva?',
    options: [option('a', 5), option('b', 6), option('c', 7)],
    maxChoices: null,
    budgetNok: null,
    ...more,
  }) as Poll;

describe('the same form pressed twice', () => {
  const sent = setupForm.parse(form({ body: 'Litt mer.' }));
  const stands = poll({
    ...{ title: 'Hva kjøper vi?', body: 'Litt mer.', decides: 'Dere velger.', budgetNok: 25000 },
    ...{ afterwards: 'Vi bestiller.', rule: 'per_flat', minAge: null, isListPublished: true },
    closesAt: new Date('2099-01-10T19:00:00Z'),
    options: [option('Benk'), { ...option('Huske', 100), body: 'Til to' }],
    phases: phasesOf(sent).map(({ phase, owner, ends_on }) => ({ phase, owner, endsOn: ends_on })),
  });

  test('is not a conflict, and any difference is one', () => {
    expect(isSame(stands, sent)).toBe(true);
    const changes: Partial<Poll>[] = [
      { title: 'Noe annet' },
      { kind: 'multiple', maxChoices: 3, winnerCount: 1 },
      { isListPublished: false },
      { closesAt: new Date('2099-01-10T19:01:00Z') },
      { options: stands.options.toReversed() },
      { options: [...stands.options, option('Grill')] },
      { phases: stands.phases.slice(1) },
    ];
    for (const change of changes) expect(isSame({ ...stands, ...change }, sent)).toBe(false);
  });
});

describe('the count of paper votes', () => {
  const numbers = (votes: string[], blank: string | null, marks: number) =>
    readCount(poll(), { option: ['a', 'b', 'c'], votes, blank, ballot: [] }, marks);
  const crosses = (more: Partial<Poll>, ballot: string[], marks: number) =>
    readCount(poll(more), { option: [], votes: [], blank: null, ballot }, marks);

  test('is a number for each option and for the blank ones, and as many as were marked', () => {
    const { ballots, errors } = numbers(['2', ' 0 ', '1'], '1', 4);
    expect(errors).toEqual({});
    expect(ballots).toEqual([['a'], ['a'], ['c'], []]);
    const { votes, blank } = sumsOf(poll().options, ballots);
    expect([...votes.map(({ count }) => count), blank]).toEqual([2, 0, 1, 1]);
    for (const marks of [3, 5])
      expect(numbers(['2', '0', '1'], '1', marks).errors).toEqual({
        votes: 'polls.count.wrong_number',
      });
  });

  test('refuses values that are not numbers', () => {
    const { errors } = numbers(['', '-1', '1e3'], null, 0);
    expect(Object.keys(errors)).toEqual(['votes', 'votes-1', 'votes-2', 'blank']);
    expect(numbers(['9999', '9999', '9999'], '0', 3).errors).toEqual({
      votes: 'polls.count.wrong_number',
    });
  });

  test('with several choices is a row for each ballot, blank without a cross; unknown options do not count', () => {
    const { ballots, errors } = crosses(
      { kind: 'multiple', maxChoices: 2 },
      ['0:a', '0:c', '2:b', '3:a', '1:x', 'b'],
      3,
    );
    expect(errors).toEqual({});
    expect(ballots).toEqual([['a', 'c'], [], ['b']]);
  });

  test('reports the ballot with too many crosses, or too much money', () => {
    const many = ['1:a', '1:b', '1:c'];
    expect(crosses({ kind: 'multiple', maxChoices: 2 }, many, 2).errors).toEqual({
      'ballot-1': 'polls.count.too_many_choices',
    });
    const money = { kind: 'budget', budgetNok: 11 } as const;
    expect(crosses(money, ['0:a', '0:b'], 1).errors).toEqual({});
    expect(crosses(money, ['0:a', '0:c'], 1).errors).toEqual({
      'ballot-0': 'polls.count.over_budget',
    });
  });
});

describe('paper', () => {
  test('ballots of one poll are all alike, and yes stands before no', () => {
    const order = (one: Poll) => paperOptions(one).map(({ title }) => title);
    expect(order(poll())).toEqual(order(poll({ options: poll().options.toReversed() })));
    const orders = Array.from({ length: 30 }, (_, n) => order(poll({ id: String(n) })).join());
    expect(new Set(orders).size).toBeGreaterThan(3);
    expect(order(poll({ kind: 'yes_no' }))).toEqual(['a', 'b', 'c']);
  });

  test('a sheet holds as many as fit; with less room, texts and large letters are dropped first', () => {
    const many = (count: number, body: string | null = null) =>
      paperSize(
        poll({
          options: Array.from({ length: count }, (_, n) => ({ ...option(`Nr ${n}`), body })),
        }),
      );
    expect(many(2)).toEqual({ perSheet: 2, texts: true, small: false });
    expect(many(8)).toEqual({ perSheet: 1, texts: true, small: false });
    expect(many(20)).toMatchObject({ perSheet: 1, small: true });
    expect(many(20, 'x'.repeat(2000))).toMatchObject({ perSheet: 1, texts: false });
  });

  test('a flat is found in every spelling', () => {
    const electors = ['A101', 'A201', 'B 201'].map((name) => ({
      id: name,
      name,
      isOnPaper: false,
      stair: null,
    }));
    const names = (typed: string) => found(electors, typed).map(({ name }) => name);
    expect(names('a 201')).toEqual(['A201']);
    expect(names('b201')).toEqual(['B 201']);
    expect(names('')).toHaveLength(3);
    expect(names('C')).toEqual([]);
  });
});

test('the poster of a poll names all its options, or none when they do not all fit, and escapes markup', () => {
  const english = { title: 'Vote', body: 'One vote per flat.' };
  const bodyOf = (decides: string, count: number, name = 'Et valg') =>
    voteWords(
      { title: 'Skal vi?', decides, options: Array.from({ length: count }, () => option(name)) },
      english,
    )[0].body!;
  expect(plainText(bodyOf('Dere *velger* 1. eller 2.', 3, '2 * 3 [x](y)'))).toBe(
    `Dere *velger* 1. eller 2.\n\n${Array(3).fill('- 2 * 3 [x](y)').join('\n')}`,
  );
  expect(bodyOf('x'.repeat(500), 20, 'y'.repeat(120))).not.toContain('y');
});

test('how the check of a proposal affects the poll', () => {
  const check = (isPossible: boolean) => ({ isPossible, costNok: null, reason: null });
  expect(checkOf({ kind: 'physical', check: null })).toBe('waiting');
  expect(checkOf({ kind: 'social', check: null })).toBe('unchecked');
  expect(checkOf({ kind: 'social', check: check(false) })).toBe('impossible');
  expect(checkOf({ kind: 'physical', check: check(true) })).toBe('possible');
});

test('amounts are read as people write them', () => {
  for (const [typed, value] of [
    ['25000', 25000],
    ['25 000', 25000],
    ['25\u00a0000 kr', 25000],
    ['900,-', 900],
    ['', null],
    [null, null],
    ['100000000', 100_000_000],
  ] as const)
    expect(kroner(typed), String(typed)).toBe(value);
  for (const typed of ['-5', '12,50', 'mye', '100000001', '1e5'])
    expect(kroner(typed), typed).toBeUndefined();
});
