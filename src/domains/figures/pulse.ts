import { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { osloDay } from '~/lib/time.ts';
import type { MonthFigures } from './figures.ts';

export type PulseState = Enums<'pulse_state'>;
export type PulseOutcome = Enums<'pulse_outcome'>;
export const pulseAnswers = ['good', 'ok', 'bad'] as const satisfies Enums<'pulse_answer'>[];
export type PulseAnswer = (typeof pulseAnswers)[number];

/** `from` is where the question stood: the building's home, or the page of its own. */
export const pulseForm = z.object({
  answer: z.enum(pulseAnswers, { error: 'form.required' }),
  from: z.enum(['home', 'page']),
});

/** Not now: the home page does not ask again this month on this phone. Stored only in the browser. */
export const laterCookie = { name: 'puls', maxAge: 31 * 86_400 }; // seconds
export const thisMonth = (now: Date) => osloDay(now).slice(0, 7);

/** The parts of a month's answers that may be told: one answer, or two neighbouring ones together. */
export const pulseParts = [
  { metric: 'pulse_good', faces: ['good'] },
  { metric: 'pulse_good_or_ok', faces: ['good', 'ok'] },
  { metric: 'pulse_ok', faces: ['ok'] },
  { metric: 'pulse_ok_or_bad', faces: ['ok', 'bad'] },
  { metric: 'pulse_bad', faces: ['bad'] },
] as const satisfies { metric: keyof MonthFigures['figures']; faces: PulseAnswer[] }[];
