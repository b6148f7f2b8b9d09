/** How an activity repeats: a rule of RFC 5545 counted in days of Oslo, and a wall clock. Days are `YYYY-MM-DD`. */
export interface Series {
  rrule: string;
  startsOn: string;
  /** `HH:MM` */
  from: string;
  to: string;
  /** Days between start and end: 1 is over midnight. */
  extraDays: number;
}

export const repeats = ['weekly', 'biweekly', 'monthly'] as const;
type Repeats = (typeof repeats)[number];

/** What people choose among; `parseRule` and `makeRule` go between this and the rule. */
export interface Rule {
  repeats: Repeats;
  /** 1 = Monday … 7 = Sunday; one for a monthly rule. */
  weekdays: number[];
  /** Which such weekday of a month: 1 … 4, or -1 for the last. 0: every week. */
  nth: number;
  /** Null: it never ends. */
  lastDay: string | null;
}

const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const everyDay = [1, 2, 3, 4, 5, 6, 7];

export const addDays = (day: string, days: number) =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
export const daysBetween = (from: string, to: string) =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
export const weekdayOf = (day: string) => new Date(`${day}T12:00:00Z`).getUTCDay() || 7;

/** The position of a day among the same weekdays of its month. The fifth is always the last, and not every month has one. */
export function nthOf(day: string) {
  const nth = Math.ceil(Number(day.slice(8)) / 7);
  return nth === 5 ? -1 : nth;
}

/** The first of these weekdays on or after a day. */
export function firstOn(day: string, weekdays: number[]) {
  const wait = weekdays.map((weekday) => (weekday - weekdayOf(day) + 7) % 7);
  return addDays(day, Math.min(...wait));
}

export function makeRule({ repeats, weekdays, nth, lastDay }: Rule) {
  const days = weekdays.toSorted((a, b) => a - b).map((weekday) => codes[weekday - 1]);
  const every = {
    weekly: `FREQ=WEEKLY;BYDAY=${days.join()}`,
    biweekly: `FREQ=WEEKLY;INTERVAL=2;BYDAY=${days.join()}`,
    monthly: `FREQ=MONTHLY;BYDAY=${nth}${days[0]}`,
  };
  return endAt(every[repeats], lastDay);
}

/** The rule with this last day instead of its end. */
export function endAt(rrule: string, lastDay: string | null) {
  const endless = rrule.replace(/;(UNTIL|COUNT)=[^;]*/g, '');
  return lastDay ? `${endless};UNTIL=${lastDay.replaceAll('-', '')}` : endless;
}

const part = (rrule: string, name: string) => new RegExp(`${name}=([^;]+)`).exec(rrule)?.[1];

/** What a rule of the form means; null when it was made elsewhere and says something the form cannot. */
export function parseRule(rrule: string): Rule | null {
  const until = part(rrule, 'UNTIL')?.replace(/^(....)(..)(..)$/, '$1-$2-$3');
  const [, nth, code] = /BYDAY=(-?\d)?([A-Z]{2})/.exec(rrule) ?? [];
  const weekdays = (part(rrule, 'BYDAY') ?? '')
    .split(',')
    .map((day) => codes.indexOf(day.slice(-2)) + 1)
    .filter(Boolean);
  const rule = { weekdays, nth: Number(nth ?? 0), lastDay: until ?? null };
  const weekly = rrule.startsWith('FREQ=WEEKLY') && weekdays.length > 0;
  const interval = part(rrule, 'INTERVAL') ?? '1';
  if (/COUNT|BYMONTHDAY/.test(rrule)) return null;
  if (rrule.startsWith('FREQ=DAILY') && interval === '1')
    return { ...rule, repeats: 'weekly', weekdays: everyDay };
  if (weekly && interval === '1') return { ...rule, repeats: 'weekly' };
  if (weekly && interval === '2') return { ...rule, repeats: 'biweekly' };
  return rrule.startsWith('FREQ=MONTHLY') && code && nth && interval === '1'
    ? { ...rule, repeats: 'monthly', weekdays: weekdays.slice(0, 1) }
    : null;
}
