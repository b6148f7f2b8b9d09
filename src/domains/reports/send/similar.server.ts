import { rows, type Db } from '~/lib/supabase.ts';
import { lines, toLine } from '~/domains/reports/report-rows.server.ts';
import type { ReportPlace, ReportThing } from '~/domains/reports/reports.ts';
import { listSamePlaces } from '~/domains/reports/places.server.ts';
import { listSimilar } from '~/domains/reports/reports.server.ts';
import type { KnownFault, SimilarReport } from './similar.ts';

/**
 * What is reported already of this thing at this place, before it is written again: what the staff have posted about it,
 * and the other cases I may see.
 */
export async function findSimilar(
  db: Db,
  place: ReportPlace,
  thing: ReportThing,
  now: Date,
): Promise<{ known: KnownFault | null; reports: SimilarReport[] }> {
  const places = await listSamePlaces(db, place);
  const [known, similar] = await Promise.all([
    findKnownFault(db, places, thing),
    listSimilar(db, places, thing, now),
  ]);
  const others = similar.filter(({ id }) => id !== known?.report.id);
  const shown = await withPhoto(
    db,
    others.map(({ id }) => id),
  );
  return { known, reports: others.map((one) => ({ ...one, hasPhoto: shown.has(one.id) })) };
}

async function findKnownFault(
  db: Db,
  placeIds: string[],
  thing: ReportThing,
): Promise<KnownFault | null> {
  const query = db
    .from('outages')
    .select('report_id, place_id, body, expected_on')
    .in('place_id', placeIds)
    .eq('thing', thing)
    .is('ended_at', null)
    .order('posted_at', { ascending: false });
  const outage = rows(await query.limit(1).maybeSingle());
  if (!outage) return null;
  const report = rows(await lines(db).eq('id', outage.report_id).maybeSingle());
  return (
    report && {
      body: outage.body,
      expectedOn: outage.expected_on,
      gathers: outage.place_id === placeIds[0],
      report: toLine(report),
    }
  );
}

/** Which of the cases have a first picture that I may see. */
async function withPhoto(db: Db, reportIds: string[]): Promise<Set<string>> {
  if (reportIds.length === 0) return new Set();
  const query = db
    .from('report_photos')
    .select('report_id')
    .in('report_id', reportIds)
    .eq('position', 0);
  return new Set(rows(await query).map((row) => row.report_id));
}
