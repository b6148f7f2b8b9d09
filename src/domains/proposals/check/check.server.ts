import { rows, type Db } from '~/lib/supabase.ts';
import type { Proposal } from '~/domains/proposals/proposals.ts';
import { fields, inBlock, toList } from '~/domains/proposals/proposals.server.ts';
import type { CheckInput, ToCheck } from './check.ts';

const pageSize = 100;

/** What Boligbygg has to look at in all buildings, the longest waiting first. */
export async function listToCheck(db: Db): Promise<ToCheck[]> {
  const answer = await db
    .from('proposals')
    .select(`${fields}, block:blocks (name, slug)`)
    .eq('status', 'approved')
    .eq('kind', 'physical')
    .is('hidden_at', null)
    .is('is_possible', null)
    .order('decided_at')
    .limit(pageSize);
  const blocks = new Map(rows(answer).map(({ id, block }) => [id, block]));
  return toList(answer).map((proposal) => ({ ...proposal, block: blocks.get(proposal.id)! }));
}

/** What nobody has looked at in one building, the longest waiting first. */
export async function listUnchecked(db: Db, blockId: string): Promise<Proposal[]> {
  const query = inBlock(db, blockId).eq('status', 'approved').is('hidden_at', null);
  return toList(await query.is('is_possible', null).order('decided_at').limit(pageSize));
}

export async function checkProposal(db: Db, { id, isPossible, cost, reason }: CheckInput) {
  const said = { ...(cost !== null && { cost_nok: cost }), ...(reason && { reason }) };
  return rows(
    await db.rpc('check_proposal', { proposal_id: id, is_possible: isPossible, ...said }),
  );
}
