import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { removalForm } from './photos.ts';
import { askPhotoRemoval } from './photos.server.ts';

export const photoActions = {
  askPhotoRemoval: defineAction({
    accept: 'form',
    input: removalForm,
    handler: async (
      { id, reason },
      { clientAddress, url, locals: { db, block } },
    ): Promise<FormDone> => {
      const outcome = block
        ? await askPhotoRemoval(db, clientAddress, block.id, id, reason)
        : 'not_found';
      if (outcome === 'not_found' || outcome === 'asked_already')
        throw new FormError(`notices.photo.ask.${outcome}`);
      return { redirectTo: url.pathname, flash: `notices.photo.ask.${outcome}` };
    },
  }),
};
