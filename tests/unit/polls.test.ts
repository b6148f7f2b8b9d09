import { describe, expect, test } from 'vitest';
import { amount, optionsOf, pollForm } from '../../src/domains/polls/poll-form.ts';
import { formatNok, orderFor } from '../../src/domains/polls/polls.ts';

const option = (id: string) => ({ id });

describe('the order of the options', () => {
  const options = ['a', 'b', 'c', 'd'].map(option);
  const orderOf = (seed: string) => orderFor(options, seed).map(({ id }) => id);

  test('is the same each time for one voter, whatever order they come in', () => {
    for (let n = 0; n < 50; n++) {
      const again = orderFor(options.toReversed(), `voter ${n}`).map(({ id }) => id);
      expect(again).toEqual(orderOf(`voter ${n}`));
      expect(again.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    }
  });

  test('gives each option each place about equally often', () => {
    const voters = 8000;
    const places = options.map(() => new Map<string, number>());
    for (let n = 0; n < voters; n++)
      orderOf(crypto.randomUUID()).forEach((id, at) =>
        places[at]!.set(id, (places[at]!.get(id) ?? 0) + 1),
      );
    for (const place of places)
      for (const { id } of options) {
        // six standard deviations of a fair draw
        expect(Math.abs(place.get(id)! - voters / 4)).toBeLessThan(
          6 * Math.sqrt(voters * 0.25 * 0.75),
        );
      }
  });
});

describe('the form of a vote', () => {
  const id = '00000000-0000-4000-8000-000000000001';
  const other = '00000000-0000-4000-8000-000000000002';
  const form = (more = {}) => ({
    id,
    title: 'Hva kjøper vi?',
    body: null,
    decides: 'Dere velger.',
    budget: '25 000 kr',
    afterwards: 'Vi bestiller.',
    rule: 'per_flat',
    closesOn: '2099-01-01',
    closesAt: '20:00',
    chosen: [],
    proposalId: [],
    proposalCost: [],
    optionTitle: ['Ja', '', 'Nei'],
    optionCost: ['', '', '100'],
    ...more,
  });
  const errorsOf = (more: object) =>
    pollForm.safeParse(form(more)).error?.issues.map(({ path, message }) => [path[0], message]) ??
    [];

  test('leaves out empty rows and keeps each cost with its option', () => {
    const parsed = pollForm.parse(
      form({ chosen: [other], proposalId: [id, other], proposalCost: ['1', '2 500'] }),
    );
    expect(parsed.budget).toBe(25000);
    expect(optionsOf(parsed)).toEqual([
      { proposal_id: other, cost_nok: 2500 },
      { title: 'Ja', cost_nok: null },
      { title: 'Nei', cost_nok: 100 },
    ]);
  });

  test('wants two to twenty options', () => {
    expect(errorsOf({ optionTitle: ['Bare ja', ' '] })).toEqual([
      ['optionTitle', 'polls.too_few_options'],
    ]);
    const rows = (count: number) => ({
      optionTitle: Array.from({ length: count }, (_, n) => `Nr ${n}`),
    });
    expect(errorsOf(rows(20))).toEqual([]);
    expect(errorsOf(rows(21))).toEqual([['optionTitle', 'polls.too_many_options']]);
  });

  test('wants an end that has not passed, and does not trip over a day that is none', () => {
    expect(errorsOf({ closesOn: '2020-01-01' })).toEqual([['closesOn', 'polls.closes_too_early']]);
    expect(errorsOf({ closesOn: '2099-02-31' })).toEqual([['closesOn', 'form.required']]);
    expect(errorsOf({ closesAt: '25:00' })).toEqual([['closesAt', 'form.required']]);
  });

  test('holds the longest title and text, and no more', () => {
    expect(errorsOf({ title: 'x'.repeat(120), decides: 'x'.repeat(500) })).toEqual([]);
    expect(errorsOf({ title: 'x'.repeat(121) })).toEqual([['title', 'form.too_long']]);
    expect(errorsOf({ afterwards: 'x'.repeat(501) })).toEqual([['afterwards', 'form.too_long']]);
  });
});

test('kroner are read as people write them', () => {
  const read = (typed: string | null) => amount().safeParse(typed);
  for (const [typed, value] of [
    ['25000', 25000],
    ['25 000', 25000],
    ['25\u00a0000 kr', 25000],
    ['900,-', 900],
    ['', null],
    [null, null],
  ] as const)
    expect(read(typed).data, String(typed)).toBe(value);
  for (const typed of ['-5', '12,50', 'mye', '100000001', '1e5'])
    expect(read(typed).success, typed).toBe(false);
  expect(read('100000000').data).toBe(100_000_000);
});

test('kroner are written with room between the thousands', () => {
  expect(formatNok(25000, 'nb')).toMatch(/^25\s000 kr$/);
});
