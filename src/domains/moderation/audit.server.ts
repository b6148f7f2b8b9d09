import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { toOldWords } from './moderation.server.ts';
import type { ActAboutMe, Entry, LogFilter, Subject } from './audit.ts';

const logPageSize = 50;

/** A page of the trail (counted from 0), newest first; of one building, or (null) of everything I may read. */
export async function listActs(
  db: Db,
  blockId: string | null,
  { act, subject }: LogFilter,
  page: number,
): Promise<{ entries: Entry[]; hasMore: boolean }> {
  let query = db
    .from('audit_entries')
    .select(
      'id, act, subject_kind, subject_id, actor_name, actor_role, reason, acted_at, block:blocks (name, slug)',
    )
    .order('acted_at', { ascending: false })
    .order('id')
    .range(page * logPageSize, (page + 1) * logPageSize);
  if (blockId) query = query.eq('block_id', blockId);
  if (act) query = query.eq('act', act);
  if (subject) query = query.eq('subject_kind', subject);
  const found = rows(await query);
  const shown = found.slice(0, logPageSize);
  const edited = shown.filter((row) => row.act === 'edit').map((row) => row.subject_id);
  const [old, named] = await Promise.all([
    listOldWords(db, edited),
    nameSubjects(
      db,
      shown.flatMap((row) => [row.subject_id, (row.act === 'merge' && row.reason) || []].flat()),
    ),
  ]);
  const entries = shown.map((row) => ({
    id: row.id,
    act: row.act,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    actor: row.actor_name,
    role: row.actor_role,
    // The trail keeps which one it was merged with.
    reason: row.act === 'merge' ? (named.get(row.reason ?? '')?.name ?? null) : row.reason,
    subject: named.get(row.subject_id) ?? null,
    at: new Date(row.acted_at),
    blockName: row.block?.name ?? null,
    slug: row.block?.slug ?? null,
    old: (row.act === 'edit' && old.get(`${row.subject_id} ${row.acted_at}`)) || null,
  }));
  return { entries, hasMore: found.length > logPageSize };
}

/** What these are called, as far as they are still there and mine to read. */
async function nameSubjects(db: Db, ids: string[]): Promise<Map<string, Subject>> {
  const asked = [...new Set(ids)].filter(isId);
  if (asked.length === 0) return new Map();
  const found = rows(await db.rpc('log_names', { ids: asked }));
  return new Map(
    found.map(({ id, name, number, page_id }) => [id, { name, number, pageId: page_id }]),
  );
}

/** The words of these things before each edit, by thing and moment: the edit and its line in the trail have the same. */
async function listOldWords(db: Db, thingIds: string[]) {
  if (thingIds.length === 0) return new Map<string, NonNullable<Entry['old']>>();
  const query = db
    .from('edits')
    .select('thing_id, edited_at, old:edit_texts (old_title, old_body, old_parts)')
    .in('thing_id', thingIds.filter(isId));
  return new Map(
    rows(await query.limit(200)).flatMap((row) =>
      row.old ? [[`${row.thing_id} ${row.edited_at}`, toOldWords(row.old)] as const] : [],
    ),
  );
}

/** What staff did that is about me, newest first, at most 500. */
export async function listActsAboutMe(db: Db): Promise<ActAboutMe[]> {
  const found = rows(await db.rpc('acts_about_me'));
  const named = await nameSubjects(
    db,
    found.map((row) => row.subject_id),
  );
  return found.map((row) => ({
    blockId: row.block_id,
    act: row.act,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    role: row.actor_role,
    reason: row.reason,
    subject: named.get(row.subject_id) ?? null,
    at: new Date(row.acted_at),
  }));
}
