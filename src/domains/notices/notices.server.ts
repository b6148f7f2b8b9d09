import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Notice, NoticeClass, NoticeInput } from './notices.ts';

const fields = 'id, class, title, body, is_public, published_at, ends_at' as const;
const pageSize = 50;

/** Newest first, at most 50. Consultants also get the ended ones. */
export async function listNotices(db: Db, blockId: string): Promise<Notice[]> {
  const query = db.from('notices').select(fields).eq('block_id', blockId);
  return (rows(await query.order('published_at', { ascending: false }).limit(pageSize)) ?? []).map(
    toNotice,
  );
}

/** What matters on every page (urgent) or on the home page (important), current only. */
export async function listByClass(
  db: Db,
  blockId: string,
  at: Date,
  ...classes: NoticeClass[]
): Promise<Notice[]> {
  const now = at.toISOString();
  const query = db
    .from('notices')
    .select(fields)
    .eq('block_id', blockId)
    .in('class', classes)
    .lte('published_at', now)
    .or(`ends_at.is.null,ends_at.gt.${now}`);
  return (rows(await query.order('published_at', { ascending: false }).limit(5)) ?? []).map(
    toNotice,
  );
}

/** A notice of this building. Null also for what is no id at all. */
export async function findNotice(db: Db, blockId: string, id: string): Promise<Notice | null> {
  if (!isId(id)) return null;
  const query = db.from('notices').select(fields).eq('block_id', blockId).eq('id', id);
  const row = rows(await query.maybeSingle());
  return row && toNotice(row);
}

/** Publishes a notice; the same form sent twice is one notice. False when the database refuses. */
export async function publishNotice(
  db: Db,
  blockId: string,
  notice: NoticeInput,
): Promise<boolean> {
  const { error } = await db
    .from('notices')
    .insert({ id: notice.id, block_id: blockId, ...columns(notice) });
  if (error?.code === '23505') return true;
  if (error?.code === '42501') return false;
  rows({ data: null, error });
  return true;
}

/** False when there is no such notice that I may change. */
export async function changeNotice(db: Db, notice: NoticeInput): Promise<boolean> {
  const changed = await db.from('notices').update(columns(notice)).eq('id', notice.id).select('id');
  return (rows(changed) ?? []).length > 0;
}

/** False when there is no such notice that I may remove. */
export async function removeNotice(db: Db, id: string): Promise<boolean> {
  return (rows(await db.from('notices').delete().eq('id', id).select('id')) ?? []).length > 0;
}

const columns = (notice: NoticeInput) => ({
  class: notice.class,
  title: notice.title,
  body: notice.body,
  is_public: notice.isPublic,
  ends_at: notice.endsOn?.toISOString() ?? null,
});

function toNotice(row: {
  id: string;
  class: NoticeClass;
  title: string;
  body: string;
  is_public: boolean;
  published_at: string;
  ends_at: string | null;
}): Notice {
  const { id, title, body } = row;
  const endsAt = row.ends_at ? new Date(row.ends_at) : null;
  return {
    id,
    class: row.class,
    title,
    body,
    isPublic: row.is_public,
    publishedAt: new Date(row.published_at),
    endsAt,
  };
}
