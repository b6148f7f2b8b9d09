import { toHidden } from '~/domains/moderation/moderation.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { PollQuestion } from './questions.ts';

/** The questions of a vote that I may see, oldest first: the answered ones and my own, for the consultant all. */
export async function listQuestions(db: Db, pollId: string): Promise<PollQuestion[]> {
  const query = db
    .from('poll_questions')
    .select('*, poll_question_authors (person_id)')
    .eq('poll_id', pollId);
  return rows(await query.order('created_at').limit(200)).map((row) => ({
    id: row.id,
    body: row.body,
    answer: row.answer,
    answeredAt: row.answered_at,
    hidden: toHidden(row),
    // Only my own rows come back, so that one row means: me.
    isMine: row.poll_question_authors !== null,
    createdAt: new Date(row.created_at),
  }));
}

/** The votes of a building where questions wait for the consultant, and how many in each. */
export async function countWaitingQuestions(db: Db, blockId: string): Promise<Map<string, number>> {
  const query = db
    .from('poll_questions')
    .select('poll_id')
    .eq('block_id', blockId)
    .is('answered_at', null)
    .is('hidden_at', null);
  const waiting = rows(await query.limit(1000)).map(({ poll_id }) => poll_id);
  return new Map(waiting.map((id) => [id, waiting.filter((one) => one === id).length]));
}

export const askQuestion = async (db: Db, id: string, pollId: string, body: string) =>
  rows(await db.rpc('ask_poll_question', { id, poll_id: pollId, body }));

/** `answeredAt` is that of the answer that is put right; null for the first. */
export const answerQuestion = async (
  db: Db,
  id: string,
  answer: string,
  answeredAt: string | null,
) =>
  rows(
    await db.rpc('answer_poll_question', {
      question_id: id,
      answer,
      ...(answeredAt && { answered_at: answeredAt }),
    }),
  );
