import { ActionError, defineAction } from 'astro:actions';
import { carry, dropCarried } from '~/lib/cookies.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { homeOf } from '~/domains/residents/residents.ts';
import { loadPerson } from '~/domains/residents/residents.server.ts';
import { factorPage } from '~/domains/residents/second-factor/second-factor.ts';
import {
  changePassword,
  mailCode,
  signIn,
  signInByMail,
  signInBySlip,
  signOut,
} from './sign-in.server.ts';
import {
  mailCodeForm,
  mailedCodeForm,
  newPasswordForm,
  safePath,
  signInForm,
  slipForm,
  withTil,
} from './sign-in.ts';
import type { Db } from '~/lib/supabase.ts';

/** Half an hour: as long as somebody looks for the mail. */
const mailCookie = { name: 'mail', maxAge: 1800 };

async function inside(db: Db, til: string | null | undefined): Promise<FormDone> {
  const person = await loadPerson(db);
  if (person?.staffGate === 'code') return { redirectTo: factorPage(til) };
  return { redirectTo: safePath(til) ?? homeOf(person) };
}

export const signInActions = {
  signIn: defineAction({
    accept: 'form',
    input: signInForm,
    handler: async ({ email, password, til }, { locals, clientAddress }): Promise<FormDone> => {
      const outcome = await signIn(locals.db, clientAddress, email, password);
      if (outcome !== 'signed_in') throw new FormError(`residents.sign_in.${outcome}`);
      return inside(locals.db, til);
    },
  }),
  /** The next page asks for the code; the address travels in a cookie, not in the URL. */
  mailCode: defineAction({
    accept: 'form',
    input: mailCodeForm,
    handler: async ({ email, til }, context): Promise<FormDone> => {
      if (!(await mailCode(context.locals.db, context.clientAddress, email)))
        throw new FormError('residents.sign_in.too_many_attempts');
      carry(context, email, mailCookie);
      return { redirectTo: withTil('/logg-inn/kode', safePath(til)) };
    },
  }),
  forgetMail: defineAction({
    accept: 'form',
    handler: (_form, { cookies }): FormDone => {
      dropCarried(cookies, mailCookie.name);
      return { redirectTo: '/logg-inn/kode' };
    },
  }),
  signInByMail: defineAction({
    accept: 'form',
    input: mailedCodeForm,
    handler: async ({ email, code, til }, { locals, cookies, clientAddress }) => {
      const outcome = await signInByMail(locals.db, clientAddress, email, code);
      if (outcome === 'wrong') throw new FieldError('code', 'residents.mail_code.wrong');
      if (outcome !== 'signed_in') throw new FormError(`residents.sign_in.${outcome}`);
      dropCarried(cookies, mailCookie.name);
      return inside(locals.db, til);
    },
  }),
  signInBySlip: defineAction({
    accept: 'form',
    input: slipForm,
    handler: async ({ code, til }, { locals, clientAddress }): Promise<FormDone> => {
      const outcome = await signInBySlip(locals.db, clientAddress, code);
      if (outcome === 'wrong') throw new FieldError('code', 'residents.slip.wrong');
      if (outcome !== 'signed_in') throw new FormError(`residents.sign_in.${outcome}`);
      return inside(locals.db, til);
    },
  }),
  changePassword: defineAction({
    accept: 'form',
    input: newPasswordForm,
    handler: async ({ password, old }, { locals }): Promise<FormDone> => {
      if (!locals.person) throw new ActionError({ code: 'UNAUTHORIZED' });
      const outcome = await changePassword(locals.db, password, old);
      if (outcome === 'refused') throw new FieldError('password', 'residents.password.refused');
      if (outcome !== 'changed') throw new FieldError('old', `residents.password.old.${outcome}`);
      return { redirectTo: '/konto', flash: 'residents.password.changed' };
    },
  }),
  signOut: defineAction({
    accept: 'form',
    handler: async (_form, { locals }): Promise<FormDone> => {
      await signOut(locals.db);
      return { redirectTo: '/', flash: 'residents.signed_out' };
    },
  }),
};
