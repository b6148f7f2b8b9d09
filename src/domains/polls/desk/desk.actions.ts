import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { findPoll } from '~/domains/polls/polls.server.ts';
import { extendForm, pollIdForm, seenForm, stopForm } from './changes.ts';
import { countForm } from './count.ts';
import { countPaper } from './count.server.ts';
import { markForm } from './paper.ts';
import { markPaper, unmarkPaper } from './paper.server.ts';
import { setupForm } from './setup.ts';
import {
  extendPoll,
  openPoll,
  planPoll,
  removeDraft,
  savePoll,
  stopPoll,
  versionOf,
} from './setup.server.ts';

const desk = (slug: string | undefined) => `/${slug}/drift/avstemninger`;

/** Whether the vote is another one now than it was on the page; a vote that is not there is not. */
async function isChanged({ db, block, now }: App.Locals, id: string, seen: string) {
  const poll = block && (await findPoll(db, block.id, id, now));
  return Boolean(poll && versionOf(poll) !== seen);
}

export const deskActions = {
  save: defineAction({
    accept: 'form',
    input: setupForm,
    handler: async (input, { locals }): Promise<FormDone> => {
      const { db, block } = locals;
      if (input.seen && (await isChanged(locals, input.id, input.seen)))
        throw new FormError('polls.setup.changed');
      const outcome = (block && (await savePoll(db, block.id, input))) || 'not_draft';
      if (outcome !== 'saved') throw new FormError(`polls.setup.${outcome}`);
      return { redirectTo: `${desk(block?.slug)}/${input.id}`, flash: 'polls.setup.saved' };
    },
  }),
  plan: defineAction({
    accept: 'form',
    input: seenForm,
    handler: async ({ id, seen }, { locals, url }): Promise<FormDone> => {
      if (await isChanged(locals, id, seen)) throw new FormError('polls.setup.changed_unseen');
      const outcome = (await planPoll(locals.db, id)) ?? 'not_allowed';
      if (outcome !== 'planned') throw new FormError(`polls.plan.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.plan.planned' };
    },
  }),
  open: defineAction({
    accept: 'form',
    input: seenForm,
    handler: async ({ id, seen }, { locals, url }): Promise<FormDone> => {
      if (await isChanged(locals, id, seen)) throw new FormError('polls.setup.changed_unseen');
      const outcome = (await openPoll(locals.db, id)) ?? 'not_allowed';
      if (outcome !== 'opened') throw new FormError(`polls.open.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.open.opened' };
    },
  }),
  extend: defineAction({
    accept: 'form',
    input: extendForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await extendPoll(db, input)) ?? 'not_allowed';
      if (outcome === 'reason_missing') throw new FieldError('reason', 'form.required');
      if (outcome === 'too_early' || outcome === 'too_late')
        throw new FieldError('closesOn', `polls.extend.${outcome}`);
      if (outcome !== 'extended') throw new FormError(`polls.extend.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.extend.extended' };
    },
  }),
  stop: defineAction({
    accept: 'form',
    input: stopForm,
    handler: async ({ id, reason }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await stopPoll(db, id, reason)) ?? 'not_allowed';
      if (outcome === 'reason_missing') throw new FieldError('reason', 'form.required');
      if (outcome !== 'stopped') throw new FormError(`polls.stop.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.stop.stopped' };
    },
  }),
  removeDraft: defineAction({
    accept: 'form',
    input: pollIdForm,
    handler: async ({ id }, { locals: { db, block } }): Promise<FormDone> => {
      if (!(await removeDraft(db, id))) throw new FormError('polls.draft.not_draft');
      return { redirectTo: desk(block?.slug), flash: 'polls.draft.removed' };
    },
  }),
  markPaper: defineAction({
    accept: 'form',
    input: markForm,
    handler: async (
      { pollId, mark, unmark, sok },
      { locals: { db }, url },
    ): Promise<FormDone> => {
      const outcome = mark
        ? await markPaper(db, pollId, mark)
        : await unmarkPaper(db, pollId, unmark ?? pollId);
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
      const poll = block && (await findPoll(db, block.id, input.pollId, now));
      const outcome = (poll && (await countPaper(db, poll, input))) || 'not_allowed';
      if (outcome !== 'counted') throw new FormError(`polls.count.${outcome}`);
      const back = url.pathname.replace(/\/telling$/, '');
      return { redirectTo: back, flash: 'polls.count.counted' };
    },
  }),
};
