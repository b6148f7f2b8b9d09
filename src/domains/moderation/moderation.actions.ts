import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { flagForm, verdictForm } from './moderation.ts';
import { flagThing, moderate } from './moderation.server.ts';

export const moderation = {
  flag: defineAction({
    accept: 'form',
    input: flagForm,
    handler: async ({ id, kind, reason }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await flagThing(db, kind, id, reason)) ?? 'not_found';
      if (outcome === 'not_found') throw new FormError('moderation.flag.not_found');
      return { redirectTo: url.pathname, flash: `moderation.flag.${outcome}` };
    },
  }),
  judge: defineAction({
    accept: 'form',
    input: verdictForm,
    handler: async ({ id, kind, act, reason }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await moderate(db, kind, id, act, reason)) ?? 'not_found';
      if (outcome === 'reason_missing')
        throw new FieldError('reason', 'moderation.judge.reason_missing');
      if (outcome !== 'done') throw new FormError(`moderation.judge.${outcome}`);
      return { redirectTo: url.pathname, flash: `moderation.judge.${kind}.${act}` };
    },
  }),
};
