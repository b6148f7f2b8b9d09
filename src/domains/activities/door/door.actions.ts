import { defineAction } from 'astro:actions';
import type { MessageKey } from '~/i18n/index.ts';
import type { Enums } from '~/lib/database.types.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import {
  countHeadsForm,
  endSignupForm,
  setHeadsForm,
  signUpForForm,
  tickForm,
  walkInForm,
} from './door.ts';
import { countHeads, endSignup, setHeads, signUpFor, tick, walkIn } from './door.server.ts';

type SignupOutcome = Enums<'signup_outcome'>;

/** Outcomes for somebody else's sign-up; the last three occur only for a resident's own. */
const behalfTexts = {
  signed_up: 'activities.behalf.signed_up',
  waitlisted: 'activities.behalf.waitlisted',
  already_signed_up: 'activities.behalf.already_signed_up',
  cancelled: 'activities.behalf.cancelled',
  past: 'activities.behalf.past',
  no_signup_needed: 'activities.behalf.no_signup_needed',
  party_too_big: 'activities.behalf.party_too_big',
  not_found: 'activities.behalf.not_found',
  not_open_yet: 'activities.behalf.not_found',
  closed: 'activities.behalf.not_found',
  not_member: 'activities.behalf.not_found',
} as const satisfies Record<SignupOutcome, MessageKey>;

/** The text of a success; a refusal is thrown. */
function accepted(outcome: SignupOutcome): MessageKey {
  if (outcome === 'party_too_big') throw new FieldError('partySize', behalfTexts[outcome]);
  if (!['signed_up', 'waitlisted', 'already_signed_up'].includes(outcome))
    throw new FormError(behalfTexts[outcome]);
  return behalfTexts[outcome];
}

const endTexts = {
  cancelled: 'activities.end.cancelled',
  not_signed_up: 'activities.end.not_signed_up',
  past: 'activities.end.past',
  not_found: 'activities.end.not_found',
  too_late: 'activities.end.not_found',
} as const satisfies Record<Enums<'signup_cancel_outcome'>, MessageKey>;

/** Back to the page at the door, at the row that was tapped: a long list must not jump to its top. */
const backTo = (url: URL, row?: string) => ({
  redirectTo: `${url.pathname}${row ? `#s-${row}` : ''}`,
});

/** What those who run an activity do with its list, at the desk and at the door. */
export const doorActions = {
  signUpFor: defineAction({
    accept: 'form',
    input: signUpForForm,
    handler: async (input, { url, locals: { db } }): Promise<FormDone> => {
      const flash = accepted((await signUpFor(db, input)) ?? 'not_found');
      return { ...backTo(url), flash };
    },
  }),
  endSignup: defineAction({
    accept: 'form',
    input: endSignupForm,
    handler: async ({ signupId }, { url, locals: { db } }): Promise<FormDone> => {
      const outcome = (await endSignup(db, signupId)) ?? 'not_found';
      const flash = endTexts[outcome];
      if (outcome !== 'cancelled' && outcome !== 'not_signed_up') throw new FormError(flash);
      return { ...backTo(url), flash };
    },
  }),
  tick: defineAction({
    accept: 'form',
    input: tickForm,
    handler: async ({ sessionId, signupId, count }, { url, locals: { db } }): Promise<FormDone> => {
      if ((await tick(db, sessionId, signupId, count)) === null)
        throw new FormError('activities.door.not_found');
      return backTo(url, signupId);
    },
  }),
  walkIn: defineAction({
    accept: 'form',
    input: walkInForm,
    handler: async ({ sessionId, ...input }, { url, locals: { db } }): Promise<FormDone> => {
      const flash = accepted((await walkIn(db, sessionId, input)) ?? 'not_found');
      return { ...backTo(url), flash };
    },
  }),
  countHeads: defineAction({
    accept: 'form',
    input: countHeadsForm,
    handler: async ({ sessionId, change }, { url, locals: { db } }): Promise<FormDone> => {
      if ((await countHeads(db, sessionId, change)) === null)
        throw new FormError('activities.door.not_found');
      return backTo(url);
    },
  }),
  setHeads: defineAction({
    accept: 'form',
    input: setHeadsForm,
    handler: async ({ sessionId, heads }, { url, locals: { db } }): Promise<FormDone> => {
      if ((await setHeads(db, sessionId, heads)) === null)
        throw new FormError('activities.door.not_found');
      return { ...backTo(url), flash: 'activities.heads.saved' };
    },
  }),
};
