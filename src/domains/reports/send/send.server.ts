import { rows, type Db } from '~/lib/supabase.ts';
import { photoPath } from '~/domains/reports/photos.server.ts';
import type { ReportInput } from '~/domains/reports/reports.ts';

/** What both ways of sending give to SQL. The photos are ids from storePhotos. */
const toArgs = (personId: string, blockId: string, report: ReportInput) => ({
  id: report.id,
  block_id: blockId,
  place_id: report.placeId,
  thing: report.thing,
  description: report.description,
  is_urgent: report.isUrgent,
  photo_paths: report.photos.map((photo) => photoPath(personId, photo)),
  ...(report.access && { access: report.access }),
  ...(report.contact && { contact: report.contact }),
});
const refused = { outcome: 'not_member', number: null } as const;

/** Sends a report; the same form sent twice is one case. */
export async function createReport(db: Db, personId: string, blockId: string, report: ReportInput) {
  const args = toArgs(personId, blockId, report);
  const shared = { are_photos_shared: report.arePhotosShared };
  return rows(await db.rpc('create_report', { ...args, ...shared }))[0] ?? refused;
}

/** The same by the staff, for somebody without an account and for any place of the building. */
export const createReportFor = async (
  db: Db,
  personId: string,
  blockId: string,
  report: ReportInput,
) => rows(await db.rpc('create_report_for', toArgs(personId, blockId, report)))[0] ?? refused;
