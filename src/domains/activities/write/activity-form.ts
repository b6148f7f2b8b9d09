import { z } from 'astro/zod';
import type { MessageKey } from '~/i18n/index.ts';
import { id, optionalText, text } from '~/lib/forms.ts';
import { lengths, numbers, periods } from '~/lib/numbers.ts';
import { templateField } from '~/domains/moderation/reason.ts';
import { milliseconds, osloInstant } from '~/lib/time.ts';
import { kinds } from '~/domains/activities/activities.ts';
import type { SessionRow } from '~/domains/activities/schedule.ts';
import { readSeries, seriesFields } from './series-form.ts';
import { signupErrors, signupFields } from './signup-form.ts';

const longest = milliseconds(periods.session);

const column = () => z.array(z.string()).default([]);

/** One form for a new activity and for a change. The dates are columns of the same length, one entry per row. */
export const activityForm = z
  .object({
    id: id(),
    /** What was shown when the form was opened; a new activity has none. */
    version: z.number().int().nullish(),
    title: text(lengths.activities.title),
    kind: z.enum(kinds, { error: 'form.required' }),
    audience: optionalText(lengths.activities.audience),
    placeId: id().nullish(),
    whereabouts: optionalText(lengths.activities.whereabouts),
    host: optionalText(lengths.activities.host),
    body: optionalText(lengths.activities.body),
    whatToExpect: optionalText(lengths.activities.what_to_expect),
    food: optionalText(lengths.activities.food),
    languages: optionalText(lengths.activities.languages),
    stepFree: z.enum(['yes', 'no']).nullish(),
    isPublic: z.enum(['true', 'false'], { error: 'form.required' }),
    ...signupFields,
    sessionId: column(),
    day: column(),
    from: column(),
    to: column(),
    endDay: column(),
    cancelledIds: column(),
    ...seriesFields,
    /** Which button was pressed. */
    publish: z.literal('true').nullish(),
  })
  .superRefine((form, context) => {
    const issue = (path: string, message: MessageKey) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { errors } = form.dating === 'series' ? readSeries(form) : readDates(form);
    for (const [field, error] of Object.entries(errors)) issue(field, error);
    for (const [field, error] of Object.entries(signupErrors(form))) issue(field, error);
  });
export type ActivityInput = z.output<typeof activityForm>;

export const cancelForm = z.object({ id: id(), reason: text(lengths.activities.cancel_reason) });
export const declineForm = z.object({
  id: id(),
  template: templateField(),
  reason: optionalText(280),
});
export const activityIdForm = z.object({ id: id() });

/** The columns of the form as rows, also when they are of unequal length. */
export function dateRows(columns: Record<string, string[] | undefined>): SessionRow[] {
  const { day = [], from = [], to = [], endDay = [], sessionId = [], cancelledIds = [] } = columns;
  return day.map((value, index) => ({
    id: sessionId[index] ?? '',
    day: value,
    from: from[index] ?? '',
    to: to[index] ?? '',
    endDay: endDay[index] ?? '',
    isCancelled: cancelledIds.includes(sessionId[index] || '-'),
  }));
}

export interface SessionInput {
  /** Empty: a new date. */
  id: string;
  startsAt: Date;
  endsAt: Date;
  isCancelled: boolean;
}

type DateColumns = Record<
  'sessionId' | 'day' | 'from' | 'to' | 'endDay' | 'cancelledIds',
  string[]
>;

/** The dates that were filled in, and the message under each wrong field (`day-0`, `from-0` …). Empty rows are left out. */
export function readDates(columns: DateColumns) {
  const errors: Record<string, MessageKey> = {};
  const sessions: SessionInput[] = [];
  dateRows({ ...columns }).forEach((row, index) => {
    if (!row.day && !row.from && !row.to && !row.endDay) return;
    const [field, error] = wrongIn(row) ?? [];
    if (field && error) errors[`${field}-${index}`] = error;
    else sessions.push(toSession(row));
  });
  const none = sessions.length === 0 && Object.keys(errors).length === 0;
  if (none) errors['day-0'] = 'activities.form.error.no_dates';
  if (sessions.length > numbers.activity_dates)
    errors['day-0'] = 'activities.form.error.too_many_dates';
  return { sessions, errors };
}

const toSession = ({ id, day, from, to, endDay, isCancelled }: SessionRow): SessionInput => ({
  id,
  startsAt: osloInstant(day, from),
  endsAt: osloInstant(endDay || day, to),
  isCancelled,
});

const isDay = (day: string) => /^20/.test(day) && z.iso.date().safeParse(day).success;
const isClock = (clock: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(clock);

/** The first wrong field of a row and why; null when all is well. */
function wrongIn(row: SessionRow): [keyof SessionRow, MessageKey] | null {
  if (!row.day) return ['day', 'form.required'];
  if (!isDay(row.day)) return ['day', 'form.invalid'];
  if (row.endDay && !isDay(row.endDay)) return ['endDay', 'form.invalid'];
  for (const field of ['from', 'to'] as const) {
    if (!row[field]) return [field, 'form.required'];
    if (!isClock(row[field])) return [field, 'form.invalid'];
  }
  const { startsAt, endsAt } = toSession(row);
  if (endsAt <= startsAt) return ['to', 'activities.form.error.end_before_start'];
  const takes = endsAt.getTime() - startsAt.getTime();
  return takes > longest ? ['endDay', 'activities.form.error.too_many_days'] : null;
}
