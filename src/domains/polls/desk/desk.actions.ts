import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { findPoll } from '~/domains/polls/polls.server.ts';
import { extendForm, pollIdForm, seenForm, stopForm } from './changes.ts';
import { fieldOf, isSame, setupForm } from './setup.ts';
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

/** Whether the vote has changed since the page was shown; false for a vote that does not exist. */
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
      const now = input.seen && block && (await findPoll(db, block.id, input.id, locals.now));
      const isBefore = now && (now.state === 'draft' || now.state === 'planned');
      if (isBefore && versionOf(now) !== input.seen && !isSame(now, input))
        throw new FormError('polls.setup.changed');
      if (!block) throw new FormError('polls.setup.not_draft');
      const saved = await savePoll(db, block.id, input);
      if ('part' in saved)
        throw new FieldError(fieldOf(saved, input), `polls.setup.${saved.outcome}`);
      if (saved.outcome !== 'saved') throw new FormError(`polls.setup.${saved.outcome}`);
      return { redirectTo: `${desk(block.slug)}/${input.id}`, flash: 'polls.setup.saved' };
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
    handler: async ({ id, reason, planned }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await stopPoll(db, id, reason)) ?? 'not_allowed';
      if (outcome === 'reason_missing') throw new FieldError('reason', 'form.required');
      if (outcome !== 'stopped') throw new FormError(`polls.stop.${outcome}`);
      const flash = planned ? 'polls.stop.stopped.planned' : 'polls.stop.stopped';
      return { redirectTo: url.pathname, flash };
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
};
