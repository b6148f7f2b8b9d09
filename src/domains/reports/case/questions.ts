import { z } from 'astro/zod';
import { id, optionalText, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { osloInstant } from '~/lib/time.ts';
import type { MessageKey } from '~/i18n/index.ts';
import type { ProposedTime, Question } from '~/domains/reports/reports.ts';

/** How many times can be proposed; the first three are there at once. */
export const timeRows = [1, 2, 3, 4, 5, 6] as const;
type Row = (typeof timeRows)[number];
type TimeField = `${'day' | 'from' | 'to'}${Row}`;

const timeFields = Object.fromEntries(
  timeRows.flatMap((n) => [
    [`day${n}`, z.string().max(10).nullish()],
    [`from${n}`, z.string().max(8).nullish()],
    [`to${n}`, z.string().max(8).nullish()],
  ]),
) as Record<TimeField, z.ZodOptional<z.ZodNullable<z.ZodString>>>;

export const questionForm = z.object({
  id: id(),
  reportId: id(),
  body: text(lengths.report_questions.body),
  ...timeFields,
});

/** "none" is "Ingen av tidene passer"; nothing at all where there was nothing to choose from. */
export const answerForm = z.object({
  questionId: id(),
  chosen: z.enum(['none', '1', '2', '3', '4', '5', '6'], { error: 'form.required' }).optional(),
  answer: optionalText(lengths.report_questions.answer),
});
export type AnswerInput = z.output<typeof answerForm>;

const day = z.iso.date();
const clock = z.iso.time({ precision: -1 });

/** The times that were filled in, as instants (Oslo). Empty rows are ignored; the first mistake of each row is returned. */
export function readTimes(
  input: Partial<Record<TimeField, string | null | undefined>>,
  now: Date,
): { times: { startsAt: Date; endsAt: Date }[]; errors: Record<string, MessageKey> } {
  const times: { startsAt: Date; endsAt: Date }[] = [];
  const errors: Record<string, MessageKey> = {};
  for (const n of timeRows) {
    const [on, from, to] = [input[`day${n}`], input[`from${n}`], input[`to${n}`]];
    if (!on && !from && !to) continue;
    if (!day.safeParse(on).success) errors[`day${n}`] = 'reports.ask.day_missing';
    else if (!clock.safeParse(from).success) errors[`from${n}`] = 'reports.ask.clock_missing';
    else if (!clock.safeParse(to).success) errors[`to${n}`] = 'reports.ask.clock_missing';
    else {
      const startsAt = osloInstant(on!, from!);
      const endsAt = osloInstant(on!, to!);
      if (startsAt <= now) errors[`day${n}`] = 'reports.ask.past';
      else if (endsAt <= startsAt) errors[`to${n}`] = 'reports.ask.order';
      else times.push({ startsAt, endsAt });
    }
  }
  return { times, errors };
}

/** The question that waits for an answer: there is at most one. */
export const openQuestion = (questions: Question[]): Question | null =>
  questions.find(({ answeredAt, isWithdrawn }) => !answeredAt && !isWithdrawn) ?? null;

export const chosenTime = ({ times, chosen }: Question): ProposedTime | null =>
  times.find(({ position }) => position === chosen) ?? null;

/** The next visit that was agreed and is not over. */
export function agreedVisit(questions: Question[], now: Date): ProposedTime | null {
  const visits = questions.map(chosenTime).filter((time) => time !== null);
  const coming = visits.filter(({ endsAt }) => endsAt > now);
  return coming.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())[0] ?? null;
}

/** What can still be chosen. */
export const comingTimes = ({ times }: Question, now: Date): ProposedTime[] =>
  times.filter(({ startsAt }) => startsAt > now);
