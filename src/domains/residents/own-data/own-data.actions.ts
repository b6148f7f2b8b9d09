import { ActionError, defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { log } from '~/lib/log.ts';
import { finishPhotoMoves } from '~/lib/photo-moves.ts';
import { serviceDb } from '~/lib/supabase.ts';
import { signOut } from '~/domains/residents/sign-in/sign-in.server.ts';
import { deleteAccount } from './own-data.server.ts';
import { deleteForm } from './own-data.ts';

export const ownDataActions = {
  /** Somebody whose account is gone already is where they wanted to be. */
  deleteAccount: defineAction({
    accept: 'form',
    input: deleteForm,
    handler: async ({ password }, { locals }): Promise<FormDone> => {
      if (!locals.person) throw new ActionError({ code: 'UNAUTHORIZED' });
      const outcome = await deleteAccount(locals.db, password);
      if (outcome === 'wrong_password')
        throw new FieldError('password', 'own_data.delete.wrong_password');
      if (outcome === 'too_many_attempts' || outcome === 'second_factor_missing')
        throw new FormError(`own_data.delete.${outcome}`);
      await signOut(locals.db);
      // What fails here is done by the jobs a minute later.
      await finishPhotoMoves(serviceDb()).catch((error: unknown) =>
        log.warn({ error: { name: (error as Error).name }, at: 'deleteAccount' }),
      );
      return { redirectTo: '/', flash: 'own_data.delete.done' };
    },
  }),
};
