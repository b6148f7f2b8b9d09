import { z } from 'astro/zod';
import { storable } from '~/lib/forms.ts';
import { numbers } from '~/lib/numbers.ts';

/** The address of an account without e-mail at the auth service; in SQL it is private.mailless_address. */
const withoutMail = '@bruker.invalid';

/** Phones add a space after an address they complete. */
export const email = z
  .string({ error: 'form.required' })
  .trim()
  .max(120, 'form.too_long')
  .pipe(z.email({ error: 'residents.email_invalid' }));

/** As Supabase Auth demands; the most are bytes, which is what bcrypt reads. */
export const password = z
  .string({ error: 'form.required' })
  .min(numbers.password_least, 'residents.password_short')
  .max(numbers.password_most, 'residents.password_long')
  .regex(storable, 'form.invalid')
  .refine(
    (typed) => new TextEncoder().encode(typed).length <= numbers.password_most,
    'residents.password_long',
  );

/** The user name of somebody without e-mail; SQL has the same rule. */
export const userName = z
  .string({ error: 'form.required' })
  .trim()
  .toLowerCase()
  .max(numbers.user_name_most, 'form.too_long')
  .min(numbers.user_name_least, 'residents.user_name.invalid')
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'residents.user_name.invalid');

/** A code as printed; how it may be typed is decided in SQL (spaces, dashes, case, O/0, I/1). */
export const printedCode = z
  .string({ error: 'form.required' })
  .trim()
  .min(1, 'form.required')
  .max(40, 'residents.code.wrong')
  .regex(storable, 'residents.code.wrong');

const til = z.string().max(300).nullish();

export const signInForm = z.object({
  email: z
    .string({ error: 'form.required' })
    .trim()
    .max(120, 'form.too_long')
    .regex(storable, 'form.invalid'),
  password: z
    .string({ error: 'form.required' })
    .max(200, 'form.too_long')
    .regex(storable, 'form.invalid'),
  til,
});
export const mailCodeForm = z.object({ email, til });
export const mailedCodeForm = z.object({
  email,
  code: z
    .string({ error: 'form.required' })
    .overwrite((typed) => typed.replace(/\s/g, ''))
    .regex(/^\d{6}$/, 'residents.mail_code.wrong'),
  til,
});
export const slipForm = z.object({ code: printedCode, til });
/** With the old one, where it is asked for. */
export const newPasswordForm = z.object({ password, old: z.string().max(200).nullish() });

/** The address the auth service knows an account by: an e-mail, or a user name made to look like one. */
export const addressOf = (account: string) =>
  account.includes('@') ? account : `${account.trim().toLowerCase()}${withoutMail}`;

/** Whether mail can reach it: an account without e-mail has none. */
export const hasMail = (address: string) => !address.endsWith('.invalid');

/** What the person calls it: the e-mail or the user name. */
export const accountName = (address: string) =>
  address.endsWith(withoutMail) ? address.slice(0, -withoutMail.length) : address;

/**
 * A path of our own to go to after signing in; anything that could lead elsewhere is null, and so is what cannot stand
 * in a header: only visible ASCII without backslash.
 */
export const safePath = (path: string | null | undefined) =>
  path && /^\/(?!\/)[!-[\]-~]*$/.test(path) ? path : null;

/** A link to another way in that leads on to the same place. */
export const withTil = (path: string, til: string | null) =>
  til ? `${path}?til=${encodeURIComponent(til)}` : path;
