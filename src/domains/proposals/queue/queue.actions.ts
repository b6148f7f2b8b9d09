import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { storedReason } from '~/domains/moderation/reason.ts';
import { writeAbout } from '~/domains/proposals/proposals.server.ts';
import { decisionForm, mergeForm, messageForm } from './queue.ts';
import { decideProposal, mergeProposal } from './queue.server.ts';

export const queueActions = {
  decide: defineAction({
    accept: 'form',
    input: decisionForm,
    handler: async ({ template, ...sent }, { locals: { db }, url }): Promise<FormDone> => {
      const answer = sent.approve ? sent.answer : storedReason({ template, reason: sent.answer });
      const outcome = (await decideProposal(db, { ...sent, answer })) ?? 'not_allowed';
      if (outcome === 'reason_missing')
        throw new FieldError('answer', 'proposals.decide.reason_missing');
      if (outcome === 'already_decided' || outcome === 'not_allowed')
        throw new FormError(`proposals.decide.${outcome}`);
      return { redirectTo: url.pathname, flash: `proposals.decide.${outcome}` };
    },
  }),
  /** The consultant asks, or the author answers: the database decides which. */
  writeAbout: defineAction({
    accept: 'form',
    input: messageForm,
    handler: async ({ id, messageId, body }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await writeAbout(db, messageId, id, body)) ?? 'not_allowed';
      if (outcome !== 'sent') throw new FormError(`proposals.ask.${outcome}`);
      return { redirectTo: url.pathname, flash: 'proposals.ask.sent' };
    },
  }),
  merge: defineAction({
    accept: 'form',
    input: mergeForm,
    handler: async ({ id, into }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await mergeProposal(db, id, into)) ?? 'not_allowed';
      if (outcome !== 'merged') throw new FormError(`proposals.merge.${outcome}`);
      return { redirectTo: url.pathname, flash: 'proposals.merge.merged' };
    },
  }),
};
