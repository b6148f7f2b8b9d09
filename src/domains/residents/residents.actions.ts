import { ActionError, defineAction } from 'astro:actions';
import { showOnce } from '~/lib/cookies.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import {
  accountForm,
  flatCodeForm,
  codeForm,
  consultantCodeForm,
  homeOf,
  idForm,
  joinAsMemberForm,
  joinForm,
  safePath,
  signInForm,
} from './residents.ts';
import {
  changeAccount,
  endMembership,
  joinBlock,
  loadPerson,
  makeJoinCode,
  openAccount,
  peekJoinCode,
  revokeJoinCode,
  signIn,
  signOut,
} from './residents.server.ts';
import type { Db } from '~/lib/supabase.ts';

/** The building a code opens, or a message under the code field. */
async function knownCode(address: string, code: string) {
  const known = await peekJoinCode(address, code);
  if (known === 'too_many_attempts')
    throw new FieldError('code', 'residents.join.too_many_attempts');
  if (!known) throw new FieldError('code', 'residents.join.wrong_code');
  return known;
}

async function join(
  db: Db,
  code: string,
  name: string,
  locale: string,
  slug: string,
): Promise<FormDone> {
  const outcome = await joinBlock(db, code, name, locale);
  if (outcome === 'joined' || outcome === 'already_member') {
    return { redirectTo: `/${slug}`, flash: `residents.join.${outcome}` };
  }
  throw new FieldError('code', `residents.join.${outcome ?? 'wrong_code'}`);
}

export const residents = {
  signIn: defineAction({
    accept: 'form',
    input: signInForm,
    handler: async ({ email, password, til }, { locals, clientAddress }): Promise<FormDone> => {
      const outcome = await signIn(locals.db, clientAddress, email, password);
      if (outcome !== 'signed_in') throw new FormError(`residents.sign_in.${outcome}`);
      return { redirectTo: safePath(til) ?? homeOf(await loadPerson(locals.db)) };
    },
  }),
  signOut: defineAction({
    accept: 'form',
    handler: async (_form, { locals }): Promise<FormDone> => {
      await signOut(locals.db);
      return { redirectTo: '/', flash: 'residents.signed_out' };
    },
  }),
  /** First the code alone: the next page then says which building it opens. */
  enterCode: defineAction({
    accept: 'form',
    input: codeForm,
    handler: async ({ code }, { clientAddress }): Promise<FormDone> => {
      await knownCode(clientAddress, code);
      return { redirectTo: `/bli-med/${encodeURIComponent(code.replace(/[^0-9A-Za-z]/g, ''))}` };
    },
  }),
  join: defineAction({
    accept: 'form',
    input: joinForm,
    handler: async (form, { locals, clientAddress }): Promise<FormDone> => {
      const { block_slug } = await knownCode(clientAddress, form.code);
      const outcome = await openAccount(locals.db, clientAddress, form.email, form.password);
      if (outcome === 'wrong') throw new FieldError('email', 'residents.join.account_exists');
      if (outcome !== 'signed_in') throw new FormError(`residents.sign_in.${outcome}`);
      return join(locals.db, form.code, form.displayName, locals.locale, block_slug);
    },
  }),
  joinAsMember: defineAction({
    accept: 'form',
    input: joinAsMemberForm,
    handler: async ({ code }, { locals, clientAddress }): Promise<FormDone> => {
      const { block_slug } = await knownCode(clientAddress, code);
      const name = locals.person?.displayName || locals.t('residents.unnamed');
      return join(locals.db, code, name, locals.locale, block_slug);
    },
  }),
  changeAccount: defineAction({
    accept: 'form',
    input: accountForm,
    handler: async ({ displayName }, { locals }): Promise<FormDone> => {
      if (!locals.person) throw new ActionError({ code: 'UNAUTHORIZED' });
      await changeAccount(locals.db, locals.person.id, displayName, locals.locale);
      return { redirectTo: '/konto', flash: 'residents.account.saved' };
    },
  }),
  makeCode: defineAction({
    accept: 'form',
    input: flatCodeForm,
    handler: async ({ flatId, uses }, context): Promise<FormDone> => {
      const { locals } = context;
      const code = locals.block && (await makeJoinCode(locals.db, locals.block.id, flatId, uses));
      if (!code) throw new FormError('form.not_sent');
      showOnce(context, code);
      return { redirectTo: `/${locals.block?.slug}/drift/beboere/kode` };
    },
  }),
  makeConsultantCode: defineAction({
    accept: 'form',
    input: consultantCodeForm,
    handler: async ({ blockId }, context): Promise<FormDone> => {
      const code = await makeJoinCode(context.locals.db, blockId, null, 1);
      if (!code) throw new FormError('form.not_sent');
      showOnce(context, code);
      return { redirectTo: '/admin/kode' };
    },
  }),
  revokeCode: defineAction({
    accept: 'form',
    input: idForm,
    handler: async (form, { locals }): Promise<FormDone> => {
      if (!(await revokeJoinCode(locals.db, form.id))) throw new FormError('form.not_sent');
      return {
        redirectTo: `/${locals.block?.slug}/drift/beboere`,
        flash: 'residents.codes.revoked',
      };
    },
  }),
  endMembership: defineAction({
    accept: 'form',
    input: idForm,
    handler: async (form, { locals, url }): Promise<FormDone> => {
      if (!(await endMembership(locals.db, form.id))) throw new FormError('form.not_sent');
      // Back to the page the form stood on: my account, the flats of a building, or the admin's list.
      return {
        redirectTo: locals.block ? `/${locals.block.slug}/drift/beboere` : url.pathname,
        flash: 'residents.membership_ended',
      };
    },
  }),
};
