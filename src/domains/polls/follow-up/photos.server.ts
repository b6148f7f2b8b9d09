import { isId } from '~/lib/forms.ts';
import { openSpacePhoto, storeSpacePhoto, type SpacePhotoProblem } from '~/lib/space-photos.ts';
import { rows, serviceDb, type Db } from '~/lib/supabase.ts';
import type { FollowUpPhoto } from './follow-ups.ts';

type NewPhoto = Pick<FollowUpPhoto, 'id' | 'moment' | 'alt'> & { pollId: string; file: File };

/** Stores a picture and puts it on the page of the vote; or why not. */
export async function addPhoto(db: Db, { id, pollId, moment, alt, file }: NewPhoto) {
  const stored = await storeSpacePhoto(db, file);
  if ('problem' in stored) return { problem: stored.problem satisfies SpacePhotoProblem };
  const photo = { id, poll_id: pollId, moment, path: stored.path, alternative_text: alt };
  return { outcome: rows(await db.rpc('add_follow_up_photo', photo)) ?? 'not_allowed' };
}

export async function removePhoto(db: Db, id: string) {
  return rows(await db.rpc('remove_follow_up_photo', { photo_id: id })) ?? 'not_allowed';
}

/** A picture of a follow-up, when I may see it: its row is read as the person, the file as the server. */
export async function openFollowUpPhoto(
  db: Db,
  blockId: string,
  id: string | undefined,
): Promise<Blob | null> {
  if (!id || !isId(id)) return null;
  const query = db.from('follow_up_photos').select('path').eq('id', id).eq('block_id', blockId);
  const row = rows(await query.maybeSingle());
  return row && openSpacePhoto(serviceDb(), row.path);
}
