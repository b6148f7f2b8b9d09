import { z } from 'astro/zod';
import type { Translate } from '~/i18n/index.ts';
import { Constants, type Enums } from '~/lib/database.types.ts';

/** Reasons that are given often: one tap. */
export const reasonTemplates = Constants.public.Enums.usual_reason;

/** The field of a form for one of them. */
export const templateField = () => z.enum(reasonTemplates, { error: 'form.invalid' }).nullish();

/** What a form asks: one of the usual reasons, own words, or both. */
interface Why {
  template?: (typeof reasonTemplates)[number] | null | undefined;
  reason: string | null;
}

/** A usual reason is stored by its name, on a first line of its own; what follows was written by the consultant. */
const mark = 'template:';

/** A reason as it is stored: which usual one was chosen, own words, or both. */
export const storedReason = ({ template, reason }: Why): string =>
  [template && mark + template, reason].filter(Boolean).join('\n');

/** A usual reason in the reader's language. */
export const usualReasonText = (reason: Enums<'usual_reason'>, t: Translate) =>
  t(`moderation.template.${reason}.text`);

/** A stored reason in the reader's language; own words, and whatever names no usual reason, as they were written. */
export function reasonText(stored: string, t: Translate): string {
  const [line = '', ...words] = stored.split('\n');
  const template = reasonTemplates.find((one) => mark + one === line);
  return template ? [usualReasonText(template, t), ...words].join('\n') : stored;
}
