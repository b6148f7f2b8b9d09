import type { APIRoute } from 'astro';
import { openProposalPhoto } from '~/domains/proposals/photos.server.ts';
import { pictureResponse } from '~/lib/pictures.ts';

/** The picture of a proposal, for those who may see it; for all others it does not exist. */
export const GET: APIRoute = async ({ params, locals: { db, block } }) =>
  pictureResponse(block && (await openProposalPhoto(db, block.id, params['id'])));
