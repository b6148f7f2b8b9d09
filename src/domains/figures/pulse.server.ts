import { rows, type Db } from '~/lib/supabase.ts';
import type { PulseAnswer, PulseOutcome, PulseState } from './pulse.ts';

/** Whether I am asked how it is to live here, or have answered this month. */
export async function findPulse(db: Db, blockId: string): Promise<PulseState> {
  return rows(await db.rpc('pulse_state', { block_id: blockId })) ?? 'not_asked';
}

/** Stores my answer of this month; the first one counts, and it cannot be told from the others'. */
export async function answerPulse(
  db: Db,
  blockId: string,
  answer: PulseAnswer,
): Promise<PulseOutcome> {
  return rows(await db.rpc('answer_pulse', { block_id: blockId, answer })) ?? 'not_asked';
}
