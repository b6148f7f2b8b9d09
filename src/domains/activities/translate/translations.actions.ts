import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { removeTranslationForm, translationForm } from './translations.ts';
import { removeTranslation, saveTranslation } from './translations.server.ts';

export const translationActions = {
  saveTranslation: defineAction({
    accept: 'form',
    input: translationForm,
    handler: async (input, { url, locals: { db, block } }): Promise<FormDone> => {
      if (!block || !(await saveTranslation(db, block.id, input)))
        throw new FormError('activities.language.not_saved');
      return { redirectTo: url.pathname, flash: 'activities.language.saved' };
    },
  }),
  removeTranslation: defineAction({
    accept: 'form',
    input: removeTranslationForm,
    handler: async ({ id, language }, { url, locals: { db } }): Promise<FormDone> => {
      if (!(await removeTranslation(db, id, language)))
        throw new FormError('activities.language.not_saved');
      return { redirectTo: url.pathname, flash: 'activities.language.removed' };
    },
  }),
};
