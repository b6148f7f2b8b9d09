import { defineAction } from 'astro:actions';
import type { NoticeOutcome } from '~/domains/notices/notices.ts';
import { FormRefusal, issueErrors, type FormDone, type FormState } from '~/lib/forms.ts';
import { spacePhotoPath } from '~/lib/space-photo-name.ts';
import { takeSpacePhoto } from '~/lib/space-photo-form.ts';
import type { Db } from '~/lib/supabase.ts';
import { flatNames, photoErrors, readNotice, type NoticeInput } from './write.ts';
import { findFlats, saveNotice } from './write.server.ts';

/** What the form says, with its picture; the picture is stored first, so that a mistake in the text does not lose it. */
async function read(db: Db, sent: FormData) {
  const name = sent.get('photo');
  const kept = typeof name === 'string' && spacePhotoPath.test(name) ? name : null;
  const { photo, errors } = await takeSpacePhoto(db, sent, kept);
  const values = { photo: photo ? [photo] : [] };
  const { data, error } = readNotice(sent);
  const all = {
    ...issueErrors(error?.issues ?? []),
    ...errors,
    ...(data && photo && photoErrors(data)),
  };
  if (!data || Object.keys(all).length > 0) throw new FormRefusal(all, { values });
  return { notice: { ...data, photo }, values };
}

/** The stairs or flats it is for; null when a number is not known here. */
async function placesOf(db: Db, blockId: string, { audience, stairs, flats }: NoticeInput) {
  if (audience === 'flats') return findFlats(db, blockId, flatNames(flats ?? ''));
  return audience === 'stairs' ? stairs : [];
}

const refusals: Partial<Record<NoticeOutcome, FormState['errors']>> = {
  end_has_passed: { endsOn: 'notices.ends_before' },
  places_missing: { stairs: 'notices.stairs_missing' },
  photo_missing: { file: 'form.photo.not_stored' },
};

export const writeActions = {
  // No `input`: see `read`.
  save: defineAction({
    accept: 'form',
    handler: async (sent: FormData, { locals: { db, block } }): Promise<FormDone> => {
      if (!block) throw new FormRefusal({}, { key: 'form.not_sent' });
      const { notice, values } = await read(db, sent);
      const placeIds = await placesOf(db, block.id, notice);
      if (!placeIds) throw new FormRefusal({ flats: 'notices.flats_unknown' }, { values });
      const outcome = await saveNotice(db, block.id, notice, placeIds);
      const errors = refusals[outcome];
      if (errors) throw new FormRefusal(errors, { values });
      const desk = `/${block.slug}/drift/oppslag`;
      if (outcome === 'published' || outcome === 'planned')
        return { redirectTo: desk, flash: `notices.done.${outcome}` };
      if (outcome !== 'saved') throw new FormRefusal({}, { key: 'form.not_sent', values });
      return { redirectTo: `${desk}/${notice.id}`, flash: 'notices.done.saved' };
    },
  }),
};
