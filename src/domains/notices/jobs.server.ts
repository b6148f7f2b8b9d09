import { rows, type Db } from '~/lib/supabase.ts';

/** Jobs of notices, run as the server itself. Safe to run twice and by several servers at once. Returns the numbers. */
export const runNoticeJobs = async (service: Db) =>
  rows(await service.rpc('run_notice_jobs')) as Record<string, number>;
