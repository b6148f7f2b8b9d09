import { z } from 'astro/zod';

/** Whole kroner as people write them ("25 000 kr"); empty is null. At most a hundred million. */
export const kroner = () =>
  z
    .string()
    .max(40, 'form.too_long')
    .nullish()
    .transform((typed) => typed?.replace(/\s|kr\.?|,-/gi, '') || null)
    .refine((digits) => digits === null || /^\d{1,9}$/.test(digits), 'form.invalid')
    .transform((digits) => (digits === null ? null : Number(digits)))
    .refine((amount) => amount === null || amount <= 100_000_000, 'form.invalid');
