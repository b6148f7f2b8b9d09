import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { actForm } from './desk.ts';
import { actOnNotice } from './desk.server.ts';

export const deskActions = {
  act: defineAction({
    accept: 'form',
    input: actForm,
    handler: async ({ id, act }, { locals: { db, block }, url }): Promise<FormDone> => {
      const outcome = await actOnNotice(db, id, act);
      if (outcome === 'end_has_passed') throw new FormError('notices.ends_before');
      const isDone =
        outcome === 'published' ||
        outcome === 'planned' ||
        outcome === 'withdrawn' ||
        outcome === 'removed' ||
        outcome === 'photo_kept' ||
        outcome === 'photo_removed';
      if (!isDone) throw new FormError('notices.nothing_to_do');
      const list = `/${block?.slug}/drift/oppslag`;
      return {
        // Back to its own page or the home of the desk.
        redirectTo: outcome === 'removed' ? list : url.pathname,
        flash: `notices.done.${outcome}`,
      };
    },
  }),
};
