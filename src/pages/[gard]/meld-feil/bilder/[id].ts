import type { APIRoute } from 'astro';
import { openOwnPhoto } from '~/domains/reports/photos.server.ts';
import { photoId } from '~/domains/reports/reports.ts';
import { pictureResponse } from '~/lib/pictures.ts';

/** A picture I have stored and not sent yet. */
export const GET: APIRoute = async ({ params, locals: { db, person } }) => {
  const known = person && photoId.safeParse(params['id']).data;
  return pictureResponse(known ? await openOwnPhoto(db, person.id, known) : null);
};
