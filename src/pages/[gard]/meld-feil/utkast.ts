import type { APIRoute } from 'astro';
import { draftForm } from '~/domains/reports/send/drafts.ts';
import { saveDraft } from '~/domains/reports/send/drafts.server.ts';
import { photoIds } from '~/domains/reports/reports.ts';

/** Stores what is typed so far, so that a phone that is put away or offline loses nothing. */
export const POST: APIRoute = async ({ request, locals: { db, block } }) => {
  const sent = await request.formData().catch(() => null);
  const typed = sent && draftForm.safeParse(Object.fromEntries(sent)).data;
  if (!typed || !block) return new Response(null, { status: 400 });
  const isSaved = await saveDraft(db, block.id, {
    ...typed,
    photos: photoIds(sent.getAll('photo')),
  });
  return new Response(null, { status: isSaved ? 204 : 403 });
};
