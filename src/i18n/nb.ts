import type { Message } from './index.ts';

/** Bokmål: the source of all keys. Short sentences, "du" and "vi". Keys are `domain.place.thing`, sorted by domain. */
export const nb = {
  // frame: what every page has
  'frame.site': 'Bomiljø',

  // form: words that all forms share
  'form.required': 'Må fylles ut.',
  'form.too_long': 'Teksten er for lang.',
  'form.invalid': 'Dette ser ikke riktig ut.',
  'form.not_sent': 'Noe gikk galt. Prøv igjen.',
  'form.too_large': 'Det du sendte er for stort. Bilder kan være opptil 10 MB hver.',

  // blocks

  // activities

  // reports

  // proposals

  // polls

  // notices

  // moderation

  // residents

  // admin
} as const satisfies Record<string, Message>;
