import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { commentForm, commentIdForm } from './comments.ts';
import { commentProposal, takeBackComment } from './comments.server.ts';

export const commentActions = {
  comment: defineAction({
    accept: 'form',
    input: commentForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await commentProposal(db, input)) ?? 'not_allowed';
      if (outcome !== 'commented') throw new FormError(`proposals.comment.${outcome}`);
      return { redirectTo: url.pathname, flash: 'proposals.comment.commented' };
    },
  }),
  takeBackComment: defineAction({
    accept: 'form',
    input: commentIdForm,
    handler: async ({ id }, { locals: { db }, url }): Promise<FormDone> => {
      if (!(await takeBackComment(db, id))) throw new FormError('proposals.comment.gone');
      return { redirectTo: url.pathname, flash: 'proposals.comment.taken_back' };
    },
  }),
};
