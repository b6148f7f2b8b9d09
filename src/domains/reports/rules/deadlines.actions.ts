import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { saveDeadlines } from './deadlines.server.ts';
import { deadlineForm } from './deadlines.ts';

export const deadlineActions = {
  saveDeadlines: defineAction({
    accept: 'form',
    input: deadlineForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      if (!(await saveDeadlines(db, input))) throw new FormError('form.not_sent');
      return { redirectTo: url.pathname, flash: 'reports.deadlines.saved' };
    },
  }),
};
