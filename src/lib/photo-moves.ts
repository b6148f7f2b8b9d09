import { rows, type Db } from './supabase.ts';

const bucket = 'report-photos';

/**
 * Gives pictures of deleted accounts another name, or removes them, at most 200, as the server itself. Returns how many are
 * done. Safe to run twice and by several servers at once: whatever was cut, the database looks at which files are there.
 */
export async function finishPhotoMoves(service: Db): Promise<number> {
  const due = rows(await service.rpc('due_photo_moves'));
  if (!due.length) return 0;
  const files = service.storage.from(bucket);
  const removed = due.filter(({ path_to }) => !path_to).map(({ path_from }) => path_from);
  if (removed.length) rows(await files.remove(removed));
  // A file that another copy has moved already is an error here and done there.
  for (const { path_from, path_to } of due) if (path_to) await files.move(path_from, path_to);
  return rows(await service.rpc('finish_photo_moves')) ?? 0;
}
