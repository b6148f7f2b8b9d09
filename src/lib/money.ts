import { z } from 'astro/zod';

const most = 100_000_000;

/** Whole kroner as people write them ("25 000 kr"): null when empty, undefined when it is no such number. */
export function kroner(typed: string | null | undefined): number | null | undefined {
  const digits = typed?.replace(/\s|kr\.?|,-/gi, '');
  if (!digits) return null;
  return /^\d{1,9}$/.test(digits) && Number(digits) <= most ? Number(digits) : undefined;
}

/** An amount in a field of its own; empty is null. */
export const amount = () =>
  z
    .string()
    .nullish()
    .refine((typed) => kroner(typed) !== undefined, { error: 'form.amount_invalid' })
    .transform((typed) => kroner(typed) ?? null);
