import type { APIRoute } from 'astro';
import { openNoticePhoto } from '~/domains/notices/photos/photos.server.ts';
import { pictureResponse } from '~/lib/pictures.ts';

/** The picture of a notice, for those who may see it; for all others it does not exist. */
export const GET: APIRoute = async ({ params, locals: { db, block } }) =>
  pictureResponse(block && (await openNoticePhoto(db, block.id, params['id'])));
