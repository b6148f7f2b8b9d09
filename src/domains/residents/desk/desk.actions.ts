import { defineAction } from 'astro:actions';
import { showOnce } from '~/lib/cookies.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import {
  accountForm,
  decideForm,
  declineRequestForm,
  deskPasswordForm,
  flatForm,
  lockOutForm,
  membershipForm,
  roleCodeForm,
  slipRequestForm,
} from './desk.ts';
import {
  changeTenant,
  decideRequest,
  endMembership,
  liftLockOut,
  lockOut,
  makeAccount,
  makeRoleCode,
  makeSlip,
  revokeJoinCode,
  setDeskPassword,
} from './desk.server.ts';

const listOf = ({ block }: Pick<App.Locals, 'block'>) => `/${block?.slug}/drift/beboere`;
const gone = () => new FormError('form.not_sent');

export const deskActions = {
  approveRequest: defineAction({
    accept: 'form',
    input: decideForm,
    handler: async ({ id, flatId }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await decideRequest(db, id, flatId);
      if (outcome !== 'approved' && outcome !== 'declined')
        throw new FormError(`residents.requests.${outcome}`);
      // Back to the list or the home of the desk.
      return { redirectTo: url.pathname, flash: `residents.requests.${outcome}` };
    },
  }),
  declineRequest: defineAction({
    accept: 'form',
    input: declineRequestForm,
    handler: async ({ id, reason }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await decideRequest(db, id, null, reason);
      if (outcome !== 'approved' && outcome !== 'declined')
        throw new FormError(`residents.requests.${outcome}`);
      return { redirectTo: url.pathname, flash: `residents.requests.${outcome}` };
    },
  }),
  changeTenant: defineAction({
    accept: 'form',
    input: flatForm,
    handler: async ({ flatId }, { locals }): Promise<FormDone> => {
      const outcome = await changeTenant(locals.db, flatId);
      if (outcome === 'not_found') throw gone();
      return {
        redirectTo: `${listOf(locals)}/leilighet/${flatId}`,
        flash: `residents.tenant.${outcome}`,
      };
    },
  }),
  endMembership: defineAction({
    accept: 'form',
    input: membershipForm,
    handler: async ({ id }, { locals, url }): Promise<FormDone> => {
      if (!(await endMembership(locals.db, id))) throw gone();
      // Back to the page the form stood on: my account, a flat, or the admin's list.
      return { redirectTo: url.pathname, flash: 'residents.membership_ended' };
    },
  }),
  lockOut: defineAction({
    accept: 'form',
    input: lockOutForm,
    handler: async ({ id, reason }, { locals, url }): Promise<FormDone> => {
      if (!(await lockOut(locals.db, id, reason))) throw gone();
      return { redirectTo: url.pathname, flash: 'residents.locked_out.done' };
    },
  }),
  liftLockOut: defineAction({
    accept: 'form',
    input: membershipForm,
    handler: async ({ id }, { locals }): Promise<FormDone> => {
      if (!(await liftLockOut(locals.db, id))) throw gone();
      return { redirectTo: listOf(locals), flash: 'residents.locked_out.lifted' };
    },
  }),
  makeRoleCode: defineAction({
    accept: 'form',
    input: roleCodeForm,
    handler: async ({ role, blockId }, context): Promise<FormDone> => {
      const { locals } = context;
      const at = locals.block?.id ?? blockId ?? null;
      const code = await makeRoleCode(locals.db, role, at);
      if (!code) throw gone();
      showOnce(context, code);
      return { redirectTo: locals.block ? `${listOf(locals)}/kode` : '/admin/kode' };
    },
  }),
  revokeCode: defineAction({
    accept: 'form',
    input: membershipForm,
    handler: async ({ id }, { locals, url }): Promise<FormDone> => {
      if (!(await revokeJoinCode(locals.db, id))) throw gone();
      return { redirectTo: url.pathname, flash: 'residents.codes.revoked' };
    },
  }),
  makeAccount: defineAction({
    accept: 'form',
    input: accountForm,
    handler: async (form, { locals }): Promise<FormDone> => {
      const outcome = await makeAccount(locals.db, form);
      if (outcome === 'name_taken' || outcome === 'name_invalid')
        throw new FieldError('userName', `residents.account_made.${outcome}`);
      if (outcome === 'password_invalid')
        throw new FieldError('password', 'residents.password_short');
      if (outcome !== 'made') throw gone();
      return {
        redirectTo: `${listOf(locals)}/leilighet/${form.flatId}`,
        flash: 'residents.account_made.made',
      };
    },
  }),
  setPassword: defineAction({
    accept: 'form',
    input: deskPasswordForm,
    handler: async ({ id, password }, { locals, url }): Promise<FormDone> => {
      const outcome = await setDeskPassword(locals.db, id, password);
      if (outcome === 'password_invalid')
        throw new FieldError('password', 'residents.password_short');
      if (outcome !== 'changed') throw gone();
      return { redirectTo: url.pathname, flash: 'residents.password.changed_at_desk' };
    },
  }),
  /** Returns the slip itself, once. */
  makeSlip: defineAction({
    accept: 'form',
    input: slipRequestForm,
    handler: async ({ slipId, membershipId }, { locals }) => ({
      slip: await makeSlip(locals.db, slipId, membershipId),
    }),
  }),
};
