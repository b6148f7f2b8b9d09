import { rows, type Db } from '~/lib/supabase.ts';
import { forgetDrafts } from './drafts.server.ts';

/** All that time does to cases, as the server itself. Safe to run twice and by several copies at once. Answers the numbers. */
export const runReportJobs = async (service: Db) => ({
  ...(rows(await service.rpc('run_report_jobs')) as Record<string, number>),
  forgotten_drafts: await forgetDrafts(service),
});
