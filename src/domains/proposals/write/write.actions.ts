import { defineAction } from 'astro:actions';
import { FormRefusal, issueErrors, type FormDone } from '~/lib/forms.ts';
import { takeSpacePhoto } from '~/lib/space-photo-form.ts';
import { proposalForm } from './write.ts';
import { propose } from './write.server.ts';

/** What was typed; an empty field counts as missing. */
const texts = (sent: FormData) =>
  Object.fromEntries([...sent].filter(([, value]) => typeof value === 'string' && value !== ''));

export const writeActions = {
  // No `input`: the picture is stored first, so that a mistake in the text does not lose it.
  propose: defineAction({
    accept: 'form',
    handler: async (sent: FormData, { locals: { db, person, block } }): Promise<FormDone> => {
      if (!person || !block) throw new FormRefusal({}, { key: 'proposals.propose.not_allowed' });
      const { data, error } = proposalForm.safeParse(texts(sent));
      const { photo, errors } = await takeSpacePhoto(
        db,
        sent,
        proposalForm.shape.photo.parse(sent.get('photo')),
      );
      const values = { photo: photo ? [photo] : [] };
      const photoText = sent.get('photoText');
      if (photo && !(typeof photoText === 'string' && photoText.trim()))
        errors['photoText'] = 'proposals.write.photo_text.missing';
      const all = { ...issueErrors(error?.issues ?? []), ...errors };
      if (!data || Object.keys(all).length > 0) throw new FormRefusal(all, { values });
      const outcome = (await propose(db, block.id, { ...data, photo })) ?? 'not_allowed';
      if (outcome === 'wrong_photo')
        throw new FormRefusal({ file: 'form.photo.not_stored' }, { values: { photo: [] } });
      if (outcome === 'alias_taken')
        throw new FormRefusal({ alias: 'proposals.alias_taken' }, { values });
      if (outcome !== 'proposed')
        throw new FormRefusal({}, { key: `proposals.propose.${outcome}`, values });
      return {
        redirectTo: `/${block.slug}/forslag/${data.id}`,
        flash: 'proposals.propose.proposed',
      };
    },
  }),
};
