import type { Poll } from '~/domains/polls/polls.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { readCount, type CountInput } from './count.ts';
import { listPaperElectors } from './paper.server.ts';

/** How many votes of a closed vote were cast on paper and wait to be counted. */
export const countMarks = async (db: Db, pollId: string) =>
  (await listPaperElectors(db, pollId)).filter(({ isOnPaper }) => isOnPaper).length;

/** Stores the count, once and for all. `marks` was read before the vote: one that is counted meanwhile has none. */
export async function countPaper(db: Db, poll: Poll, input: CountInput, marks: number) {
  if (poll.countedAt) return 'already_counted' as const;
  if (poll.state !== 'closed') return 'not_closed' as const;
  const { ballots, errors } = readCount(poll, input, marks);
  if (Object.keys(errors).length > 0) return 'wrong_number' as const;
  return rows(await db.rpc('count_paper_votes', { poll_id: poll.id, ballots }));
}
