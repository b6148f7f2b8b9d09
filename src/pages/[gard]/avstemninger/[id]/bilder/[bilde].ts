import type { APIRoute } from 'astro';
import { openFollowUpPhoto } from '~/domains/polls/follow-up/photos.server.ts';
import { pictureResponse } from '~/lib/pictures.ts';

/** A picture of what came of a vote, for those who may see it; for all others it does not exist. */
export const GET: APIRoute = async ({ params, locals: { db, block } }) =>
  pictureResponse(block && (await openFollowUpPhoto(db, block.id, params['bilde'])));
