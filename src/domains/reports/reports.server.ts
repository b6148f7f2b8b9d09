import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { PlaceKind } from '~/domains/blocks/blocks.ts';
import { lineFields, lines, toLine, toReport, whole } from './report-rows.server.ts';
import { photoPath } from './photos.server.ts';
import { placesInOrder, thingGroups } from '~/domains/reports/send/steps.ts';
import type {
  MessageAudience,
  Report,
  ReportActor,
  ReportInput,
  ReportLine,
  ReportPlace,
  ReportStatus,
  ReportThing,
  ReportWait,
  Transition,
} from './reports.ts';

const longList = 50;

// ---------------------------------------------------------------- reading

/** The cases I reported in this building, newest first. At most `limit`. */
export async function listMyReports(
  db: Db,
  blockId: string,
  { limit = longList }: { limit?: number } = {},
): Promise<ReportLine[]> {
  const query = db.rpc('my_reports', { block_id: blockId }).select(lineFields);
  return (rows(await query.order('number', { ascending: false }).limit(limit)) ?? []).map(toLine);
}

/** Cases of the common areas: open ones first, then the newest. At most 50. */
export async function listCommonReports(db: Db, blockId: string): Promise<ReportLine[]> {
  const query = lines(db)
    .eq('block_id', blockId)
    .is('is_common', true)
    .order('is_open', { ascending: false })
    .order('number', { ascending: false })
    .limit(longList);
  return (rows(await query) ?? []).map(toLine);
}

/** Cases of the same thing at the same place (or one of several) that I may see: open ones, and those fixed less than 14 days ago. At most 5. */
export async function listSimilar(
  db: Db,
  placeId: string | string[],
  thing: ReportThing,
  now: Date,
): Promise<ReportLine[]> {
  const lately = new Date(now.getTime() - 14 * 86_400_000).toISOString();
  const query = lines(db)
    .in('place_id', [placeId].flat())
    .eq('thing', thing)
    .or(`is_open.is.true,and(status.in.(fixed,confirmed),status_changed_at.gt.${lately})`)
    .order('number', { ascending: false });
  return (rows(await query.limit(5)) ?? []).map(toLine);
}

/** What waits for the consultant of this building: new and reopened cases not sent on yet. */
export async function countWaitingReports(db: Db, blockId: string): Promise<number> {
  const { count, error } = await db
    .from('reports')
    .select('*', { count: 'exact', head: true })
    .eq('block_id', blockId)
    .in('status', ['received', 'reopened']);
  if (error) throw error;
  return count ?? 0;
}

/** A case with everything I may see of it; null when there is none for me. `blockId` null looks in all buildings. */
export async function findReport(
  db: Db,
  blockId: string | null,
  number: string | undefined,
): Promise<Report | null> {
  if (!/^\d{1,15}$/.test(number ?? '')) return null;
  let query = whole(db).eq('number', Number(number));
  if (blockId) query = query.eq('block_id', blockId);
  const row = rows(await query.maybeSingle());
  return row && toReport(row);
}

/** What this role may change the case to now, in the order of the life of a case. Merging goes its own way. */
export async function listTransitions(
  db: Db,
  from: ReportStatus,
  role: ReportActor,
): Promise<Transition[]> {
  const query = db
    .from('report_transitions')
    .select('to_status, is_reason_required')
    .eq('from_status', from)
    .eq('role', role)
    .neq('from_status', 'merged')
    .neq('to_status', 'merged')
    .order('to_status');
  return (rows(await query) ?? []).map((row) => ({
    to: row.to_status,
    isReasonRequired: row.is_reason_required,
  }));
}

/** The places somebody can report: my own flat first, then the common ones in the building's order. */
export async function listReportPlaces(
  db: Db,
  blockId: string,
  flatId: string | null,
  { withFloors = false } = {},
): Promise<ReportPlace[]> {
  let query = db
    .from('places')
    .select('id, kind, name, parent_id')
    .eq('block_id', blockId)
    .or(`kind.neq.flat${flatId ? `,id.eq.${flatId}` : ''}`);
  if (!withFloors) query = query.neq('kind', 'floor');
  const places = rows(await query.order('position').limit(withFloors ? 900 : 100)) ?? [];
  return placesInOrder(places);
}

