import { rows, type Db } from '~/lib/supabase.ts';
import type { PaperElector } from './paper.ts';

/** Who may vote in a vote, for the consultant alone; in the order of the house, or of the alphabet. */
export async function listPaperElectors(db: Db, pollId: string): Promise<PaperElector[]> {
  const list = rows(await db.rpc('paper_electors', { poll_id: pollId }));
  return list.map(({ elector_id, name, stair, is_on_paper }) => ({
    id: elector_id,
    name,
    isOnPaper: is_on_paper,
    stair,
  }));
}

export const markPaper = async (db: Db, pollId: string, electorId: string) =>
  rows(await db.rpc('mark_paper_vote', { poll_id: pollId, elector_id: electorId }));

export const unmarkPaper = async (db: Db, pollId: string, electorId: string) =>
  rows(await db.rpc('unmark_paper_vote', { poll_id: pollId, elector_id: electorId }));
