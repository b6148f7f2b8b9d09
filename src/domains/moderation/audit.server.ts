import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { ActAboutMe, Entry, LogFilter } from './audit.ts';

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
      'id, act, subject_kind, subject_id, actor_name, actor_role, reason, acted_at, block:blocks (name)',
    )
    .order('acted_at', { ascending: false })
    .order('id')
    .range(page * logPageSize, (page + 1) * logPageSize);
  if (blockId) query = query.eq('block_id', blockId);
  if (act) query = query.eq('act', act);
  if (subject) query = query.eq('subject_kind', subject);
  const found = rows(await query) ?? [];
  const shown = found.slice(0, logPageSize);
  const edited = shown.filter((row) => row.act === 'edit').map((row) => row.subject_id);
  const old = await listOldWords(db, edited);
  const entries = shown.map((row) => ({
    id: row.id,
    act: row.act,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    actor: row.actor_name,
    role: row.actor_role,
    reason: row.reason,
    at: new Date(row.acted_at),
    blockName: row.block?.name ?? null,
    old: (row.act === 'edit' && old.get(`${row.subject_id} ${row.acted_at}`)) || null,
  }));
  return { entries, hasMore: found.length > logPageSize };
}

/** The words of these things before each edit, by thing and moment: the edit and its line in the trail have the same. */
async function listOldWords(db: Db, thingIds: string[]) {
  if (thingIds.length === 0) return new Map<string, NonNullable<Entry['old']>>();
  const query = db
    .from('edits')
    .select('thing_id, edited_at, old:edit_texts (old_title, old_body)')
    .in('thing_id', thingIds.filter(isId));
  return new Map(
    (rows(await query.limit(200)) ?? []).map((row) => [
      `${row.thing_id} ${row.edited_at}`,
      { title: row.old?.old_title ?? null, body: row.old?.old_body ?? null },
    ]),
  );
}

/** What staff did that is about me, newest first, at most 500. */
export async function listActsAboutMe(db: Db): Promise<ActAboutMe[]> {
  return (rows(await db.rpc('acts_about_me')) ?? []).map((row) => ({
    blockId: row.block_id,
    act: row.act,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    role: row.actor_role,
    reason: row.reason,
    at: new Date(row.acted_at),
  }));
}
