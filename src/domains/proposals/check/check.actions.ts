import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { checkForm } from './check.ts';
import { checkProposal } from './check.server.ts';

export const checkActions = {
  check: defineAction({
    accept: 'form',
    input: checkForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await checkProposal(db, input)) ?? 'not_allowed';
      if (outcome === 'reason_missing')
        throw new FieldError('reason', 'proposals.check.reason_missing');
      if (outcome !== 'checked') throw new FormError(`proposals.check.${outcome}`);
      return { redirectTo: url.pathname, flash: 'proposals.check.checked' };
    },
  }),
};
