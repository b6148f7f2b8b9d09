import { rows, type Db } from '~/lib/supabase.ts';
import { forgetDrafts } from '~/domains/reports/send/drafts.server.ts';
import { removeAbandonedPhotos } from './photos.server.ts';

/** Jobs of cases, run as the server itself. Safe to run twice and by several servers at once. Returns the numbers. */
export async function runReportJobs(service: Db) {
  const done = rows(await service.rpc('run_report_jobs')) as Record<string, number>;
  return {
    ...done,
    forgotten_drafts: await forgetDrafts(service),
    photos: await removeAbandonedPhotos(service),
  };
}
