import type { Database } from '~/lib/database.types.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import {
  bulkResult,
  pageSize,
  type BulkResult,
  type QueueCursor,
  type QueueFilter,
  type QueueLine,
  type QueuePage,
} from './queue.ts';
import type { ReportStatus, ReportWait } from '~/domains/reports/reports.ts';

type Row = Database['public']['CompositeTypes']['report_queue_row'];
type Nullable = 'waiting_for' | 'expected_by' | 'asked_at' | 'assignee_name';
/** The types of a composite say that everything may be null; these columns of a case never are. */
type CaseRow = { [K in keyof Row]: K extends Nullable ? Row[K] : NonNullable<Row[K]> };

const toQueueLine = (row: CaseRow): QueueLine => ({
  id: row.id,
  number: row.number,
  thing: row.thing,
  status: row.status,
  isOpen: row.is_open,
  isCommon: row.is_common,
  isUrgent: row.is_urgent,
  affectedCount: row.affected_count,
  createdAt: new Date(row.created_at),
  statusChangedAt: new Date(row.status_changed_at),
  waitingFor: row.waiting_for,
  expectedBy: row.expected_by,
  place: { name: row.place_name, kind: row.place_kind },
  block: { id: row.block_id, slug: row.block_slug, name: row.block_name },
  isFollowing: false,
  awaitsAnswerSince: row.asked_at ? new Date(row.asked_at) : null,
  assignee: row.assignee_name,
  chaseCount: row.chase_count,
  cursor: { value: row.sort_value, number: row.number },
});

const isCase = (row: Row): row is CaseRow => row.id !== null;

/** The filter as the arguments of the SQL function; those not given have defaults there. */
function toArgs(filter: QueueFilter) {
  const { blockId, status, thing, minDays, marks, assignee, number, sort, after } = filter;
  return {
    sort,
    ...(blockId && { block_id: blockId }),
    // A number is looked up among all.
    ...(status === 'open' && !number && { is_open: true }),
    ...(status !== 'open' && status !== 'all' && { status }),
    ...(thing && { thing }),
    ...(minDays && { min_days: minDays }),
    is_late: marks.includes('late'),
    is_urgent: marks.includes('urgent'),
    is_awaiting: marks.includes('awaiting'),
    is_unassigned: assignee === 'ingen',
    ...(assignee && assignee !== 'ingen' && { assignee_id: assignee }),
    ...(number && { number }),
    ...(after && { after_number: after.number }),
    ...(after?.value !== undefined && { after_value: after.value }),
  };
}

/** One page of what the staff see. A consultant gives their building; without one, only the landlord gets anything. */
export async function listQueue(
  db: Db,
  filter: QueueFilter,
  { size = pageSize }: { size?: number } = {},
): Promise<QueuePage> {
  const args = { ...toArgs(filter), max_rows: size + 1 };
  const found = rows(await db.rpc('list_report_queue', args));
  const cases = found.filter(isCase);
  const reports = cases.slice(0, size).map(toQueueLine);
  const stop = found.find((row) => !isCase(row));
  const isFull = cases.length > size;
  const goOn = stop ? { value: stop.sort_value!, number: stop.number! } : null;
  return {
    reports,
    next: isFull ? reports.at(-1)!.cursor : goOn,
    isPartial: Boolean(stop) && !isFull,
  };
}

/** The case before or after this one in the queue of these filters; null at its ends. */
export async function findBeside(
  db: Db,
  filter: QueueFilter,
  number: number,
  direction: 'before' | 'after',
): Promise<number | null> {
  const args = { ...toArgs({ ...filter, after: { number } }), max_rows: 1 };
  const found = await db.rpc('list_report_queue', { ...args, is_back: direction === 'before' });
  return rows(found).find(isCase)?.number ?? null;
}

/** All pages, one after another, until `limit` cases. Says at the end whether there are more. */
export async function* allPages(
  db: Db,
  filter: QueueFilter,
  limit: number,
): AsyncGenerator<QueueLine[], boolean> {
  let after: QueueCursor | null | undefined = filter.after;
  for (let count = 0; ;) {
    const size = Math.min(400, limit - count);
    const page: QueuePage = await listQueue(db, { ...filter, after: after ?? undefined }, { size });
    count += page.reports.length;
    yield page.reports;
    after = page.next;
    if (!after) return false;
    if (count >= limit) return true;
  }
}

interface BulkChange {
  to?: ReportStatus | undefined;
  waitingFor?: ReportWait | undefined;
  reason?: string | null;
  assignee?: string | undefined;
}

/** Changes the status, the assignee or both of these cases, each judged by itself. */
export async function changeMany(
  db: Db,
  reportIds: string[],
  { to, waitingFor, reason, assignee }: BulkChange,
): Promise<BulkResult> {
  const given = assignee && (await assign(db, reportIds, assignee));
  // Cases cannot be assigned to this person: then nothing at all is done.
  const isWrong = given && given.some(({ outcome }) => outcome === 'wrong_assignee');
  const changed =
    to &&
    !isWrong &&
    (await db.rpc('change_reports_status', {
      report_ids: reportIds,
      to_status: to,
      ...(reason && { reason }),
      ...(waitingFor && { waiting_for: waitingFor }),
    }));
  const numbers = await db.from('reports').select('id, number').in('id', reportIds);
  const numberOf = new Map(rows(numbers).map((row) => [row.id, row.number]));
  const answers = [...((changed && rows(changed)) || []), ...(given || [])];
  return bulkResult(
    answers.flatMap(({ report_id, outcome }) => {
      const number = numberOf.get(report_id);
      return number ? [{ number, outcome }] : [];
    }),
  );
}

/** Gives cases to an assignee, or to nobody (`ingen`). */
export const assign = async (db: Db, reportIds: string[], assignee: string) =>
  rows(
    await db.rpc('assign_reports', {
      report_ids: reportIds,
      ...(assignee !== 'ingen' && { assignee_id: assignee }),
    }),
  );
