import { finishPhotoMoves } from '~/lib/photo-moves.ts';
import { rows, type Db } from '~/lib/supabase.ts';

/**
 * Takes away what is not kept any longer, as the server itself. Safe to run twice and by several servers at once. Returns the
 * numbers; the looking itself is done every ten minutes.
 */
export async function runRetentionJobs(service: Db) {
  const done = rows(await service.rpc('run_retention_jobs')) as Record<string, number>;
  return { ...done, moved_photos: await finishPhotoMoves(service) };
}
