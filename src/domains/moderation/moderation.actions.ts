import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { authorActions } from './author/author.actions.ts';
import { flagForm } from './moderation.ts';
import { canRead, flagThing } from './moderation.server.ts';
import { queueActions } from './queue/queue.actions.ts';

export const moderation = {
  ...queueActions,
  ...authorActions,
  flag: defineAction({
    accept: 'form',
    input: flagForm,
    handler: async ({ id, kind, reason }, { locals: { db, block }, url }): Promise<FormDone> => {
      const outcome = await flagThing(db, kind, id, reason);
      if (outcome !== 'flagged' && outcome !== 'already_flagged')
        throw new FormError(`moderation.flag.${outcome}`);
      // With the third flat the page itself may be gone.
      const stays = (kind !== 'proposal' && kind !== 'activity') || (await canRead(db, kind, id));
      const list = kind === 'activity' ? 'aktiviteter' : 'forslag';
      return {
        redirectTo: stays ? url.pathname : `/${block?.slug}/${list}`,
        flash: `moderation.flag.${outcome}`,
      };
    },
  }),
};
