import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { addMilestone, changeMilestone, updateFollowUp } from './follow-ups.server.ts';
import { addPhoto, removePhoto } from './photos.server.ts';
import {
  followUpForm,
  milestoneActForm,
  milestoneForm,
  photoForm,
  photoIdForm,
} from './follow-ups.ts';

/** The field that a refusal belongs to. */
const fieldOf = {
  body_missing: 'body',
  next_missing: 'nextOn',
  next_passed: 'nextOn',
  next_too_far: 'nextOn',
  delay_missing: 'delayedBecause',
  wrong_status: 'status',
} as const;
const hasField = (outcome: string): outcome is keyof typeof fieldOf => outcome in fieldOf;

export const followUpActions = {
  updateFollowUp: defineAction({
    accept: 'form',
    input: followUpForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await updateFollowUp(db, input);
      if (hasField(outcome)) throw new FieldError(fieldOf[outcome], `polls.follow.${outcome}`);
      if (outcome !== 'updated' && outcome !== 'reopened')
        throw new FormError(`polls.follow.${outcome}`);
      return { redirectTo: url.pathname, flash: `polls.follow.${outcome}` };
    },
  }),

  addMilestone: defineAction({
    accept: 'form',
    input: milestoneForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await addMilestone(db, input);
      if (outcome !== 'added') throw new FormError(`polls.milestone.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.milestone.added' };
    },
  }),

  addFollowUpPhoto: defineAction({
    accept: 'form',
    input: photoForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      const { problem, outcome } = await addPhoto(db, input);
      if (problem) throw new FieldError('file', `form.photo.${problem}`);
      if (outcome !== 'added') throw new FormError(`polls.photo.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.photo.added' };
    },
  }),

  removeFollowUpPhoto: defineAction({
    accept: 'form',
    input: photoIdForm,
    handler: async ({ id }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await removePhoto(db, id);
      if (outcome !== 'removed') throw new FormError(`polls.photo.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.photo.removed' };
    },
  }),

  changeMilestone: defineAction({
    accept: 'form',
    input: milestoneActForm,
    handler: async ({ id, act }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await changeMilestone(db, id, act);
      if (outcome !== act) throw new FormError(`polls.milestone.${outcome}`);
      return { redirectTo: url.pathname, flash: `polls.milestone.${act}` };
    },
  }),
};
