import { defineAction } from 'astro:actions';
import { FormRefusal, issueErrors, type FormDone, type FormState } from '~/lib/forms.ts';
import { storeSpacePhoto } from '~/lib/space-photos.ts';
import type { Db } from '~/lib/supabase.ts';
import { proposalForm } from './write.ts';
import { propose } from './write.server.ts';

/** What was typed; an empty field is none. */
const texts = (sent: FormData) =>
  Object.fromEntries([...sent].filter(([, value]) => typeof value === 'string' && value !== ''));

/** The new file stored, or the one kept from an earlier try; none when it is to go. */
async function takePhoto(
  db: Db,
  sent: FormData,
  kept: string | null,
): Promise<{ photo: string | null; errors: FormState['errors'] }> {
  const file = sent.get('file');
  if (sent.get('dropPhoto')) return { photo: null, errors: {} };
  if (!(file instanceof File) || !file.name) return { photo: kept, errors: {} };
  const result = await storeSpacePhoto(db, file);
  return 'path' in result
    ? { photo: result.path, errors: {} }
    : { photo: kept, errors: { file: `form.photo.${result.problem}` } };
}

export const writeActions = {
  // No `input`: the picture is stored first, so that a mistake in the text does not lose it.
  propose: defineAction({
    accept: 'form',
    handler: async (sent: FormData, { locals: { db, person, block } }): Promise<FormDone> => {
      if (!person || !block) throw new FormRefusal({}, { key: 'proposals.propose.not_allowed' });
      const { data, error } = proposalForm.safeParse(texts(sent));
      const { photo, errors } = await takePhoto(
        db,
        sent,
        proposalForm.shape.photo.parse(sent.get('photo')),
      );
      const values = { photo: photo ? [photo] : [] };
      if (photo && !String(sent.get('photoText') ?? '').trim())
        errors['photoText'] = 'proposals.write.photo_text.missing';
      const all = { ...issueErrors(error?.issues ?? []), ...errors };
      if (!data || Object.keys(all).length > 0) throw new FormRefusal(all, { values });
      const outcome = (await propose(db, block.id, { ...data, photo })) ?? 'not_allowed';
      if (outcome === 'wrong_photo')
        throw new FormRefusal({ file: 'form.photo.not_stored' }, { values: { photo: [] } });
      if (outcome !== 'proposed')
        throw new FormRefusal({}, { key: `proposals.propose.${outcome}`, values });
      return {
        redirectTo: `/${block.slug}/forslag/${data.id}`,
        flash: 'proposals.propose.proposed',
      };
    },
  }),
};
