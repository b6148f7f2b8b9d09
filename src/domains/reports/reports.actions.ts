import { defineAction } from 'astro:actions';
import { FieldError, FormError, FormRefusal, issueErrors, type FormDone } from '~/lib/forms.ts';
import type { Db } from '~/lib/supabase.ts';
import { deskActions } from './desk.actions.ts';
import { storePhoto } from './photos.server.ts';
import {
  followForm,
  maxPhotos,
  messageForm,
  photoId,
  reportForm,
  statusForm,
  type PhotoProblem,
} from './reports.ts';
import { addMessage, changeStatus, createReport, follow } from './reports.server.ts';
import { responsibilityActions } from './responsibilities.actions.ts';

/** The pictures of the form: those stored by an earlier try, then the new files, one after another. */
async function takePhotos(db: Db, personId: string, sent: FormData) {
  const stored = sent.getAll('photo').filter((one) => photoId.safeParse(one).success) as string[];
  const photos = [...new Set(stored)].slice(0, maxPhotos);
  const refused: string[] = [];
  const refuse = (problem: PhotoProblem, file: File) => refused.push(`${problem}:${file.name}`);
  for (const file of sent.getAll('photos')) {
    if (!(file instanceof File) || !file.name) continue;
    if (photos.length >= maxPhotos) {
      refuse('too_many', file);
      continue;
    }
    const result = await storePhoto(db, personId, file);
    if ('problem' in result) refuse(result.problem, file);
    else if (!photos.includes(result.photo)) photos.push(result.photo);
  }
  return { photos, refused };
}

const texts = (sent: FormData) =>
  Object.fromEntries([...sent].filter(([, value]) => typeof value === 'string'));

export const reports = {
  ...responsibilityActions,
  ...deskActions,
  // No `input`: the pictures are stored before the text is judged, so that a mistake in the text loses none.
  send: defineAction({
    accept: 'form',
    handler: async (sent: FormData, { locals: { db, person, block } }): Promise<FormDone> => {
      if (!person || !block) throw new FormError('form.not_sent');
      const { photos, refused } = await takePhotos(db, person.id, sent);
      const values = { photo: photos, refused };
      const read = reportForm.safeParse(texts(sent));
      const errors = {
        ...issueErrors(read.error?.issues ?? []),
        ...(refused.length && { photos: 'reports.photo.refused' as const }),
      };
      if (!read.data || refused.length) throw new FormRefusal(errors, { values });
      const report = { ...read.data, photos };
      const { outcome, number } = await createReport(db, person.id, block.id, report);
      if (outcome !== 'created')
        throw new FormRefusal({}, { key: `reports.create.${outcome}`, values });
      return { redirectTo: `/${block.slug}/saker/${number}?kvittering` };
    },
  }),

  write: defineAction({
    accept: 'form',
    input: messageForm,
    handler: async (message, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await addMessage(db, message);
      if (outcome !== 'sent') throw new FormError(`reports.message.${outcome}`);
      const flash = message.audience === 'internal' ? 'noted' : 'sent';
      return { redirectTo: url.pathname, flash: `reports.message.${flash}` };
    },
  }),

  changeStatus: defineAction({
    accept: 'form',
    input: statusForm,
    handler: async (
      { reportId, to, reason, waitingFor },
      { locals: { db }, url },
    ): Promise<FormDone> => {
      const outcome = await changeStatus(db, reportId, to, { reason, waitingFor });
      if (outcome === 'reason_missing')
        throw new FieldError('reason', 'reports.change.reason_missing');
      if (outcome === 'waiting_for_missing')
        throw new FieldError('waitingFor', 'reports.change.waiting_for_missing');
      if (outcome !== 'changed' && outcome !== 'unchanged')
        throw new FormError(`reports.change.${outcome}`);
      const own = ['confirmed', 'reopened', 'withdrawn'] as const;
      const said = own.find((one) => one === to) ?? 'changed';
      return { redirectTo: url.pathname, flash: `reports.change.${said}` };
    },
  }),

  follow: defineAction({
    accept: 'form',
    input: followForm,
    handler: async ({ reportId, isFollowing }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await follow(db, reportId, isFollowing);
      if (outcome === 'not_found' || outcome === 'finished' || outcome === 'own_report')
        throw new FormError(`reports.follow.${outcome}`);
      return { redirectTo: url.pathname, flash: `reports.follow.${outcome}` };
    },
  }),
};
