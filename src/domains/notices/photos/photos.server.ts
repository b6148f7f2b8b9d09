import { isId } from '~/lib/forms.ts';
import type { limits } from '~/lib/numbers.ts';
import { openSpacePhoto } from '~/lib/space-photos.ts';
import { rows, serviceDb, type Db } from '~/lib/supabase.ts';
import type { RemovalOutcome } from './photos.ts';

/** The name of the picture of a notice, when I may see it. */
async function findPath(db: Db, blockId: string, id: string | undefined): Promise<string | null> {
  if (!id || !isId(id)) return null;
  const query = db.from('notice_photos').select('path').eq('notice_id', id).eq('block_id', blockId);
  return rows(await query.maybeSingle())?.path ?? null;
}

/** The picture of a notice, when I may see it: its row is read as the person, the file as the server. */
export async function openNoticePhoto(
  db: Db,
  blockId: string,
  id: string | undefined,
): Promise<Blob | null> {
  const path = await findPath(db, blockId, id);
  return path === null ? null : openSpacePhoto(serviceDb(), path);
}

/**
 * Asks to have the picture removed, as somebody who can see it, with or without an account. How often a network address asks is
 * limited, for the same picture and for any.
 */
export async function askPhotoRemoval(
  db: Db,
  address: string,
  blockId: string,
  id: string,
  reason: string | null,
): Promise<RemovalOutcome> {
  const path = await findPath(db, blockId, id);
  if (path === null) return 'not_found';
  const service = serviceDb();
  const mayAsk = async (limit: keyof typeof limits, key: string) =>
    rows(await service.rpc('attempt', { limit_name: limit, key }));
  const allowed =
    (await mayAsk('photo_removal', `${path} ${address}`)) &&
    (await mayAsk('photo_removals', address));
  if (!allowed) return 'asked_already';
  const answer = await service.rpc('request_photo_removal', {
    notice_id: id,
    path,
    ...(reason && { reason }),
  });
  return rows(answer) ?? 'not_found';
}
