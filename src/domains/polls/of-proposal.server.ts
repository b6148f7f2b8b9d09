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
  return (rows(await query) ?? [])
    .toSorted((a, b) => b.poll.created_at.localeCompare(a.poll.created_at))
    .map(({ poll: { id, title, status } }) => ({ id, title, state: status }));
}
