import { rows, type Db } from '~/lib/supabase.ts';

/** All that time does to notices, as the server itself. Safe to run twice and by several copies at once. Answers the numbers. */
export const runNoticeJobs = async (service: Db) =>
  rows(await service.rpc('run_notice_jobs')) as Record<string, number>;
