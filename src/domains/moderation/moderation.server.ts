import { rows, type Db } from '~/lib/supabase.ts';
import type { OldWords, ThingKind, Traces } from './moderation.ts';
import { readPart } from './parts.ts';

/** What was done to the things of a page: a proposal with its comments, a vote with its questions, an activity with its messages. */
export async function findTraces(db: Db, pageId: string, isSignedIn = true): Promise<Traces> {
  if (!isSignedIn) {
    const edits = db.from('edits').select('thing_id, reason, edited_at').eq('page_id', pageId);
    const found = rows(await edits.order('edited_at').limit(200));
    return {
      edits: found.map((row) => ({ ...toEdit(row), old: null })),
      appeals: [],
      flagged: [],
    };
  }
  const [edits, appeals, flags] = await Promise.all([
    db
      .from('edits')
      .select('thing_id, reason, edited_at, old:edit_texts (old_title, old_body, old_parts)')
      .eq('page_id', pageId)
      .order('edited_at')
      .limit(200),
    db.from('appeals').select('thing_id, hidden_at, body, answer').eq('page_id', pageId).limit(200),
    db.rpc('my_flagged', { page_id: pageId }),
  ]);
  return {
    edits: rows(edits).map(({ old, ...row }) => ({
      ...toEdit(row),
      old: old && toOldWords(old),
    })),
    appeals: rows(appeals).map((row) => ({
      thingId: row.thing_id,
      hiddenAt: new Date(row.hidden_at),
      body: row.body,
      answer: row.answer,
    })),
    flagged: rows(flags),
  };
}

/** A row of the words before an edit. */
export const toOldWords = (row: {
  old_title: string | null;
  old_body: string | null;
  old_parts: string[];
}): OldWords => ({ title: row.old_title, body: row.old_body, parts: row.old_parts.map(readPart) });

const toEdit = (row: { thing_id: string; reason: string; edited_at: string }) => ({
  thingId: row.thing_id,
  reason: row.reason,
  at: new Date(row.edited_at),
});

export const flagThing = async (db: Db, kind: ThingKind, id: string, reason: string) =>
  rows(await db.rpc('flag_thing', { kind, id, reason })) ?? 'not_found';

/** Whether I still see it. */
export async function canRead(db: Db, kind: ThingKind, id: string): Promise<boolean> {
  const query = db.from('things').select('id').eq('kind', kind).eq('id', id);
  return rows(await query.maybeSingle()) !== null;
}

/** Until when and why I may not write to neighbours in a building; null: I may. */
export async function findMyPause(db: Db, blockId: string) {
  const found = rows(await db.rpc('my_pauses')).find((one) => one.block_id === blockId);
  return found ? { until: new Date(found.ends_at), reason: found.reason } : null;
}

/** My pauses in all buildings. */
export const listMyPauses = async (db: Db) =>
  rows(await db.rpc('my_pauses')).map((one) => ({
    blockId: one.block_id,
    until: new Date(one.ends_at),
    reason: one.reason,
  }));
