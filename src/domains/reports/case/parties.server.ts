import { rows, type Db } from '~/lib/supabase.ts';

/** Asks the landlord to hurry; the words are an internal note. */
export const chase = async (db: Db, reportId: string, body: string | null) =>
  rows(await db.rpc('chase_report', { report_id: reportId, ...(body && { body }) })) ?? 'not_found';

/** A neighbour says that it is not fixed. */
export const objectTo = async (db: Db, reportId: string) =>
  rows(await db.rpc('object_report', { report_id: reportId })) ?? 'not_found';

/** Lets the neighbours see the pictures, or hides them again. */
export const sharePhotos = async (db: Db, reportId: string, areShared: boolean) =>
  rows(await db.rpc('share_report_photos', { report_id: reportId, are_shared: areShared })) ??
  'not_found';
