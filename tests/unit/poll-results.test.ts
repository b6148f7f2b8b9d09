import { describe, expect, test } from 'vitest';
import type { Poll, PollOption, PollResult } from '../../src/domains/polls/polls.ts';
import {
  ballotText,
  isLongRecord,
  resultSentence,
  waysText,
} from '../../src/domains/polls/result/result.ts';
import { phaseNow, withFollowUp } from '../../src/domains/polls/vote/phases.ts';
import {
  ballotOrder,
  isSecret,
  tickedText,
  winningRule,
} from '../../src/domains/polls/vote/vote.ts';
import { translator } from '../../src/i18n/index.ts';

const t = translator('nb');
const option = (title: string, more: Partial<PollOption> = {}): PollOption => ({
  ...{ id: title, title, body: null, costNok: null, stance: null, proposalId: null },
  ...more,
});
const poll = (more: Partial<Poll>): Poll => ({
  ...{ id: 'p', title: 'Hva kjøper vi?', body: null, decides: 'Dere.', afterwards: 'Alt.' },
  ...{ kind: 'single', maxChoices: null, winnerCount: 1, budgetNok: null, rule: 'per_flat' },
  ...{ minAge: null, isListPublished: true, entitled: 24, state: 'closed', openedAt: null },
  ...{ closesAt: new Date(), closedAt: null, countedAt: null, extension: null, stopReason: null },
  ...{ phases: [], options: [] },
  ...more,
});
const result = (votes: [PollOption, number, boolean?][], more: Partial<PollResult> = {}) => ({
  votes: votes.map(([option, count, isWinner = false]) => ({ option, count, isWinner })),
  ...{ entitled: 24, voted: votes.reduce((sum, [, count]) => sum + count, 0) },
  ...{ ways: null, moves: 0 },
  ...more,
});
const stances = (['yes', 'no', 'abstain'] as const).map((stance) => option(stance, { stance }));

describe('the result in one sentence', () => {
  const [a, b, c] = [
    option('Grill', { costNok: 9000 }),
    option('Benk', { costNok: 6000 }),
    option('Huske', { costNok: 8000 }),
  ];
  const said = (of: Partial<Poll>, votes: [PollOption, number, boolean?][]) =>
    resultSentence(poll({ ...of, options: votes.map(([one]) => one) }), result(votes), t, 'nb');

  test('names the option with the most votes', () => {
    expect(
      said({}, [
        [a!, 3],
        [b!, 9, true],
        [c!, 3],
      ]),
    ).toBe('«Benk» vant med 9 av 15 stemmer.');
  });

  test('tells that it was a tie, and who won it by the rule', () => {
    expect(
      said({}, [
        [a!, 4],
        [b!, 4, true],
        [c!, 1],
      ]),
    ).toBe(
      'Det ble likt mellom «Benk» og «Grill», med 4 stemmer hver. Etter regelen for likt vant «Benk».',
    );
  });

  test('names all winners of several', () => {
    const of = { kind: 'multiple', winnerCount: 2, maxChoices: 2 } as const;
    expect(
      said(of, [
        [a!, 4, true],
        [b!, 4, true],
        [c!, 3],
      ]),
    ).toBe('«Grill» og «Benk» vant.');
    expect(
      said(of, [
        [a!, 9, true],
        [b!, 4, true],
        [c!, 4],
      ]),
    ).toBe(
      '«Grill» og «Benk» vant. Det var likt om siste plass mellom «Benk» og «Huske», med 4 stemmer hver. Regelen for likt avgjorde.',
    );
  });

  test('adds up what the winners of a budget cost', () => {
    const of = { kind: 'budget', winnerCount: null, budgetNok: 20000 } as const;
    expect(
      said(of, [
        [a!, 4, true],
        [b!, 3, true],
        [c!, 3],
      ]).replace(/\s/g, ' '),
    ).toBe('«Grill» og «Benk» vant. Det koster 15 000 kr av 20 000 kr.');
  });

  test('of a yes-or-no poll is yes, no, or a tie that is no', () => {
    const of = { kind: 'yes_no', winnerCount: null } as const;
    const answer = (yes: number, no: number, abstain: number) =>
      said(of, [
        [stances[0]!, yes, yes > no],
        [stances[1]!, no, yes <= no],
        [stances[2]!, abstain],
      ]);
    expect(answer(5, 2, 9)).toBe('Det ble ja. 5 stemte ja og 2 stemte nei.');
    expect(answer(2, 5, 0)).toBe('Det ble nei. 5 stemte nei og 2 stemte ja.');
    expect(answer(3, 3, 1)).toBe('Det ble likt: 3 ja og 3 nei. Da er svaret nei.');
    expect(answer(0, 0, 2)).toBe('Ingen stemte ja eller nei.');
    expect(answer(0, 0, 0)).toBe('Ingen stemte.');
  });

  test('tells when nobody voted, or only blank', () => {
    expect(
      said({}, [
        [a!, 0],
        [b!, 0],
      ]),
    ).toBe('Ingen stemte.');
    const blank = result([[a!, 0]], { voted: 2 });
    expect(resultSentence(poll({}), blank, t, 'nb')).toBe('Ingen av valgene vant.');
  });
});

