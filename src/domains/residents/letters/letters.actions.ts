import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { lettersForm, letterTextForm } from './letters.ts';
import { makeLetters, saveLetterText } from './letters.server.ts';

export const lettersActions = {
  /** Answers the sheets themselves, once. */
  printLetters: defineAction({
    accept: 'form',
    input: lettersForm,
    handler: async (form, { locals }) => ({
      letters: locals.block ? await makeLetters(locals.db, locals.block.id, form) : [],
    }),
  }),

  saveLetterText: defineAction({
    accept: 'form',
    input: letterTextForm,
    handler: async ({ language, body }, { locals: { db, block }, url }): Promise<FormDone> => {
      const outcome = block ? await saveLetterText(db, block.id, language, body) : 'not_allowed';
      if (outcome === 'not_allowed') throw new FormError('form.not_sent');
      if (outcome === 'too_many') throw new FormError('residents.letters.texts.too_many');
      return {
        redirectTo: `${url.pathname}#sprak`,
        flash: `residents.letters.texts.${outcome}`,
      };
    },
  }),
};
