import { rows, type Db } from '~/lib/supabase.ts';
import { noMerges, type Merges } from './parties.ts';
import { listSimilar } from '~/domains/reports/reports.server.ts';
import type { Report } from '~/domains/reports/reports.ts';

async function numbers(db: Db, column: 'id' | 'merged_into', reportId: string) {
  const query = db
    .from('reports')
    .select('number, report_details (asked_at)')
    .eq(column, reportId)
    .order('number');
  return rows(await query.limit(50)).map(({ number, report_details }) => ({
    number,
    awaitsAnswer: Boolean(report_details?.asked_at),
  }));
}

/** The case it is merged into, and for the staff what was merged into it and what it could be merged with. */
export async function findMerges(
  db: Db,
  report: Report,
  isStaff: boolean,
  now: Date,
): Promise<Merges> {
  const [into, here, similar] = await Promise.all([
    report.mergedInto ? numbers(db, 'id', report.mergedInto) : [],
    isStaff ? numbers(db, 'merged_into', report.id) : noMerges.here,
    isStaff && report.isOpen ? listSimilar(db, report.placeId, report.thing, now) : [],
  ]);
  return {
    into: into[0]?.number ?? null,
    here,
    similar: similar.filter(({ id }) => id !== report.id),
  };
}

/** Merges a case into the one with this number. */
export async function mergeReport(db: Db, reportId: string, intoNumber: number) {
  const query = db.from('reports').select('id').eq('number', intoNumber);
  const into = rows(await query.maybeSingle());
  if (!into) return 'wrong_target';
  return (
    rows(await db.rpc('merge_report', { report_id: reportId, into_id: into.id })) ?? 'not_found'
  );
}

export const unmergeReport = async (db: Db, reportId: string) =>
  rows(await db.rpc('unmerge_report', { report_id: reportId })) ?? 'not_found';
