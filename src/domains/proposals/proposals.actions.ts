import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { decisionForm, proposalForm, proposalIdForm } from './proposals.ts';
import {
  decideProposal,
  propose,
  supportProposal,
  withdrawProposal,
  withdrawSupport,
} from './proposals.server.ts';

const home = (slug: string | undefined) => `/${slug}/forslag`;

export const proposals = {
  propose: defineAction({
    accept: 'form',
    input: proposalForm,
    handler: async (input, { locals: { db, block } }): Promise<FormDone> => {
      const outcome = block && (await propose(db, block.id, input));
      if (outcome !== 'proposed')
        throw new FormError(`proposals.propose.${outcome ?? 'not_allowed'}`);
      return {
        redirectTo: `${home(block?.slug)}/${input.id}`,
        flash: 'proposals.propose.proposed',
      };
    },
  }),
  withdraw: defineAction({
    accept: 'form',
    input: proposalIdForm,
    handler: async ({ id }, { locals: { db, block } }): Promise<FormDone> => {
      if (!(await withdrawProposal(db, id))) throw new FormError('proposals.withdraw.refused');
      return { redirectTo: home(block?.slug), flash: 'proposals.withdraw.done' };
    },
  }),
  support: defineAction({
    accept: 'form',
    input: proposalIdForm,
    handler: async ({ id }, { locals: { db }, url }): Promise<FormDone> => {
      if ((await supportProposal(db, id)) !== 'supported')
        throw new FormError('proposals.support.not_open');
      return { redirectTo: url.pathname, flash: 'proposals.support.supported' };
    },
  }),
  withdrawSupport: defineAction({
    accept: 'form',
    input: proposalIdForm,
    handler: async ({ id }, { locals: { db }, url }): Promise<FormDone> => {
      if ((await withdrawSupport(db, id)) !== 'not_supported')
        throw new FormError('proposals.support.not_open');
      return { redirectTo: url.pathname, flash: 'proposals.support.not_supported' };
    },
  }),
  decide: defineAction({
    accept: 'form',
    input: decisionForm,
    handler: async ({ id, approve, answer }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await decideProposal(db, id, approve, answer)) ?? 'not_allowed';
      if (outcome === 'reason_missing')
        throw new FieldError('answer', 'proposals.decide.reason_missing');
      if (outcome === 'already_decided' || outcome === 'not_allowed')
        throw new FormError(`proposals.decide.${outcome}`);
      return { redirectTo: url.pathname, flash: `proposals.decide.${outcome}` };
    },
  }),
};
