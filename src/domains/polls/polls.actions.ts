import { deskActions } from '~/domains/polls/desk/desk.actions.ts';
import { followUpActions } from '~/domains/polls/follow-up/follow-ups.actions.ts';
import { paperActions } from '~/domains/polls/desk/paper.actions.ts';
import { questionActions } from '~/domains/polls/questions/questions.actions.ts';
import { voteActions } from '~/domains/polls/vote/vote.actions.ts';

export const polls = {
  ...deskActions,
  ...followUpActions,
  ...paperActions,
  ...questionActions,
  ...voteActions,
};
