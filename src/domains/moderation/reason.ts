import { z } from 'astro/zod';
import type { Translate } from '~/i18n/index.ts';

/** Reasons that are given often: one tap. */
export const reasonTemplates = ['person', 'rude', 'private', 'off_topic', 'misleading'] as const;

/** The field of a form for one of them. */
export const templateField = () => z.enum(reasonTemplates, { error: 'form.invalid' }).nullish();

/** What a form asks: one of the usual reasons, words of one's own, or both. */
interface Why {
  template?: (typeof reasonTemplates)[number] | null | undefined;
  reason: string | null;
}

/** A usual reason is stored by its name, on a first line of its own; what follows was written by the consultant. */
const mark = 'template:';

/** A reason as it is stored: which usual one was chosen, own words, or both. */
export const storedReason = ({ template, reason }: Why): string =>
  [template && mark + template, reason].filter(Boolean).join('\n');

/** A stored reason in the reader's language; own words, and whatever names no usual reason, as they were written. */
export function reasonText(stored: string, t: Translate): string {
  const [line = '', ...words] = stored.split('\n');
  const template = reasonTemplates.find((one) => mark + one === line);
  return template ? [t(`moderation.template.${template}.text`), ...words].join('\n') : stored;
}
