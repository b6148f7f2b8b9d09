import { kept, lengths, limits, numbers, periods, ranges } from '~/lib/numbers.ts';

/** A number of a rule as a text names it: `{limits.report}`, `{periods.offer}`; never written in the text itself. */
export type RuleName = `${string}.${string}`;

/** In whole units. */
export interface Period {
  count: number;
  unit: 'minute' | 'hour' | 'day' | 'month' | 'year';
}
type Range = readonly [number, number];

/** The words of every number of a rule in one language: "10", "3 timer". `sayPeriod` has the texts of that language. */
export function ruleWords(
  locale: string,
  sayPeriod: (period: Period) => string,
): Map<RuleName, string> {
  const plain = new Intl.NumberFormat(locale);
  const words = new Map<RuleName, string>();
  const count = (name: RuleName, value: number) => words.set(name, plain.format(value));
  const period = (name: RuleName, lasts: Period) => words.set(name, sayPeriod(lasts));
  for (const [what, { most, per }] of Object.entries(limits)) {
    count(`limits.${what}`, most);
    period(`per.${what}`, per);
  }
  for (const [what, value] of Object.entries(numbers)) count(`numbers.${what}`, value);
  for (const [what, lasts] of Object.entries(periods)) period(`periods.${what}`, lasts);
  for (const [what, lasts] of Object.entries(kept)) period(`kept.${what}`, lasts);
  for (const [table, columns] of Object.entries(lengths))
    for (const [column, most] of Object.entries(columns))
      count(`lengths.${table}.${column}`, most as number);
  for (const [table, columns] of Object.entries(ranges))
    for (const [column, [least, most]] of Object.entries(columns as Record<string, Range>)) {
      count(`least.${table}.${column}`, least);
      count(`most.${table}.${column}`, most);
    }
  return words;
}
