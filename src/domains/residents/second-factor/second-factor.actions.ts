import { ActionError, defineAction } from 'astro:actions';
import { z } from 'astro/zod';
import { FieldError, FormError, id, type FormDone } from '~/lib/forms.ts';
import type { SignInOutcome } from '~/domains/residents/sign-in/sign-in.server.ts';
import { safePath } from '~/domains/residents/sign-in/sign-in.ts';
import { homeOf } from '~/domains/residents/residents.ts';
import { loadPerson } from '~/domains/residents/residents.server.ts';
import { factorCodeForm, newFactorForm } from './second-factor.ts';
import {
  removeFactorOf,
  removeFactors,
  requireFactor,
  showFactor,
  startFactor,
} from './second-factor.server.ts';

/** Only staff: nobody else has a gate. */
function staff({ person }: Pick<App.Locals, 'person'>) {
  if (!person?.staffGate) throw new ActionError({ code: 'UNAUTHORIZED' });
  return person;
}

function orRefuse(outcome: SignInOutcome) {
  if (outcome === 'wrong') throw new FieldError('code', 'residents.factor.wrong');
  if (outcome !== 'signed_in') throw new FormError(`residents.sign_in.${outcome}`);
}

const security = '/konto/sikkerhet';

export const secondFactorActions = {
  signInByFactor: defineAction({
    accept: 'form',
    input: factorCodeForm,
    handler: async ({ code, til }, { locals }): Promise<FormDone> => {
      orRefuse(await showFactor(locals.db, staff(locals).id, code));
      return { redirectTo: safePath(til) ?? homeOf(await loadPerson(locals.db)) };
    },
  }),
  /** Returns the key itself, once. */
  startFactor: defineAction({
    accept: 'form',
    handler: async (_form, { locals }) => {
      staff(locals);
      const factor = await startFactor(locals.db);
      if (!factor) throw new FormError('residents.factor.not_here');
      return { factor };
    },
  }),
  confirmFactor: defineAction({
    accept: 'form',
    input: newFactorForm,
    handler: async ({ factorId, code }, { locals }): Promise<FormDone> => {
      const { id, staffGate } = staff(locals);
      orRefuse(await showFactor(locals.db, id, code, factorId));
      // Whoever had to set it up was on the way to work.
      const home = staffGate === 'setup' ? homeOf(await loadPerson(locals.db)) : security;
      return { redirectTo: home, flash: 'residents.factor.confirmed' };
    },
  }),
  removeFactor: defineAction({
    accept: 'form',
    input: factorCodeForm,
    handler: async ({ code }, { locals }): Promise<FormDone> => {
      orRefuse(await showFactor(locals.db, staff(locals).id, code));
      await removeFactors(locals.db);
      return { redirectTo: security, flash: 'residents.factor.removed' };
    },
  }),
  requireFactor: defineAction({
    accept: 'form',
    input: z.object({ isRequired: z.enum(['yes', 'no']) }),
    handler: async ({ isRequired }, { locals }): Promise<FormDone> => {
      const outcome = await requireFactor(locals.db, isRequired === 'yes');
      if (outcome === 'own_first') throw new FormError('admin.factor.own_first');
      if (outcome === 'not_found') throw new FormError('form.not_sent');
      return { redirectTo: '/admin', flash: `admin.factor.saved.${isRequired}` };
    },
  }),
  removeFactorOf: defineAction({
    accept: 'form',
    input: z.object({ id: id() }),
    handler: async ({ id }, { locals }): Promise<FormDone> => {
      if (!(await removeFactorOf(locals.db, id))) throw new FormError('form.not_sent');
      return { redirectTo: '/admin', flash: 'admin.factor.removed' };
    },
  }),
};
