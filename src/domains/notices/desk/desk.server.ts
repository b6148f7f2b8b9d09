import { noticeFields, noticeOf } from '~/domains/notices/notice-rows.ts';
import type { NoticeAct, NoticeOutcome } from '~/domains/notices/notices.ts';
import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { DeskNotice } from './desk.ts';
import { ownLanguage } from '~/i18n/languages.ts';
import { comparing } from '~/lib/intl.ts';

const fields = `${noticeFields}, notice_places (place:places (id, name)),
  notice_photo_requests (id, reason, created_at)` as const;
const pageSize = 100;

/** All notices of a building for its consultant, with readers: not yet published first, then the newest. At most 100. */
export async function listForDesk(db: Db, blockId: string): Promise<DeskNotice[]> {
  return ask(db, blockId);
}

/** One notice for the desk; null when it is not this consultant's. */
export async function findForDesk(
  db: Db,
  blockId: string,
  id: string | undefined,
): Promise<DeskNotice | null> {
  return id && isId(id) ? ((await ask(db, blockId, id))[0] ?? null) : null;
}

async function ask(db: Db, blockId: string, id?: string): Promise<DeskNotice[]> {
  const query = db
    .from('notices')
    .select(fields)
    .eq('block_id', blockId)
    .order('published_at', { ascending: false, nullsFirst: true })
    .order('id')
    .limit(pageSize);
  const [found, counts] = await Promise.all([
    id ? query.eq('id', id) : query,
    db.rpc('notice_read_counts', { block_id: blockId }),
  ]);
  const readers = new Map(rows(counts).map((row) => [row.notice_id, row.readers]));
  return rows(found).map((row) => ({
    ...noticeOf(row),
    readers: readers.get(row.id) ?? null,
    places: row.notice_places
      .map(({ place }) => place)
      .toSorted((a, b) => comparing(ownLanguage)(a.name, b.name)),
    photoRequests: row.notice_photo_requests.map(({ id, reason, created_at }) => ({
      id,
      reason,
      createdAt: new Date(created_at),
    })),
  }));
}

/** Publishes, takes down, removes, or decides on a picture. */
export const actOnNotice = async (db: Db, id: string, act: NoticeAct): Promise<NoticeOutcome> =>
  rows(await db.rpc('act_on_notice', { notice_id: id, act })) ?? 'not_found';
