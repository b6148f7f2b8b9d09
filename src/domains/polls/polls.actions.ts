import { defineAction } from 'astro:actions';
import { deskActions } from '~/domains/polls/desk/desk.actions.ts';
import { paperActions } from '~/domains/polls/desk/paper.actions.ts';
import { questionActions } from '~/domains/polls/questions/questions.actions.ts';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { voteForm } from './poll-form.ts';
import { castVote } from './polls.server.ts';

export const polls = {
  ...deskActions,
  ...paperActions,
  ...questionActions,
  vote: defineAction({
    accept: 'form',
    input: voteForm,
    handler: async ({ pollId, choices, receipt }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await castVote(db, pollId, choices, receipt)) ?? 'not_entitled';
      if (outcome !== 'voted') throw new FormError(`polls.vote.${outcome}`);
      return { redirectTo: url.pathname };
    },
  }),
};
