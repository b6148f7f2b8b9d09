import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { saveResponsibility } from './responsibilities.server.ts';
import { responsibilityForm } from './responsibilities.ts';

export const responsibilityActions = {
  saveResponsibility: defineAction({
    accept: 'form',
    input: responsibilityForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      if (!(await saveResponsibility(db, input))) throw new FormError('form.not_sent');
      return { redirectTo: url.pathname, flash: 'responsibilities.saved' };
    },
  }),
};
