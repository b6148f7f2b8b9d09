import { describe, expect, test } from 'vitest';
import { lineWords } from '~/domains/figures/figure-words.ts';
import { figuresCsv } from '~/domains/figures/figures-csv.ts';
import {
  addMonths,
  compare,
  restOf,
  thingsOf,
  yearTo,
  type MonthFigures,
} from '~/domains/figures/figures.ts';
import { translator } from '~/i18n/index.ts';

const t = translator('nb');
const month = (name: string, more: Partial<MonthFigures> = {}): MonthFigures => ({
  month: name,
  figures: {},
  things: { new_cases: {}, fixed_cases: {} },
  ...more,
});
const october = month('2026-10', {
  figures: { new_cases: 21, late_cases: 'few', voted: 16, could_vote: 24, days_to_fixed: 7.5 },
  things: { new_cases: { vandalism: 9, light: 6 }, fixed_cases: {} },
});
const september = month('2026-09', { figures: { new_cases: 'few', voted: 'few' } });

describe('months', () => {
  test('are counted over the turn of the year', () => {
    expect(addMonths('2026-01', -1)).toBe('2025-12');
    expect(addMonths('2026-12', 1)).toBe('2027-01');
    expect(addMonths('2026-10', -12)).toBe('2025-10');
  });

  test('are compared with the previous one and last year; one that is not counted is not compared', () => {
    const all = [september, october];
    expect(compare(all, undefined)).toEqual({ now: october, before: september, lastYear: null });
    expect(compare(all, '2026-08')).toBeNull();
    expect(compare([], undefined)).toBeNull();
  });

  test('are twelve in a chart, even when some are not counted', () => {
    const year = yearTo([september, october], '2026-10');
    expect([year.length, year[0]!.month, year[11]]).toEqual([12, '2025-11', october]);
  });
});

describe('what is shown', () => {
  test('for a hidden number is that there are few, and for no number nothing', () => {
    expect(lineWords(october, 'late_cases', t, 'nb')).toBe('færre enn 5');
    expect(lineWords(october, 'signups', t, 'nb')).toBeNull();
    expect(lineWords(september, 'turnout', t, 'nb')).toBe('for få til å vises');
    expect(lineWords(october, 'turnout', t, 'nb')).toBe('16 av 24 (67 %)');
    expect(lineWords(october, 'days_to_fixed', t, 'nb')).toBe('7,5');
  });

  test('for things is the rest as one number, hidden with the total', () => {
    const compared = compare([september, october], undefined)!;
    const things = thingsOf(compared, 'new_cases');
    expect(things).toEqual(['vandalism', 'light']);
    expect(restOf(october, 'new_cases', things)).toBe(6);
    expect(restOf(september, 'new_cases', things)).toBe('few');
    expect(restOf(null, 'new_cases', things)).toBeNull();
  });

  test('in the file is the same as on the page', () => {
    const lines = figuresCsv([september, october], t, 'nb').split('\r\n');
    expect(lines[0]).toBe('\ufeffMåned;Hva;Ting;Tall');
    expect(lines).toContain('2026-09;Nye saker;;færre enn 5');
    expect(lines).toContain('2026-10;Nye saker;Hærverk og tagging;9');
    expect(lines).toContain('2026-10;Dager til fikset;;7,5');
  });
});
