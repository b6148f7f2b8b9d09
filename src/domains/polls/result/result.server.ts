import { rows, type Db } from '~/lib/supabase.ts';
import type { Ballot } from './record.ts';

/** The published list of a counted vote, in the order of the control numbers; empty when there is none to read. */
export async function listBallots(db: Db, pollId: string): Promise<Ballot[]> {
  const ballots = rows(await db.rpc('poll_ballots', { poll_id: pollId })) ?? [];
  return ballots.map(({ control_number, choices }) => ({ control: control_number, choices }));
}
