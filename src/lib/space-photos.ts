import { readPicture, type PictureProblem } from './images.ts';
import { rows, type Db } from './supabase.ts';

const bucket = 'space-photos';

/** Why a picture could not be kept: the file itself, or the store (a limit of the day, or it does not answer). */
export type SpacePhotoProblem = PictureProblem | 'not_stored';

/**
 * Re-encodes a picture of a shared space (removing its location and time) and stores it as this person, under a name drawn at
 * random: nobody can read from it who sent it. Returns the name; a row must point to it within a day.
 */
export async function storeSpacePhoto(
  db: Db,
  file: Blob,
): Promise<{ path: string } | { problem: SpacePhotoProblem }> {
  const outcome = await readPicture(file);
  if (!outcome.ok) return { problem: outcome.problem };
  const { bytes, width, height } = outcome.picture;
  const path = `${crypto.randomUUID()}_${width}x${height}.webp`;
  const { error } = await db.storage
    .from(bucket)
    .upload(path, bytes, { contentType: 'image/webp' });
  return error ? { problem: 'not_stored' } : { path };
}

/**
 * A stored picture, read as the server itself: storage would tell a reader who sent it. The caller has found `path` in a
 * row that the person may see.
 */
export async function openSpacePhoto(service: Db, path: string): Promise<Blob | null> {
  const { data } = await service.storage.from(bucket).download(path);
  return data;
}

/** Removes the pictures that nothing points to after a day, at most 200, as the server itself. Returns how many. */
export async function removeAbandonedSpacePhotos(service: Db): Promise<number> {
  const paths = rows(await service.rpc('mark_abandoned_space_photos'));
  if (!paths.length) return 0;
  const removed = rows(await service.storage.from(bucket).remove(paths));
  rows(await service.rpc('unmark_removed_photos', { paths }));
  return removed.length;
}
