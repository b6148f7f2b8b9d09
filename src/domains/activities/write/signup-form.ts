import { z } from 'astro/zod';
import type { MessageKey } from '~/i18n/index.ts';
import { id } from '~/lib/forms.ts';
import { numbers, ranges } from '~/lib/numbers.ts';
import { osloInstant } from '~/lib/time.ts';
import { groups } from '~/domains/activities/audience.ts';

export const [, maxPlaces] = ranges.activities.capacity;
export const [, largestParty] = ranges.activities.max_party;
/** What the form suggests, and the table's default. */
export const usualParty = numbers.usual_party;

const places = 'activities.form.error.capacity';
const party = 'activities.form.error.max_party';
const day = () => z.iso.date({ error: 'form.invalid' }).nullish();
const clock = () => z.iso.time({ error: 'form.invalid' }).nullish();

/** The part of the activity form about who may come, how many, and when they sign up. */
export const signupFields = {
  forWhom: z.array(z.enum(groups, { error: 'form.invalid' })).default([]),
  capacity: z.number({ error: places }).int(places).min(1, places).max(maxPlaces, places).nullish(),
  maxParty: z.number({ error: party }).int(party).min(1, party).max(largestParty, party).nullish(),
  opensDay: day(),
  opensClock: clock(),
  closesDay: day(),
  closesClock: clock(),
  signoffDay: day(),
  signoffClock: clock(),
};

/** The three moments of a sign-up, and what is meant when only the day is said. */
export const deadlines = { opens: '00:00', closes: '23:59', signoff: '23:59' } as const;
export type Deadline = keyof typeof deadlines;
const names = Object.keys(deadlines) as Deadline[];

export type SignupInput = z.output<z.ZodObject<typeof signupFields>>;

/** The moment that day and clock of the form mean; null when no day is said. */
export function momentOf(form: SignupInput, name: Deadline): Date | null {
  const chosen = form[`${name}Day`];
  return chosen ? osloInstant(chosen, form[`${name}Clock`]?.slice(0, 5) ?? deadlines[name]) : null;
}

/** The message under each field that does not go with the others. */
export function signupErrors(form: SignupInput): Record<string, MessageKey> {
  const errors: Record<string, MessageKey> = {};
  for (const name of names)
    if (form[`${name}Clock`] && !form[`${name}Day`])
      errors[`${name}Day`] = 'activities.form.error.day_missing';
  if (!form.capacity && names.some((name) => form[`${name}Day`]))
    errors['capacity'] = 'activities.form.error.closes_nothing';
  const [opens, closes] = [momentOf(form, 'opens'), momentOf(form, 'closes')];
  if (opens && closes && closes <= opens)
    errors['closesDay'] = 'activities.form.error.closes_before_opens';
  return errors;
}

/** A resident's sign-up; the database knows how many this activity takes at a time. */
const howMany = 'activities.signup.party.error';
export const partyForm = z.object({
  id: id(),
  partySize: z
    .number({ error: howMany })
    .int(howMany)
    .min(1, howMany)
    .max(largestParty, 'activities.signup.party_too_big')
    .nullish(),
});
