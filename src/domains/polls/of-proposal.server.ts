import { rows, type Db } from '~/lib/supabase.ts';
import type { PollState } from './polls.ts';

/** The votes a proposal is an option in, newest first: how each stands, never a count. */
export async function listPollsOf(
  db: Db,
  proposalId: string,
): Promise<{ id: string; title: string; state: PollState }[]> {
  const query = db
    .from('poll_options')
    .select('poll:polls!inner (id, title, status, created_at)')
    .eq('proposal_id', proposalId)
    .limit(20);
  return rows(await query)
    .toSorted((a, b) => b.poll.created_at.localeCompare(a.poll.created_at))
    .map(({ poll: { id, title, status } }) => ({ id, title, state: status }));
}

/**
 * The proposals that won a counted vote, with the id of the vote: they are on their way, and need no more support or votes. One whose
 * follow-up was declined may be voted on again. Of the last 200 options made from proposals.
 */
export async function listWon(
  db: Db,
  blockId: string,
  proposalId?: string,
): Promise<Map<string, string>> {
  const query = db
    .from('poll_options')
    .select('id, proposal_id, poll:polls!inner (id, closes_at, follow_up:follow_ups (status))')
    .eq('block_id', blockId)
    .not('poll.counted_at', 'is', null);
  const those = proposalId
    ? query.eq('proposal_id', proposalId)
    : query.not('proposal_id', 'is', null);
  const options = rows(await those.order('poll(closes_at)', { ascending: false }).limit(200));
  const going = options.filter(({ poll }) => poll.follow_up?.status !== 'declined');
  if (going.length === 0) return new Map();
  const poll_ids = [...new Set(going.map(({ poll }) => poll.id))];
  const winners = rows(await db.rpc('poll_results', { poll_ids }).eq('is_winner', true));
  return new Map(
    going
      .filter(({ id }) => winners.some(({ option_id }) => option_id === id))
      .map(({ proposal_id, poll }) => [proposal_id!, poll.id]),
  );
}
