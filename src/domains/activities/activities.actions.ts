import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import {
  cancelActivity,
  changeActivity,
  createActivity,
  deleteDraft,
  publishActivity,
} from './activities.server.ts';
import { activityForm, activityIdForm, cancelForm } from './write/activity-form.ts';
import { calendarActions } from './calendar/calendar.actions.ts';
import { hostingActions } from './host/hosting.actions.ts';
import { seriesActions } from './repeat/series.actions.ts';
import { signupActions } from './sign-up/signups.actions.ts';
import { doorActions } from './door/door.actions.ts';
import { messageActions } from './messages/messages.actions.ts';
import { translationActions } from './translate/translations.actions.ts';

const desk = (slug: string | undefined, id?: string) =>
  `/${slug}/drift/aktiviteter${id ? `/${id}` : ''}`;

export const activities = {
  ...seriesActions,
  ...signupActions,
  ...hostingActions,
  ...calendarActions,
  ...doorActions,
  ...messageActions,
  ...translationActions,
  create: defineAction({
    accept: 'form',
    input: activityForm,
    handler: async (input, { locals: { db, block } }): Promise<FormDone> => {
      if (!block || !(await createActivity(db, block.id, input)))
        throw new FormError('form.not_sent');
      const outcome = input.publish ? await publishActivity(db, input.id) : null;
      return {
        redirectTo: desk(block.slug, input.id),
        flash: outcome ? `activities.publish.${outcome}` : 'activities.draft_saved',
      };
    },
  }),
  change: defineAction({
    accept: 'form',
    input: activityForm,
    handler: async (input, { locals: { db, block } }): Promise<FormDone> => {
      const outcome = await changeActivity(db, input);
      if (outcome !== 'saved') throw new FormError('activities.changed_meanwhile');
      return { redirectTo: desk(block?.slug, input.id), flash: 'activities.saved' };
    },
  }),
  /** Prints the form again with one more row for a date; what was typed is kept and nothing is saved. */
  addDate: defineAction({
    accept: 'form',
    handler: (): never => {
      throw new FormError('activities.form.date_added');
    },
  }),
  publish: defineAction({
    accept: 'form',
    input: activityIdForm,
    handler: async ({ id }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await publishActivity(db, id)) ?? 'not_found';
      if (outcome !== 'published' && outcome !== 'already_published')
        throw new FormError(`activities.publish.${outcome}`);
      // Back to its own page or the home of the desk.
      return { redirectTo: url.pathname, flash: `activities.publish.${outcome}` };
    },
  }),
  cancel: defineAction({
    accept: 'form',
    input: cancelForm,
    handler: async ({ id, reason }, { locals: { db, block } }): Promise<FormDone> => {
      const outcome = (await cancelActivity(db, id, reason)) ?? 'not_found';
      if (outcome !== 'cancelled' && outcome !== 'already_cancelled')
        throw new FormError(`activities.cancel.${outcome}`);
      return { redirectTo: desk(block?.slug, id), flash: `activities.cancel.${outcome}` };
    },
  }),
  deleteDraft: defineAction({
    accept: 'form',
    input: activityIdForm,
    handler: async ({ id }, { locals: { db, block } }): Promise<FormDone> => {
      if (!(await deleteDraft(db, id))) throw new FormError('activities.changed_meanwhile');
      return { redirectTo: desk(block?.slug), flash: 'activities.draft_deleted' };
    },
  }),
};
