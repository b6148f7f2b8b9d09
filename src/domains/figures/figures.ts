import type { Locale } from '~/i18n/index.ts';
import type { Enums } from '~/lib/database.types.ts';
import { numberFormat } from '~/lib/intl.ts';

export type Metric = Enums<'figure_metric'>;
export type Thing = Enums<'report_thing'>;
/** The two metrics that are also shown by thing. */
export const byThing = ['new_cases', 'fixed_cases'] as const satisfies Metric[];
export type ByThing = (typeof byThing)[number];

/** A number, too few to show, or nothing to count. */
export type Told = number | 'few' | null;

export interface MonthFigures {
  /** `YYYY-MM`. */
  month: string;
  figures: Partial<Record<Metric, Told>>;
  things: Record<ByThing, Partial<Record<Thing, number>>>;
}

/** The chosen month and what it is compared with. */
export interface Compared {
  now: MonthFigures;
  before: MonthFigures | null;
  lastYear: MonthFigures | null;
}

/** The lines of the table of a month, in order; `turnout` is made of two numbers. */
export const lines = [
  'dates_held',
  'attendance',
  'signups',
  'new_cases',
  'fixed_cases',
  'late_cases',
  'days_to_answer',
  'days_to_fixed',
  'votes_counted',
  'turnout',
  'follow_ups_done',
] as const;
export type Line = (typeof lines)[number];

/** Drawn over twelve months. */
export const charted = [
  'attendance',
  'signups',
  'new_cases',
  'fixed_cases',
] as const satisfies Metric[];

export const isMonth = (typed: string) => /^20\d\d-(0[1-9]|1[0-2])$/.test(typed);

/** `YYYY-MM` so many months later (earlier when negative). */
export function addMonths(month: string, count: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

/** An instant that is certainly in the month in Oslo, for printing its name. */
export const dayOf = (month: string) => new Date(`${month}-15T12:00:00Z`);

/** The three columns of a table: each month, and its name also where it is not counted. */
export const columnsOf = ({ now, before, lastYear }: Compared) => [
  { month: now, name: now.month },
  { month: before, name: addMonths(now.month, -1) },
  { month: lastYear, name: addMonths(now.month, -12) },
];

export const toldOf = (month: MonthFigures | null, metric: Metric): Told =>
  month?.figures[metric] ?? null;

/** Twelve months that end with this one; those that are not counted are empty. */
export function yearTo(all: MonthFigures[], last: string): MonthFigures[] {
  return Array.from({ length: 12 }, (_, i) => {
    const month = addMonths(last, i - 11);
    return (
      all.find((one) => one.month === month) ?? {
        month,
        figures: {},
        things: { new_cases: {}, fixed_cases: {} },
      }
    );
  });
}

/** A month (the last one when none is chosen) with what it is compared with; null when it is not counted. */
export function compare(all: MonthFigures[], chosen: string | undefined): Compared | null {
  const find = (month: string) => all.find((one) => one.month === month) ?? null;
  const now = chosen ? find(chosen) : all.at(-1);
  if (!now) return null;
  return { now, before: find(addMonths(now.month, -1)), lastYear: find(addMonths(now.month, -12)) };
}

/** The months to choose from, the newest first: the last twelve that are counted. */
export const choices = (all: MonthFigures[]) =>
  all.map(({ month }) => month).toReversed().slice(0, 12); // prettier-ignore

/** The things that one of the months shows, at most ten, the most frequent now first. */
export function thingsOf({ now, before, lastYear }: Compared, metric: ByThing): Thing[] {
  const count = (month: MonthFigures | null, thing: Thing) => month?.things[metric][thing] ?? 0;
  const all = [now, before, lastYear].flatMap((one) => Object.keys(one?.things[metric] ?? {}));
  return [...new Set(all as Thing[])]
    .toSorted((a, b) => count(now, b) - count(now, a) || count(before, b) - count(before, a))
    .slice(0, 10);
}

/** The cases of all other things together. */
export function restOf(month: MonthFigures | null, metric: ByThing, shown: Thing[]): Told {
  const total = toldOf(month, metric);
  if (typeof total !== 'number') return total;
  return total - shown.reduce((sum, thing) => sum + (month!.things[metric][thing] ?? 0), 0);
}

export const formatNumber = (value: number, locale: Locale) =>
  numberFormat(locale, { maximumFractionDigits: 1 }).format(value);
