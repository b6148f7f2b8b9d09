import ICAL from 'ical.js';
import { numbers } from '~/lib/numbers.ts';
import { osloDay, osloInstant } from '~/lib/time.ts';
import {
  addDays,
  daysBetween,
  endAt,
  makeRule,
  nthOf,
  parseRule,
  weekdayOf,
  type Series,
} from '~/domains/activities/series.ts';

/** How far ahead dates are made, in days. */
export const horizon = 366;
const most = numbers.series_dates;

/** The days a rule gives from one day to another, both included, as many as one rule may give. Days have no clock, so summer time moves none. */
export function daysOf(
  { rrule, startsOn }: Pick<Series, 'rrule' | 'startsOn'>,
  from: string,
  to: string,
) {
  const days: string[] = [];
  const all = ICAL.Recur.fromString(rrule).iterator(ICAL.Time.fromDateString(startsOn));
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- at its end the iterator gives nothing
  for (let next = all.next(); next && days.length < most; next = all.next()) {
    const day = next.toString();
    if (day > to) break;
    if (day >= from) days.push(day);
  }
  return days;
}

export const startOf = (series: Series, day: string) => osloInstant(day, series.from);
export const endOf = (series: Series, day: string) =>
  osloInstant(addDays(day, series.extraDays), series.to);

/** The days to make now: those that are not over, to a year from today or from its start. */
export function daysAhead(series: Series, now: Date) {
  const today = osloDay(now);
  const madeUntil = addDays(series.startsOn > today ? series.startsOn : today, horizon);
  // What goes on over midnight began before today.
  const days = daysOf(series, addDays(today, -series.extraDays), madeUntil);
  return { madeUntil, days: days.filter((day) => endOf(series, day) > now) };
}

/** The last of its weekday in the month. */
const isLast = (day: string) => addDays(day, 7).slice(0, 7) !== day.slice(0, 7);

/** The changes when one date and all after it move. */
export interface Following {
  series: Series;
  /** Old day of each date -> its new day. */
  moves: Record<string, string>;
}

/**
 * The rule and its dates when the date that it gave on `oldDay`, and all that follow, move to begin on `newDay`.
 * The weekdays move as many days; a monthly rule keeps to the weekday of the month that `newDay` is.
 * Null when no rule of the form says that: every other week, and only some of its days go over to another week.
 */
export function moveFrom(
  series: Series,
  { oldDay, newDay, madeUntil }: { oldDay: string; newDay: string; madeUntil: string },
  clock: Pick<Series, 'from' | 'to' | 'extraDays'>,
): Following | null {
  const rule = parseRule(series.rrule);
  const old = daysOf(series, oldDay, madeUntil);
  if (!rule || old[0] !== oldDay) return null;
  const shift = daysBetween(oldDay, newDay);
  const weekdays = rule.weekdays.map((weekday) => ((weekday + shift - 1 + 7_000) % 7) + 1);
  const isEndless = rule.lastDay === null;
  const moved: Series = {
    ...clock,
    startsOn: newDay,
    rrule: makeRule({
      ...rule,
      weekdays: rule.repeats === 'monthly' ? [weekdayOf(newDay)] : weekdays,
      nth: rule.nth === -1 && isLast(newDay) ? -1 : nthOf(newDay),
      lastDay: null,
    }),
  };
  // As many dates as before: the end moves with the last of them.
  const days = daysOf(moved, newDay, addDays(newDay, horizon * 3)).slice(0, old.length);
  if (rule.repeats !== 'monthly' && days.some((day, i) => day !== addDays(old[i]!, shift)))
    return null;
  const isAllMade = !isEndless && rule.lastDay! <= madeUntil;
  const lastDay = isAllMade ? days.at(-1)! : isEndless ? null : addDays(rule.lastDay!, shift);
  return {
    series: { ...moved, rrule: endAt(moved.rrule, lastDay) },
    moves: Object.fromEntries(old.map((day, i) => [day, days[i]!])),
  };
}

/**
 * The series of a copy: it goes on from the first day after today that the original would have had. An end that is over
 * stays, for the form to say so.
 */
export function copySeries(series: Series, now: Date): Series {
  const today = osloDay(now);
  const rule = parseRule(series.rrule);
  const isOver = rule?.lastDay && rule.lastDay <= today;
  const rrule = isOver ? endAt(series.rrule, null) : series.rrule;
  const [next] = daysOf({ ...series, rrule }, addDays(today, 1), addDays(today, horizon * 2));
  return { ...series, startsOn: next ?? series.startsOn };
}
