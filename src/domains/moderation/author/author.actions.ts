import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { appealForm } from './author.ts';
import { appeal } from './author.server.ts';

export const authorActions = {
  appeal: defineAction({
    accept: 'form',
    input: appealForm,
    handler: async ({ id, kind, appeal: body }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await appeal(db, kind, id, body);
      if (outcome !== 'appealed') throw new FormError(`moderation.appeal.${outcome}`);
      return { redirectTo: url.pathname, flash: 'moderation.appeal.appealed' };
    },
  }),
};
