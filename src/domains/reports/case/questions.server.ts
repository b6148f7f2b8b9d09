import { rows, type Db } from '~/lib/supabase.ts';
import type { AnswerInput } from './questions.ts';

/** Asks the resident; the same id asks once, and an earlier question without an answer is taken back. */
export async function askQuestion(
  db: Db,
  question: {
    id: string;
    reportId: string;
    body: string;
    times: { startsAt: Date; endsAt: Date }[];
  },
) {
  const { id, reportId, body, times } = question;
  const answer = await db.rpc('ask_report_question', {
    id,
    report_id: reportId,
    body,
    starts_at: times.map(({ startsAt }) => startsAt.toISOString()),
    ends_at: times.map(({ endsAt }) => endsAt.toISOString()),
  });
  return rows(answer) ?? 'not_found';
}

export async function answerQuestion(db: Db, { questionId, chosen, answer }: AnswerInput) {
  const said = await db.rpc('answer_report_question', {
    question_id: questionId,
    ...(chosen && chosen !== 'none' && { chosen_position: Number(chosen) }),
    ...(answer && { answer }),
  });
  return rows(said) ?? 'not_found';
}
