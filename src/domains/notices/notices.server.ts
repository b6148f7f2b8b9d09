import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { noticeFields, noticeOf } from './notice-rows.ts';
import type { Notice, NoticeClass } from './notices.ts';

const pageSize = 50;

/** What I may read now, newest first, at most 50; of these classes when some are named. */
export async function listCurrent(
  db: Db,
  blockId: string,
  at: Date,
  classes?: NoticeClass[],
): Promise<Notice[]> {
  const now = at.toISOString();
  const query = db
    .from('notices')
    .select(noticeFields)
    .eq('block_id', blockId)
    .eq('state', 'published')
    .lte('published_at', now)
    .or(`ends_at.is.null,ends_at.gt.${now}`)
    .order('published_at', { ascending: false })
    .limit(classes ? 5 : pageSize);
  return rows(await (classes ? query.in('class', classes) : query)).map(noticeOf);
}

/** A notice of this building, if I may see it. Null also for what is no id at all. */
export async function findNotice(
  db: Db,
  blockId: string,
  id: string | undefined,
): Promise<Notice | null> {
  if (!id || !isId(id)) return null;
  const query = db.from('notices').select(noticeFields).eq('block_id', blockId).eq('id', id);
  const row = rows(await query.maybeSingle());
  return row && noticeOf(row);
}

/**
 * Counts that I have these before me. The page does not wait for it, and a reader never gets to know that it failed. Staff
 * and visitors are not counted (SQL decides).
 */
export function countReads(db: Db, notices: Notice[]): void {
  const notice_ids = notices.map(({ id }) => id);
  if (notice_ids.length > 0)
    db.rpc('count_notice_reads', { notice_ids }).then(
      () => {},
      () => {},
    );
}
