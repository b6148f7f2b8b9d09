import type { APIRoute } from 'astro';
import { openPhoto } from '~/domains/reports/photos.server.ts';
import { pictureResponse } from '~/lib/pictures.ts';

/** A picture of a case, for those who may see it; for all others it does not exist. */
export const GET: APIRoute = async ({ params, locals: { db, block } }) =>
  pictureResponse(block && (await openPhoto(db, block.id, params['nr'], params['n'])));
