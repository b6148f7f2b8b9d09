import { z } from 'astro/zod';
import type { MessageKey } from '~/i18n/index.ts';
import { id, optionalText } from '~/lib/forms.ts';
import { lengths, ranges } from '~/lib/numbers.ts';
import { osloInstant } from '~/lib/time.ts';
import { daysAhead } from '~/domains/activities/repeat/series-days.ts';
import {
  addDays,
  firstOn,
  makeRule,
  nthOf,
  repeats,
  weekdayOf,
  type Series,
} from '~/domains/activities/series.ts';

export const [, maxExtraDays] = ranges.activity_series.extra_days;

const day = () => z.iso.date({ error: 'form.invalid' }).regex(/^20/, 'form.invalid').nullish();
const clock = () =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'form.invalid')
    .nullish();
const extraDays = () =>
  z.number({ error: 'form.invalid' }).int('form.invalid').min(0, 'form.invalid');

/** The part of the activity's form that says how it repeats. Nothing in it is required unless `dating` says so. */
export const seriesFields = {
  dating: z.enum(['dates', 'series']).nullish(),
  repeats: z.enum(repeats).nullish(),
  weekdays: z.array(z.coerce.number().int().min(1).max(7)).max(7).default([]),
  firstDay: day(),
  fromClock: clock(),
  toClock: clock(),
  extraDays: extraDays().max(maxExtraDays, 'activities.form.error.too_many_days').nullish(),
  ends: z.enum(['on', 'never']).nullish(),
  lastDay: day(),
  /** The series that the form was opened with: unchanged, it stays as it is in the database. */
  seenSeries: z.string().max(400).nullish(),
};
export const seriesForm = z.object(seriesFields);
type SeriesInput = z.output<typeof seriesForm>;

/** The series that was filled in, and the message under each wrong field. One of them is always empty. */
export function readSeries(
  form: SeriesInput & { capacity?: number | null | undefined },
  now = new Date(),
): { series: Series | null; errors: Record<string, MessageKey> } {
  const errors: Record<string, MessageKey> = {};
  for (const field of ['repeats', 'firstDay', 'fromClock', 'toClock', 'ends'] as const)
    if (!form[field]) errors[field] = 'form.required';
  if (form.ends === 'on' && !form.lastDay) errors.lastDay = 'form.required';
  if (Object.keys(errors).length > 0) return { series: null, errors };
  const series = toSeries(form);
  if (isSeen(series, form.seenSeries ?? null) && !(form.capacity && form.ends === 'never'))
    return { series, errors };
  const [field, error] = wrongIn(form, series, now) ?? [];
  return field && error ? { series: null, errors: { [field]: error } } : { series, errors };
}

function toSeries(form: SeriesInput): Series {
  const { repeats, firstDay, fromClock, toClock, extraDays, lastDay, ends } = form;
  const first = firstDay!;
  const chosen =
    repeats === 'monthly' || !form.weekdays.length ? [weekdayOf(first)] : form.weekdays;
  const weekdays = [...new Set(chosen)];
  return {
    rrule: makeRule({
      repeats: repeats!,
      weekdays,
      nth: nthOf(first),
      lastDay: ends === 'on' ? lastDay! : null,
    }),
    startsOn: firstOn(first, weekdays),
    from: fromClock!,
    to: toClock!,
    extraDays: extraDays ?? 0,
  };
}

/** Why this series makes no sense, at the field where it can be put right. */
function wrongIn(
  form: SeriesInput & { capacity?: number | null | undefined },
  series: Series,
  now: Date,
): [keyof SeriesInput, MessageKey] | null {
  if (series.extraDays === 0 && series.to <= series.from)
    return ['toClock', 'activities.form.error.end_before_start'];
  if (form.ends === 'on' && form.lastDay! < form.firstDay!)
    return ['lastDay', 'activities.series.error.ends_before'];
  if (daysAhead(series, now).days.length === 0)
    return ['lastDay', 'activities.series.error.no_dates'];
  return form.capacity && form.ends === 'never'
    ? ['ends', 'activities.series.error.endless']
    : null;
}

/** A series as one line, for the hidden field of the form. */
export const seen = ({ rrule, startsOn, from, to, extraDays }: Series) =>
  [rrule, startsOn, from, to, extraDays].join('|');
export const isSeen = (series: Series, line: string | null) => seen(series) === line;

export const scopes = ['one', 'following'] as const;
const scope = z.enum(scopes, { error: 'form.required' });
const note = optionalText(lengths.activity_sessions.note);

/** One date of an activity to another time, alone or with all that follow. */
export const moveForm = z
  .object({
    id: id(),
    sessionId: id(),
    day: z.iso.date({ error: 'form.invalid' }).regex(/^20/, 'form.invalid'),
    from: z.string({ error: 'form.required' }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'form.invalid'),
    to: z.string({ error: 'form.required' }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'form.invalid'),
    endDay: day(),
    note,
    scope,
  })
  .superRefine(({ day, from, to, endDay }, context) => {
    const issue = (path: string, message: MessageKey) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const start = osloInstant(day, from);
    const end = osloInstant(endDay ?? day, to);
    if (end <= start) issue('to', 'activities.form.error.end_before_start');
    else if ((endDay ?? day) > addDays(day, maxExtraDays))
      issue('endDay', 'activities.form.error.too_many_days');
  });
export type MoveInput = z.output<typeof moveForm>;

export const cancelDateForm = z.object({ id: id(), sessionId: id(), note, scope });
export const restoreDateForm = z.object({ id: id(), sessionId: id() });
