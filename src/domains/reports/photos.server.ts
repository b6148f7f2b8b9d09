import { readPicture } from '~/lib/images.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { PhotoProblem } from './reports.ts';

const bucket = 'report-photos';

/** Where a stored picture lies: everybody's own folder. */
export const photoPath = (personId: string, photo: string) => `${personId}/${photo}.webp`;

/** Re-encodes a picture and stores it in my own folder. Answers its id, or why it could not be used. */
export async function storePhoto(
  db: Db,
  personId: string,
  file: File,
): Promise<{ photo: string } | { problem: PhotoProblem }> {
  const outcome = await readPicture(file);
  if (!outcome.ok) return { problem: outcome.problem };
  const { bytes, sha256, width, height } = outcome.picture;
  const photo = `${sha256}_${width}x${height}`;
  const path = photoPath(personId, photo);
  const { error } = await db.storage
    .from(bucket)
    .upload(path, bytes, { contentType: 'image/webp' });
  if (!error) return { photo };
  const isThere = /already exists|duplicate/i.test(error.message) && (await keepPhoto(db, path));
  return isThere ? { photo } : { problem: 'not_stored' };
}

/** The picture is already stored: its day as part of an unsent form starts again. */
const keepPhoto = async (db: Db, path: string) => rows(await db.rpc('keep_photo', { path }));

/**
 * Removes the pictures of forms that nobody has sent for a day, at most 200, as the server itself. Returns how many.
 * Safe to run twice and by several servers at once. What storage does not remove now is tried again after an hour.
 */
export async function removeAbandonedPhotos(service: Db): Promise<number> {
  const paths = rows(await service.rpc('mark_abandoned_photos'));
  if (!paths.length) return 0;
  const removed = rows(await service.storage.from(bucket).remove(paths));
  rows(await service.rpc('unmark_removed_photos', { paths }));
  return removed.length;
}

/** A picture of a case, when I may see it. `position` counts from 1, as in the address. */
export async function openPhoto(
  db: Db,
  blockId: string,
  number: string | undefined,
  position: string | undefined,
): Promise<Blob | null> {
  if (!/^\d{1,15}$/.test(number ?? '') || !/^[1-4]$/.test(position ?? '')) return null;
  const query = db
    .from('report_photos')
    .select('path, reports!inner (number)')
    .eq('block_id', blockId)
    .eq('position', Number(position) - 1)
    .eq('reports.number', Number(number));
  const row = rows(await query.maybeSingle());
  return row && download(db, row.path);
}

/** A picture I have stored and not sent yet. */
export const openOwnPhoto = (db: Db, personId: string, photo: string) =>
  download(db, photoPath(personId, photo));

async function download(db: Db, path: string): Promise<Blob | null> {
  const { data } = await db.storage.from(bucket).download(path);
  return data;
}
