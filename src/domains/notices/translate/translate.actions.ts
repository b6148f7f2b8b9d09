import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { removeTranslationForm, translationForm } from './translate.ts';
import { removeTranslation, saveTranslation } from './translate.server.ts';

export const translateActions = {
  saveTranslation: defineAction({
    accept: 'form',
    input: translationForm,
    handler: async (input, { url, locals: { db, block } }): Promise<FormDone> => {
      if (!block || !(await saveTranslation(db, block.id, input)))
        throw new FormError('form.not_sent');
      return {
        redirectTo: `${url.pathname}?sprak=${input.language}`,
        flash: 'notices.translate.saved',
      };
    },
  }),
  removeTranslation: defineAction({
    accept: 'form',
    input: removeTranslationForm,
    handler: async ({ id, language }, { url, locals: { db } }): Promise<FormDone> => {
      if (!(await removeTranslation(db, id, language))) throw new FormError('form.not_sent');
      return { redirectTo: url.pathname, flash: 'notices.translate.removed' };
    },
  }),
};
