import type { Translate } from '~/i18n/index.ts';
import { nameOf } from '~/i18n/languages.ts';

/** What a host writes in an activity beside title and text: columns. */
export const partNames = [
  'audience',
  'whereabouts',
  'host',
  'what_to_expect',
  'food',
  'languages',
] as const;
export type PartName = (typeof partNames)[number];

/** Other words of an activity: what they are called, and the words. */
export interface Part {
  /** A column, or `translation:` and the code of a language. */
  name: string;
  words: string;
}

/** A part as it is kept after an edit: its name on a line of its own. */
export function readPart(stored: string): Part {
  const [name = '', ...words] = stored.split('\n');
  return { name, words: words.join('\n') };
}

const labels = {
  audience: 'activities.form.audience',
  whereabouts: 'activities.form.whereabouts',
  host: 'activities.form.host',
  what_to_expect: 'activities.expect',
  food: 'activities.form.food',
  languages: 'activities.form.languages',
} as const;
const isColumn = (name: string): name is PartName => name in labels;

/** What a part is called for its reader. */
export function partLabel(name: string, t: Translate): string {
  if (isColumn(name)) return t(labels[name]);
  return nameOf(name.replace('translation:', ''));
}
