import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { followUpActions } from './follow-up/follow-ups.actions.ts';
import { pollForm, pollIdForm } from './poll-form.ts';
import { openPoll, removeDraft, savePoll } from './polls.server.ts';
import { voteActions } from './vote/vote.actions.ts';

const desk = (slug: string | undefined) => `/${slug}/drift/avstemninger`;

export const polls = {
  ...followUpActions,
  ...voteActions,
  save: defineAction({
    accept: 'form',
    input: pollForm,
    handler: async (input, { locals: { db, block } }): Promise<FormDone> => {
      const outcome = block && (await savePoll(db, block.id, input));
      if (outcome !== 'saved') throw new FormError('polls.save.not_draft');
      return { redirectTo: `${desk(block?.slug)}/${input.id}`, flash: 'polls.save.saved' };
    },
  }),
  open: defineAction({
    accept: 'form',
    input: pollIdForm,
    handler: async ({ id }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await openPoll(db, id)) ?? 'not_allowed';
      if (outcome !== 'opened') throw new FormError(`polls.open.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.open.opened' };
    },
  }),
  removeDraft: defineAction({
    accept: 'form',
    input: pollIdForm,
    handler: async ({ id }, { locals: { db, block } }): Promise<FormDone> => {
      if (!(await removeDraft(db, id))) throw new FormError('polls.save.not_draft');
      return { redirectTo: desk(block?.slug), flash: 'polls.draft_removed' };
    },
  }),
};
