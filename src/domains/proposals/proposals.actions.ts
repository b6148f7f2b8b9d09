import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { checkActions } from './check/check.actions.ts';
import { commentActions } from './comments/comments.actions.ts';
import { queueActions } from './queue/queue.actions.ts';
import { proposalIdForm } from './proposals.ts';
import { supportProposal, withdrawProposal, withdrawSupport } from './proposals.server.ts';
import { writeActions } from './write/write.actions.ts';

const home = (slug: string | undefined) => `/${slug}/forslag`;

export const proposals = {
  ...writeActions,
  ...queueActions,
  ...checkActions,
  ...commentActions,
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
    handler: async ({ id }, { locals: { db, block } }): Promise<FormDone> => {
      if ((await supportProposal(db, id)) !== 'supported')
        throw new FormError('proposals.support.not_open');
      return { redirectTo: `${home(block?.slug)}/${id}`, flash: 'proposals.support.supported' };
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
};
