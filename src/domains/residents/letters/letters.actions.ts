import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { lettersForm, letterTextForm, mostLines } from './letters.ts';
import { makeLetters, saveLetterText } from './letters.server.ts';

export const lettersActions = {
  /** Returns the sheets themselves, once. */
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
      if (body && body.split('\n').length > mostLines)
        throw new FieldError('body', 'residents.letters.texts.too_many_lines');
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
