import { rows, type Db } from '~/lib/supabase.ts';
import type { NoticeOutcome } from '~/domains/notices/notices.ts';
import type { NoticeInput } from './write.ts';

/** The stairs of a building, for the form. */
export async function listStairs(db: Db, blockId: string) {
  const query = db.from('places').select('id, name').eq('block_id', blockId).eq('kind', 'stair');
  return rows(await query.order('position').limit(50));
}

/** The ids of the flats with these numbers; null when one of them is not in the building. */
export async function findFlats(
  db: Db,
  blockId: string,
  names: string[],
): Promise<string[] | null> {
  const query = db.from('places').select('id').eq('block_id', blockId).eq('kind', 'flat');
  const found = rows(await query.in('name', names).limit(500));
  return found.length === names.length ? found.map(({ id }) => id) : null;
}

/** Writes or changes a notice with its picture (none when there is no path), and publishes it when asked to. */
export async function saveNotice(
  db: Db,
  blockId: string,
  notice: NoticeInput,
  placeIds: string[],
): Promise<NoticeOutcome> {
  const answer = await db.rpc('save_notice', {
    id: notice.id,
    block_id: blockId,
    class: notice.class,
    title: notice.title,
    body: notice.body,
    audience: notice.audience,
    place_ids: placeIds,
    publish: notice.then === 'publish',
    ...(notice.publishesAt && { publishes_at: notice.publishesAt.toISOString() }),
    ...(notice.endsOn && { ends_at: notice.endsOn.toISOString() }),
    photo: notice.photo
      ? {
          path: notice.photo,
          text: notice.photoText,
          kind: notice.photoKind ?? null,
          consent: notice.photoConsent === 'ja',
        }
      : {},
  });
  return rows(answer) ?? 'not_found';
}
