import { kept } from '~/lib/numbers.ts';
import { rows, rowsIfAllowed, type Db } from '~/lib/supabase.ts';
import { milliseconds } from '~/lib/time.ts';
import type { ReportDraft } from './drafts.ts';
import { photoIds } from '~/domains/reports/reports.ts';

const keptFor = milliseconds(kept.report_drafts);

/** What I have typed here and not sent, by the id in the address; null when there is none, or it is a day old. */
export async function findDraft(
  db: Db,
  blockId: string,
  id: string,
  now: Date,
): Promise<ReportDraft | null> {
  const query = db
    .from('report_drafts')
    .select('id, description, access, contact, photos, are_photos_shared')
    .eq('block_id', blockId)
    .eq('id', id)
    .gt('saved_at', new Date(now.getTime() - keptFor).toISOString());
  const row = rows(await query.maybeSingle());
  if (!row) return null;
  const { are_photos_shared: arePhotosShared, photos, ...draft } = row;
  return { ...draft, photos: photoIds(photos.split(' ')), arePhotosShared };
}

/** Stores the draft, replacing an earlier one. False when I may not report here. */
export async function saveDraft(db: Db, blockId: string, draft: ReportDraft): Promise<boolean> {
  const { arePhotosShared, photos, ...typed } = draft;
  const row = {
    ...typed,
    block_id: blockId,
    photos: photos.join(' '),
    are_photos_shared: arePhotosShared,
  };
  const query = db.from('report_drafts').upsert(row, { onConflict: 'person_id,block_id' });
  return rowsIfAllowed(await query.select('id')) !== null;
}

/** It is sent: nothing of it stays here. */
export async function dropDraft(db: Db, id: string): Promise<void> {
  rows(await db.from('report_drafts').delete().eq('id', id));
}

/** The number of the case that this form has made already; null when it has not. */
export async function findSentNumber(db: Db, blockId: string, id: string): Promise<number | null> {
  const query = db.from('reports').select('number').eq('block_id', blockId).eq('id', id);
  return rows(await query.maybeSingle())?.number ?? null;
}

/** Deletes abandoned drafts; for the server's jobs. */
export const forgetDrafts = async (db: Db) => rows(await db.rpc('forget_report_drafts')) ?? 0;
