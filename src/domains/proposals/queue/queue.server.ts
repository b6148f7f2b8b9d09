import { rows, type Db } from '~/lib/supabase.ts';
import type { Proposal, ProposalMessage } from '~/domains/proposals/proposals.ts';
import type { Decision } from './queue.ts';
import { inBlock, toList } from '~/domains/proposals/proposals.server.ts';

const pageSize = 100;

/** A waiting proposal with its messages, and the approved ones it is similar to. */
export interface Waiting {
  proposal: Proposal;
  messages: ProposalMessage[];
  likeIds: string[];
}

/** What waits for the consultant, oldest first. */
export async function listPending(db: Db, blockId: string): Promise<Waiting[]> {
  const [proposals, like, messages] = await Promise.all([
    inBlock(db, blockId).eq('status', 'pending').order('created_at').limit(pageSize),
    db.rpc('suggest_merges', { block_id: blockId }),
    db
      .from('proposal_messages')
      .select('proposal_id, body, is_from_staff, created_at, proposals!inner (status)')
      .eq('block_id', blockId)
      .eq('proposals.status', 'pending')
      .order('created_at'),
  ]);
  const likes = Map.groupBy(rows(like), (one) => one.proposal_id);
  const said = Map.groupBy(rows(messages), (one) => one.proposal_id);
  return toList(proposals).map((proposal) => ({
    proposal,
    likeIds: (likes.get(proposal.id) ?? []).map((one) => one.like_id),
    messages: (said.get(proposal.id) ?? []).map((one) => ({
      isFromStaff: one.is_from_staff,
      body: one.body,
      at: new Date(one.created_at),
    })),
  }));
}

export async function decideProposal(db: Db, { id, approve, answer, kind }: Decision) {
  const said = { ...(answer && { answer }), ...(kind && { kind }) };
  return rows(await db.rpc('decide_proposal', { proposal_id: id, approve, ...said }));
}

export async function mergeProposal(db: Db, id: string, into: string) {
  return rows(await db.rpc('merge_proposal', { proposal_id: id, into_id: into }));
}
