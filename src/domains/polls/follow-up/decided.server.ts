import { isOverAt, pollFields, toPoll, withResults } from '~/domains/polls/polls.server.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { DecidedPoll } from './follow-ups.ts';
import { followUpFields, toNow } from './follow-ups.server.ts';

const last = `${pollFields}, follow_up:follow_ups (${followUpFields})` as const;
const going = `${pollFields}, follow_up:follow_ups!inner (${followUpFields})` as const;

/**
 * Votes that are over, each with what came of it, the last one first: the last `most`, and however old all where something is left
 * to do (at most 20 of them, the longest overdue first).
 */
export async function listDecided(
  db: Db,
  blockId: string,
  now: Date,
  most = 20,
): Promise<DecidedPoll[]> {
  const [newest, open] = await Promise.all([
    db
      .from('polls')
      .select(last)
      .eq('block_id', blockId)
      .or(isOverAt(now))
      .order('closes_at', { ascending: false })
      .order('id')
      .limit(most),
    db
      .from('polls')
      .select(going)
      .eq('block_id', blockId)
      .not('follow_up.next_on', 'is', null)
      .order('follow_up(next_on)')
      .order('id')
      .limit(20),
  ]);
  const found = new Map([...rows(newest), ...rows(open)].map((row) => [row.id, row]));
  const polls = [...found.values()]
    .map((row) => toPoll(row, now))
    .toSorted((a, b) => b.closesAt.getTime() - a.closesAt.getTime());
  return (await withResults(db, polls)).map((poll) => {
    const followUp = found.get(poll.id)?.follow_up;
    return { ...poll, followUp: followUp && poll.result ? toNow(followUp) : null };
  });
}
