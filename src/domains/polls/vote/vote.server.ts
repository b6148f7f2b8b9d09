import { rows, type Db } from '~/lib/supabase.ts';
import type { Poll } from '~/domains/polls/polls.ts';
import { isSecret } from './vote.ts';

/** Whether few may vote, or could if it opened now. How many is never told before it opens. */
export async function hasFewVoters(db: Db, poll: Poll): Promise<boolean> {
  if (poll.entitled !== null) return !isSecret(poll);
  return rows(await db.rpc('has_few_voters', { poll_id: poll.id })) ?? false;
}

export async function castVote(db: Db, pollId: string, choices: string[], receipt: string) {
  return rows(await db.rpc('cast_vote', { poll_id: pollId, choices, receipt }));
}

/** Changes the vote this receipt belongs to, until closing. */
export async function changeVote(db: Db, pollId: string, choices: string[], receipt: string) {
  return rows(await db.rpc('change_vote', { poll_id: pollId, choices, receipt }));
}

/** Whether the vote of this receipt is counted; its choices only after the count of a vote whose list is published. */
export async function checkReceipt(db: Db, pollId: string, receipt: string) {
  const [found] = rows(await db.rpc('check_receipt', { poll_id: pollId, receipt }));
  return {
    outcome: found?.outcome ?? ('not_entitled' as const),
    control: found?.control_number ?? null,
    choices: found?.choices ?? null,
  };
}
