import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { storedReason } from '~/domains/moderation/reason.ts';
import {
  activityForm,
  activityIdForm,
  declineForm,
} from '~/domains/activities/write/activity-form.ts';
import {
  declineActivity,
  endHosting,
  proposeActivity,
  stopHosting,
  takeBackProposal,
} from './hosting.server.ts';

/** What hosts (residents and partners) do, and the consultant's answer to them. Accepting is `publish`. */
export const hostingActions = {
  propose: defineAction({
    accept: 'form',
    input: activityForm,
    handler: async (input, { locals: { db, block, person } }): Promise<FormDone> => {
      const outcome = block && person ? await proposeActivity(db, block.id, input) : 'not_member';
      if (outcome !== 'proposed' && outcome !== 'already_proposed')
        throw new FormError(`activities.propose.${outcome}`);
      return { redirectTo: '/mitt', flash: `activities.propose.${outcome}` };
    },
  }),
  decline: defineAction({
    accept: 'form',
    input: declineForm,
    handler: async ({ id, ...why }, { locals: { db, block }, url }): Promise<FormDone> => {
      const reason = storedReason(why);
      if (!reason) throw new FieldError('reason', 'form.required');
      const outcome = (await declineActivity(db, id, reason)) ?? 'not_found';
      if (outcome !== 'declined') throw new FormError(`activities.decline.${outcome}`);
      const desk = `/${block?.slug}/drift`;
      return {
        redirectTo: url.pathname === desk ? desk : `${desk}/aktiviteter`,
        flash: 'activities.decline.declined',
      };
    },
  }),
  endHosting: defineAction({
    accept: 'form',
    input: activityIdForm,
    handler: async ({ id }, { locals: { db, block } }): Promise<FormDone> => {
      if (!(await endHosting(db, id))) throw new FormError('activities.changed_meanwhile');
      return {
        redirectTo: `/${block?.slug}/drift/aktiviteter/${id}`,
        flash: 'activities.hosting.ended',
      };
    },
  }),
  stopHosting: defineAction({
    accept: 'form',
    input: activityIdForm,
    handler: async ({ id }, { locals: { db } }): Promise<FormDone> => {
      if (!(await stopHosting(db, id))) throw new FormError('activities.changed_meanwhile');
      return { redirectTo: '/mitt', flash: 'activities.hosting.stopped' };
    },
  }),
  takeBack: defineAction({
    accept: 'form',
    input: activityIdForm,
    handler: async ({ id }, { locals: { db } }): Promise<FormDone> => {
      if (!(await takeBackProposal(db, id))) throw new FormError('activities.changed_meanwhile');
      return { redirectTo: '/mitt', flash: 'activities.hosting.taken_back' };
    },
  }),
};
