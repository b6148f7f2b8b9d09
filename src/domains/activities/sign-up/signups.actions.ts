import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { activityIdForm } from '~/domains/activities/write/activity-form.ts';
import { partyForm } from '~/domains/activities/write/signup-form.ts';
import { acceptOffer, cancelSignup, signUp } from './signups.server.ts';

const page = (slug: string | undefined, id: string) => `/${slug}/aktiviteter/${id}`;
const accepted = ['signed_up', 'waitlisted', 'already_signed_up'] as const;

/** What a resident does with the own sign-up. */
export const signupActions = {
  signUp: defineAction({
    accept: 'form',
    input: partyForm,
    handler: async ({ id, partySize }, { locals: { db, block, person } }): Promise<FormDone> => {
      if (!person) throw new FormError('activities.signup.not_member');
      const outcome = (await signUp(db, id, partySize ?? 1)) ?? 'not_found';
      const done = accepted.find((one) => one === outcome);
      if (outcome === 'party_too_big')
        throw new FieldError('partySize', `activities.signup.${outcome}`);
      if (!done) throw new FormError(`activities.signup.${outcome}`);
      return { redirectTo: page(block?.slug, id), flash: `activities.signup.${done}` };
    },
  }),
  cancelSignup: defineAction({
    accept: 'form',
    input: activityIdForm,
    handler: async ({ id }, { locals: { db, block, person } }): Promise<FormDone> => {
      const outcome = person ? await cancelSignup(db, id) : 'not_signed_up';
      if (outcome === 'past' || outcome === 'too_late')
        throw new FormError(`activities.signoff.${outcome}`);
      return {
        redirectTo: page(block?.slug, id),
        flash: `activities.signoff.${outcome === 'cancelled' ? 'cancelled' : 'not_signed_up'}`,
      };
    },
  }),
  acceptOffer: defineAction({
    accept: 'form',
    input: activityIdForm,
    handler: async ({ id }, { locals: { db, block, person } }): Promise<FormDone> => {
      const outcome = (person && (await acceptOffer(db, id))) || 'not_offered';
      if (outcome !== 'accepted') throw new FormError(`activities.offer.${outcome}`);
      return { redirectTo: page(block?.slug, id), flash: 'activities.offer.accepted' };
    },
  }),
  declineOffer: defineAction({
    accept: 'form',
    input: activityIdForm,
    handler: async ({ id }, { locals: { db, block, person } }): Promise<FormDone> => {
      const outcome = person ? await cancelSignup(db, id) : 'not_signed_up';
      if (outcome !== 'cancelled') throw new FormError('activities.offer.not_offered');
      return { redirectTo: page(block?.slug, id), flash: 'activities.offer.declined' };
    },
  }),
};