/** Every place of the building that I may see: for the staff the flats too. At most 1000, the most the API answers. */
export async function listEveryPlace(db: Db, blockId: string): Promise<ReportPlace[]> {
  const query = db
    .from('places')
    .select('id, kind, name, parent_id')
    .eq('block_id', blockId)
    .order('position')
    .limit(1000);
  return placesInOrder(rows(await query) ?? []);
}

/** The floors of a stair, lowest first. */
export async function listFloors(db: Db, stairId: string): Promise<ReportPlace[]> {
  const query = db
    .from('places')
    .select('id, kind, name')
    .eq('parent_id', stairId)
    .eq('kind', 'floor');
  return rows(await query.order('position').limit(60)) ?? [];
}

/** Where the same fault may have been reported: a stair and its floors, a floor and its stair, else the place alone. */
export async function listSamePlaces(db: Db, { id, kind }: ReportPlace): Promise<string[]> {
  if (kind !== 'stair' && kind !== 'floor') return [id];
  const query = db.from('places').select('id, parent_id').eq('kind', 'floor');
  const floors = rows(await query.eq(kind === 'stair' ? 'parent_id' : 'id', id).limit(60)) ?? [];
  return [...new Set([id, ...floors.flatMap((one) => [one.id, one.parent_id ?? one.id])])];
}

/** One place of this building that I may report, by the id in an address; null when there is none. */
export async function findReportPlace(
  db: Db,
  blockId: string,
  placeId: string | undefined,
): Promise<ReportPlace | null> {
  if (!placeId || !isId(placeId)) return null;
  const query = db
    .from('places')
    .select('id, kind, name')
    .eq('block_id', blockId)
    .eq('id', placeId);
  return rows(await query.maybeSingle());
}

/** What can be wrong at each kind of place, the most usual first. */
export async function listThingGroups(db: Db) {
  const query = db.from('report_things').select('thing, place_kind').order('position').limit(200);
  const found = rows(await query) ?? [];
  return thingGroups.map((kind) => ({
    kind,
    things: found.flatMap((row) => (row.place_kind === kind ? row.thing : [])),
  }));
}

/** What can be wrong at a place of this kind, the most usual first. */
export async function listThings(db: Db, kind: PlaceKind): Promise<ReportThing[]> {
  const query = db.from('report_things').select('thing').eq('place_kind', kind).order('position');
  return (rows(await query) ?? []).map(({ thing }) => thing);
}

// ---------------------------------------------------------------- doing

/** Sends a report; the same form sent twice is one case. `photos` are ids from storePhotos. */
export async function createReport(db: Db, personId: string, blockId: string, report: ReportInput) {
  const answer = await db.rpc('create_report', {
    id: report.id,
    block_id: blockId,
    place_id: report.placeId,
    thing: report.thing,
    description: report.description,
    is_urgent: report.isUrgent,
    photo_paths: report.photos.map((photo) => photoPath(personId, photo)),
    ...(report.access && { access: report.access }),
    ...(report.contact && { contact: report.contact }),
    are_photos_shared: report.arePhotosShared,
  });
  return rows(answer)?.[0] ?? { outcome: 'not_member' as const, number: null };
}

/** The same by the staff, for somebody without an account and for any place of the building. */
export async function createReportFor(
  db: Db,
  personId: string,
  blockId: string,
  report: ReportInput,
) {
  const answer = await db.rpc('create_report_for', {
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
  return rows(answer)?.[0] ?? { outcome: 'not_member' as const, number: null };
}

/** Changes the status as the role I have; a reason becomes a message between reporter and staff. */
export async function changeStatus(
  db: Db,
  reportId: string,
  to: ReportStatus,
  { reason, waitingFor }: { reason?: string | null; waitingFor?: ReportWait | undefined },
) {
  const answer = await db.rpc('change_report_status', {
    report_id: reportId,
    to_status: to,
    ...(reason && { reason }),
    ...(waitingFor && { waiting_for: waitingFor }),
  });
  return rows(answer) ?? 'not_found';
}

export async function addMessage(
  db: Db,
  message: { id: string; reportId: string; body: string; audience: MessageAudience },
) {
  const { id, reportId, body, audience } = message;
  return (
    rows(await db.rpc('add_report_message', { id, report_id: reportId, body, audience })) ??
    'not_found'
  );
}

/** "Jeg har det også", or taking it back. */
export const follow = async (db: Db, reportId: string, isFollowing: boolean) =>
  rows(await db.rpc('follow_report', { report_id: reportId, is_following: isFollowing })) ??
  'not_found';
