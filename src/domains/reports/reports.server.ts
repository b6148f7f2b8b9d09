import { periods } from '~/lib/numbers.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { milliseconds } from '~/lib/time.ts';
import { lineFields, lines, toLine, toReport, whole } from './report-rows.server.ts';
import type {
  MessageAudience,
  Report,
  ReportActor,
  ReportLine,
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
  return rows(await query.order('number', { ascending: false }).limit(limit)).map(toLine);
}

/** Cases of the common areas: open ones first, then the newest. At most 50. */
export async function listCommonReports(db: Db, blockId: string): Promise<ReportLine[]> {
  const query = lines(db)
    .eq('block_id', blockId)
    .is('is_common', true)
    .order('is_open', { ascending: false })
    .order('number', { ascending: false })
    .limit(longList);
  return rows(await query).map(toLine);
}

/** Cases of the same thing at the same place (or one of several) that I may see: open ones, and those fixed lately. At most 5. */
export async function listSimilar(
  db: Db,
  placeId: string | string[],
  thing: ReportThing,
  now: Date,
): Promise<ReportLine[]> {
  const lately = new Date(now.getTime() - milliseconds(periods.similar_cases)).toISOString();
  const query = lines(db)
    .in('place_id', [placeId].flat())
    .eq('thing', thing)
    .or(`is_open.is.true,and(status.in.(fixed,confirmed),status_changed_at.gt.${lately})`)
    .order('number', { ascending: false });
  return rows(await query.limit(5)).map(toLine);
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

/** The statuses this role may change the case to now, in the usual order. Merging is separate. */
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
  return rows(await query).map((row) => ({
    to: row.to_status,
    isReasonRequired: row.is_reason_required,
  }));
}

// ---------------------------------------------------------------- doing

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
