import { defineAction } from 'astro:actions';
import type { z } from 'astro/zod';
import { FormError, FormRefusal, issueErrors, type FormDone } from '~/lib/forms.ts';
import type { Db } from '~/lib/supabase.ts';
import { describeForm } from './drafts.ts';
import { dropDraft, saveDraft } from './drafts.server.ts';
import { storePhoto } from '~/domains/reports/photos.server.ts';
import { maxPhotos, photoIds, reportForm, type PhotoProblem } from '~/domains/reports/reports.ts';
import { createReport, createReportFor } from './send.server.ts';

/** The pictures of the form: those stored already, then the new files, one after another. */
async function takePhotos(db: Db, personId: string, sent: FormData) {
  const photos = photoIds(sent.getAll('photo'));
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

/** The form read by its schema, with its pictures; the pictures are stored first, so that a mistake in the text loses none. */
async function read<Schema extends z.ZodObject>(
  schema: Schema,
  db: Db,
  personId: string,
  sent: FormData,
) {
  const { photos, refused } = await takePhotos(db, personId, sent);
  const values = { photo: photos, refused };
  const { data, error } = schema.safeParse(texts(sent));
  const errors = {
    ...issueErrors(error?.issues ?? []),
    ...(refused.length && { photos: 'reports.photo.refused' as const }),
  };
  if (!data || refused.length) throw new FormRefusal(errors, { values });
  return { typed: data, photos, values };
}

// No `input`: see `read`.
export const sendActions = {
  /** Step 4: keeps what is typed and goes on to the step that shows it all. */
  describe: defineAction({
    accept: 'form',
    handler: async (sent: FormData, { locals: { db, person, block }, url }): Promise<FormDone> => {
      if (!person || !block) throw new FormError('form.not_sent');
      const { typed, photos, values } = await read(describeForm, db, person.id, sent);
      if (!(await saveDraft(db, block.id, { ...typed, photos })))
        throw new FormRefusal({}, { key: 'reports.create.not_member', values });
      const query = new URLSearchParams(url.search);
      query.delete('_action');
      query.set('utkast', typed.id);
      query.set('steg', '5');
      return { redirectTo: `${url.pathname}?${query}` };
    },
  }),

  /** Step 5, and the form on one page. */
  send: defineAction({
    accept: 'form',
    handler: async (sent: FormData, { locals: { db, person, block } }): Promise<FormDone> => {
      if (!person || !block) throw new FormError('form.not_sent');
      const { typed, photos, values } = await read(reportForm, db, person.id, sent);
      const report = { ...typed, photos };
      const { outcome, number } = await createReport(db, person.id, block.id, report);
      if (outcome !== 'created' && outcome !== 'sent_already')
        throw new FormRefusal({}, { key: `reports.create.${outcome}`, values });
      await dropDraft(db, report.id);
      const address = `/${block.slug}/saker/${number}`;
      return outcome === 'sent_already'
        ? { redirectTo: address, flash: 'reports.create.sent_already' }
        : { redirectTo: `${address}?kvittering` };
    },
  }),

  /** The staff, for somebody without an account. */
  sendFor: defineAction({
    accept: 'form',
    handler: async (sent: FormData, { locals: { db, person, block } }): Promise<FormDone> => {
      if (!person || !block) throw new FormError('form.not_sent');
      const { typed, photos, values } = await read(reportForm, db, person.id, sent);
      const report = { ...typed, photos };
      const { outcome, number } = await createReportFor(db, person.id, block.id, report);
      if (outcome !== 'created')
        throw new FormRefusal({}, { key: `reports.create.${outcome}`, values });
      await dropDraft(db, report.id);
      return { redirectTo: `/${block.slug}/saker/${number}?kvittering` };
    },
  }),
};
