import { defineAction } from 'astro:actions';
import { findPoll } from '~/domains/polls/polls.server.ts';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { countMarks, countPaper } from './count.server.ts';
import { countForm } from './count.ts';
import { markPaper, unmarkPaper } from './paper.server.ts';
import { markForm } from './paper.ts';

export const paperActions = {
  markPaper: defineAction({
    accept: 'form',
    input: markForm,
    handler: async ({ pollId, mark, unmark, sok }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome =
        (mark
          ? await markPaper(db, pollId, mark)
          : await unmarkPaper(db, pollId, unmark ?? pollId)) ?? 'not_allowed';
      if (outcome !== 'marked' && outcome !== 'unmarked')
        throw new FormError(`polls.paper.${outcome}`);
      const search = sok ? `?${new URLSearchParams({ sok })}` : '';
      return { redirectTo: url.pathname + search, flash: `polls.paper.${outcome}` };
    },
  }),
  countPaper: defineAction({
    accept: 'form',
    input: countForm,
    handler: async (input, { locals, url }): Promise<FormDone> => {
      const { db, block, now } = locals;
      const marks = await countMarks(db, input.pollId);
      const poll = block && (await findPoll(db, block.id, input.pollId, now));
      const outcome = (poll && (await countPaper(db, poll, input, marks))) || 'not_allowed';
      if (outcome !== 'counted') throw new FormError(`polls.count.${outcome}`);
      const back = url.pathname.replace(/\/telling$/, '');
      return { redirectTo: back, flash: 'polls.count.counted' };
    },
  }),
};
