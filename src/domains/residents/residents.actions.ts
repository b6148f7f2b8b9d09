import { ActionError, defineAction } from 'astro:actions';
import type { FormDone } from '~/lib/forms.ts';
import { deskActions } from './desk/desk.actions.ts';
import { joinActions } from './join/join.actions.ts';
import { lettersActions } from './letters/letters.actions.ts';
import { ownDataActions } from './own-data/own-data.actions.ts';
import { changeAccount } from './residents.server.ts';
import { accountForm } from './residents.ts';
import { secondFactorActions } from './second-factor/second-factor.actions.ts';
import { signInActions } from './sign-in/sign-in.actions.ts';

export const residents = {
  ...signInActions,
  ...joinActions,
  ...deskActions,
  ...lettersActions,
  ...ownDataActions,
  ...secondFactorActions,
  changeAccount: defineAction({
    accept: 'form',
    input: accountForm,
    handler: async ({ displayName }, { locals }): Promise<FormDone> => {
      if (!locals.person) throw new ActionError({ code: 'UNAUTHORIZED' });
      await changeAccount(locals.db, locals.person.id, displayName, locals.locale);
      return { redirectTo: '/konto', flash: 'residents.account.saved' };
    },
  }),
};
