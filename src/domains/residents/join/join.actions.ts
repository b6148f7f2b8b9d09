import { ActionError, defineAction } from 'astro:actions';
import { carry, dropCarried } from '~/lib/cookies.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { openAccount } from '~/domains/residents/sign-in/sign-in.server.ts';
import { askForm, codeForm, joinAsMemberForm, joinCookie, joinForm } from './join.ts';
import { askToJoin, joinBlock, mayTryEmail, peekJoinCode } from './join.server.ts';
import type { AstroCookies } from 'astro';

/** The building a code opens, or a message under the code field. */
async function knownCode(address: string, code: string) {
  const known = await peekJoinCode(address, code);
  if (known === 'too_many_attempts')
    throw new FieldError('code', 'residents.join.too_many_attempts');
  if (!known) throw new FieldError('code', 'residents.join.wrong_code');
  return known;
}

async function join(
  { db, locale }: Pick<App.Locals, 'db' | 'locale'>,
  cookies: AstroCookies,
  { code, name, slug }: { code: string; name: string; slug: string | null },
): Promise<FormDone> {
  const outcome = await joinBlock(db, code, name, locale);
  if (outcome !== 'joined' && outcome !== 'already_member')
    throw new FieldError('code', `residents.join.${outcome ?? 'wrong_code'}`);
  dropCarried(cookies, joinCookie.name);
  return { redirectTo: slug ? `/${slug}` : '/mitt', flash: `residents.join.${outcome}` };
}

export const joinActions = {
  /** First the code alone: the page then says which building it opens. */
  enterCode: defineAction({
    accept: 'form',
    input: codeForm,
    handler: async ({ code }, context): Promise<FormDone> => {
      await knownCode(context.clientAddress, code);
      carry(context, code, joinCookie);
      return { redirectTo: '/bli-med' };
    },
  }),
  join: defineAction({
    accept: 'form',
    input: joinForm,
    handler: async (form, { locals, cookies, clientAddress }): Promise<FormDone> => {
      const { code, displayName: name } = form;
      const { block_slug: slug } = await knownCode(clientAddress, code);
      if (!(await mayTryEmail(code))) throw new FormError('residents.sign_in.too_many_attempts');
      const outcome = await openAccount(locals.db, clientAddress, form.email, form.password);
      if (outcome === 'wrong') throw new FieldError('email', 'residents.join.account_exists');
      if (outcome !== 'signed_in') throw new FormError(`residents.sign_in.${outcome}`);
      return join(locals, cookies, { code, name, slug });
    },
  }),
  joinAsMember: defineAction({
    accept: 'form',
    input: joinAsMemberForm,
    handler: async ({ code }, { locals, cookies, clientAddress }): Promise<FormDone> => {
      const { block_slug: slug } = await knownCode(clientAddress, code);
      const name = locals.person?.displayName || locals.t('residents.unnamed');
      return join(locals, cookies, { code, name, slug });
    },
  }),
  ask: defineAction({
    accept: 'form',
    input: askForm,
    handler: async (form, { locals }): Promise<FormDone> => {
      if (!locals.person) throw new ActionError({ code: 'UNAUTHORIZED' });
      const outcome = await askToJoin(locals.db, form, locals.locale);
      if (outcome === 'too_many_attempts') throw new FormError('residents.ask.too_many_attempts');
      return {
        redirectTo: '/bli-med/uten-kode',
        flash: `residents.ask.${outcome ?? 'asked'}`,
      };
    },
  }),
};
