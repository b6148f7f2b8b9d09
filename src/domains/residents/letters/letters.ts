import { z } from 'astro/zod';
import { id, optionalText } from '~/lib/forms.ts';
import { languages, bridgeLanguage } from '~/i18n/languages.ts';
import { lengths, numbers, ranges } from '~/lib/numbers.ts';

/** A letter to a flat: what is printed, and shown just now. */
export interface Letter {
  flat: string;
  code: string;
  /** How many can join with it. */
  uses: number;
  expiresAt: Date;
}

export const [, mostUses] = ranges.join_codes.max_uses;
export const lettersForm = z.object({
  id: id(),
  /** A stair or a flat; empty is the whole building. */
  placeId: z
    .union([z.literal(''), id()])
    .nullish()
    .transform((place) => place || null),
  onlyEmpty: z
    .literal('yes')
    .nullish()
    .transform((chosen) => chosen === 'yes'),
  uses: z.coerce
    .number({ error: 'form.invalid' })
    .int('form.invalid')
    .min(1, 'form.invalid')
    .max(mostUses, 'form.invalid'),
});

/** What a letter says in one more language. */
export interface LocalText {
  language: string;
  body: string;
}
/** As many as there is room for on a sheet. */
export const mostTexts = numbers.letter_texts;
/** In one of them. */
export const mostLines = numbers.letter_lines;
/** The bridge language is on every letter. */
export const letterLanguages = languages.filter((language) => language !== bridgeLanguage);
export const letterTextForm = z.object({
  language: z.enum(letterLanguages, { error: 'form.required' }),
  body: optionalText(lengths.letter_texts.body),
});

/** The lines of an address on an envelope: what stands after the last comma is the town. */
export function addressLines(address: string): string[] {
  const lines = address
    .split(',')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.length ? lines : [address];
}

/** The code alone behind the sign that browsers never send: no server, log or referrer ever has it. */
export const letterLink = (address: URL, code: string) => {
  const link = new URL(address);
  link.hash = code.replaceAll('-', '');
  return link.href;
};
