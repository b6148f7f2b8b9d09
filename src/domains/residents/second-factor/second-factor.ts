import { z } from 'astro/zod';
import { id } from '~/lib/forms.ts';
import { safePath, withTil } from '~/domains/residents/sign-in/sign-in.ts';

/** Six digits however they are typed or pasted: "123 456". */
const code = z
  .string({ error: 'form.required' })
  .overwrite((typed) => typed.replace(/\s/g, ''))
  .regex(/^\d{6}$/, 'residents.factor.wrong');

export const factorCodeForm = z.object({ code, til: z.string().max(300).nullish() });

/** The key travels along only so that the page can be shown again after a wrong code; the auth service has its own. */
export const newFactorForm = z.object({
  factorId: id(),
  key: z.string().regex(/^[A-Z2-7]{16,128}$/, 'form.invalid'),
  code,
});

export interface NewFactor {
  factorId: string;
  key: string;
}

/** What an authenticator app reads from the QR code. */
export const appAddress = (account: string, key: string) =>
  `otpauth://totp/${encodeURIComponent(`Bomiljø:${account}`)}?secret=${key}&issuer=${encodeURIComponent('Bomiljø')}`;

/** The key in groups of four, to be typed by hand. */
export const printedKey = (key: string) => key.replace(/.{4}(?=.)/g, '$& ');

/** Where a code is asked for, and where it leads on to. */
export const factorPage = (til: string | null | undefined) =>
  withTil('/logg-inn/tofaktor', safePath(til));
