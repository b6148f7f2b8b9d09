import { numbers } from '~/lib/numbers.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { lineFields, lines, toLine } from '~/domains/reports/report-rows.server.ts';
import type { DeskCase } from './desk.ts';
import type { ReportLine, ReportStatus } from '~/domains/reports/reports.ts';
import { finishedStatuses } from './desk.ts';

/** Every open case of a building with whom it waits for, oldest first. */
export async function listOpenCases(db: Db, blockId: string): Promise<DeskCase[]> {
  const query = db
    .from('reports')
    .select(`${lineFields}, chased_at, chase_count, report_questions (answered_at, withdrawn_at)`)
    .eq('block_id', blockId)
    .is('is_open', true)
    .order('number');
  return rows(await query.limit(numbers.queue_open_shown)).map((row) => ({
    ...toLine(row),
    chasedAt: row.chased_at ? new Date(row.chased_at) : null,
    chaseCount: row.chase_count,
    isAsked: row.report_questions.some((one) => !one.answered_at && !one.withdrawn_at),
  }));
}

/** The newest 50 cases of a building that ended this way. */
export async function listFinished(
  db: Db,
  blockId: string,
  status: ReportStatus,
): Promise<ReportLine[]> {
  const query = lines(db).eq('block_id', blockId).eq('status', status);
  const newest = query.order('number', { ascending: false }).limit(numbers.queue_finished_shown);
  return rows(await newest).map(toLine);
}

/** How many cases of a building ended in which way. They are different things, so nobody gets their sum. */
export async function countFinished(
  db: Db,
  blockId: string,
): Promise<{ status: ReportStatus; count: number }[]> {
  return Promise.all(
    finishedStatuses.map(async (status) => {
      const { count, error } = await db
        .from('reports')
        .select('*', { count: 'exact', head: true })
        .eq('block_id', blockId)
        .eq('status', status);
      if (error) throw error;
      return { status, count: count ?? 0 };
    }),
  );
}
