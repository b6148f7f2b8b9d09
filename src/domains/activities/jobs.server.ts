import { rows, type Db } from '~/lib/supabase.ts';
import { extendSeries } from './repeat/series.server.ts';

/** Jobs of activities, run as the server itself. Safe to run twice and by several servers at once. Returns the numbers. */
export async function runActivityJobs(service: Db, now: Date) {
  const done = rows(await service.rpc('run_activity_jobs')) as Record<string, number>;
  return { ...done, extended: await extendSeries(service, now) };
}