test('the number of paper votes is not shown when it is small', () => {
  expect(waysText(result([], { ways: null }), t)).toContain('færre enn 5');
  expect(waysText(result([], { ways: { web: 12, paper: 7 } }), t)).toBe('12 på nett, 7 på papir.');
});

test('a ballot of the list is written in the order of the options, a blank one as blank', () => {
  const of = poll({ options: [option('Grill'), option('Benk')] });
  expect(ballotText(of, ['Benk', 'Grill'], t)).toBe('Grill, Benk');
  expect(ballotText(of, [], t)).toBe('Blank');
});

test('yes and no change places from voter to voter, and abstain is always last', () => {
  const of = poll({ kind: 'yes_no', options: stances });
  const orders = Array.from({ length: 60 }, (_, n) =>
    ballotOrder(of, `voter ${n}`).map(({ stance }) => stance),
  );
  expect(orders.every((order) => order[2] === 'abstain')).toBe(true);
  expect(new Set(orders.map(([first]) => first))).toEqual(new Set(['yes', 'no']));
});

test('a poll with fewer than ten voters is not secret, and one that has not opened may be', () => {
  expect([9, 10, null].map((entitled) => isSecret({ entitled }))).toEqual([false, true, true]);
});

test('the ticks are shown by number or by cost', () => {
  const options = [option('a', { costNok: 900 }), option('b', { costNok: 300 })];
  const said = (of: Partial<Poll>) =>
    tickedText(poll({ options, ...of }), ['a', 'b'], t, 'nb')?.replace(/\s/g, ' ');
  expect(said({ kind: 'multiple', maxChoices: 1 })).toBe(
    'Du krysset av for 2. Du kan velge opptil 1.',
  );
  expect(said({ kind: 'budget', budgetNok: 1000 })).toBe(
    'Du krysset av for 1 200 kr. Det er 1 000 kr å fordele.',
  );
});

test('the rule of winning tells how many win', () => {
  const of = (winnerCount: number) => winningRule(poll({ kind: 'multiple', winnerCount }), t);
  expect(of(1)).toBe('Valget med flest stemmer vinner.');
  expect(of(3)).toBe('De 3 valgene med flest stemmer vinner.');
});

test('the phase of a poll follows from its dates or its state', () => {
  const steps = (['ideas', 'check', 'vote'] as const).map((phase, n) => ({
    ...{ phase, owner: 'residents' as const, endsOn: `2026-05-0${n + 1}` },
  }));
  expect(phaseNow(steps, 'draft', '2026-05-01')).toBe('ideas');
  expect(phaseNow(steps, 'planned', '2026-05-02')).toBe('check');
  expect(phaseNow(steps, 'planned', '2026-05-03')).toBeNull();
  expect(phaseNow(steps, 'open', '2026-05-01')).toBe('vote');
  expect(phaseNow(steps, 'closed', '2026-05-01', 'work')).toBe('work');
  expect(phaseNow(steps, 'closed', '2026-05-01', 'declined')).toBe('done');
  expect(phaseNow(steps, 'stopped', '2026-05-01')).toBeNull();
});

test('the current phase of the follow-up is in the schedule, planned or not', () => {
  const [vote, work] = (['vote', 'work'] as const).map((phase) => ({
    ...{ phase, owner: 'consultant' as const, endsOn: '2026-05-02' },
  }));
  const now = { status: 'work', owner: 'landlord' as const, nextOn: '2026-06-01' };
  expect(withFollowUp([vote!], now)).toEqual([
    vote,
    { phase: 'work', owner: 'landlord', endsOn: '2026-06-01' },
  ]);
  expect(withFollowUp([vote!, work!], now)).toEqual([vote, work]);
  expect(withFollowUp([vote!], { ...now, status: 'done', nextOn: null })).toEqual([vote]);
  expect(withFollowUp([vote!], null)).toEqual([vote]);
});

test('a record with many options is printed small', () => {
  const options = (count: number) => Array.from({ length: count }, (_, n) => option(`Valg ${n}`));
  expect(isLongRecord(poll({ options: options(4) }))).toBe(false);
  expect(isLongRecord(poll({ options: options(20) }))).toBe(true);
});
