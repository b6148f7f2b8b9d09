import { rows, type Db } from '~/lib/supabase.ts';
import type { Ballot } from './record.ts';

/** The published list of a counted vote, in the order of the control numbers; empty when there is none to read. */
export async function listBallots(db: Db, pollId: string): Promise<Ballot[]> {
  const all: Ballot[] = [];
  for (;;) {
    // The API gives so many rows at a time; how many depends on who hosts it.
    const answer = await db
      .rpc('poll_ballots', { poll_id: pollId }, { count: 'exact' })
      .order('control_number')
      .range(all.length, all.length + 999);
    const page = rows(answer);
    all.push(...page.map(({ control_number, choices }) => ({ control: control_number, choices })));
    if (page.length === 0 || all.length >= (answer.count ?? 0)) return all;
  }
}
