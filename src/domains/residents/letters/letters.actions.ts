import { defineAction } from 'astro:actions';
import { lettersForm } from './letters.ts';
import { makeLetters } from './letters.server.ts';

export const lettersActions = {
  /** Answers the sheets themselves, once. */
  printLetters: defineAction({
    accept: 'form',
    input: lettersForm,
    handler: async (form, { locals }) => ({
      letters: locals.block ? await makeLetters(locals.db, locals.block.id, form) : [],
    }),
  }),
};
