import { rows, type Db } from '~/lib/supabase.ts';

/**
 * Jobs of votes, run as the server itself: closing, then the follow-ups. Safe to run twice and by several copies at
 * once. Returns the numbers.
 */
export async function runPollJobs(service: Db) {
  const closed = rows(await service.rpc('run_poll_jobs'));
  const done = rows(await service.rpc('run_follow_up_jobs')) as Record<string, number>;
  return { closed_polls: closed, ...done };
}
