import type { z } from 'astro/zod';
import { say, type Translate } from '~/i18n/index.ts';
import type { FormState } from '~/lib/forms.ts';

/** The error under one field, as text. In a repeated row the error belongs to the `id`, not to the name. */
export function errorOf(
  form: FormState | null | undefined,
  name: string,
  t: Translate,
  id = name,
): string | undefined {
  const key = form?.errors[id] ?? form?.errors[name];
  return key && say(t, key);
}

/** Ties a control to its hint and its error for screen readers. */
export const described = (id: string, hint: string | undefined, error: string | undefined) => ({
  'aria-describedby':
    [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? ('true' as const) : undefined,
});

type Value = string | number | null | undefined;

/** What the fields of one form share: for a name its label, its value before anything is typed, the schema and what was sent. */
export const fieldsOf =
  <Name extends string>(
    shared: { schema: z.ZodObject; form: FormState | null | undefined },
    labels: Record<Name, string>,
    values: Partial<Record<NoInfer<Name>, Value>> | null | undefined,
  ) =>
  (name: Name) => ({ ...shared, name, label: labels[name], value: values?.[name] });
