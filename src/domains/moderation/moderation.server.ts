import { rows, type Db } from '~/lib/supabase.ts';
import type { FlaggedProposal, ModerationAct } from './moderation.ts';

/** Whether I have said from about this proposal and nobody has looked at it yet. */
export async function hasFlagged(db: Db, proposalId: string): Promise<boolean> {
  const query = db.from('flags').select('id').eq('proposal_id', proposalId).is('resolved_at', null);
  return (rows(await query.limit(1)) ?? []).length > 0;
}

export async function flagProposal(db: Db, proposalId: string, reason: string) {
  return rows(await db.rpc('flag_proposal', { proposal_id: proposalId, reason }));
}

/** The consultant's queue: flagged proposals, the longest waiting first; at most 100 flags. */
export async function listFlagged(db: Db, blockId: string): Promise<FlaggedProposal[]> {
  const query = db
    .from('flags')
    .select('reason, created_at, proposal:proposals (id, title, body, support_count)')
    .eq('block_id', blockId)
    .is('resolved_at', null);
  const flags = rows(await query.order('created_at').limit(100)) ?? [];
  const byProposal = Map.groupBy(flags, ({ proposal }) => proposal?.id);
  return [...byProposal.values()].flatMap((group) => {
    const first = group[0];
    if (!first?.proposal) return [];
    const { id, title, body, support_count } = first.proposal;
    return {
      id,
      title,
      body,
      supportCount: support_count,
      reasons: group.map(({ reason }) => reason),
      since: new Date(first.created_at),
    };
  });
}

/** How many flags wait for the consultant. */
export async function countFlags(db: Db, blockId: string): Promise<number> {
  const { count, error } = await db
    .from('flags')
    .select('id', { count: 'exact', head: true })
    .eq('block_id', blockId)
    .is('resolved_at', null);
  rows({ data: null, error });
  return count ?? 0;
}

export async function moderateProposal(
  db: Db,
  id: string,
  act: ModerationAct,
  reason: string | null,
) {
  return rows(await db.rpc('moderate_proposal', { proposal_id: id, act, reason: reason ?? '' }));
}
