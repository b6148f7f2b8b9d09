import { rows, type Db } from '~/lib/supabase.ts';
import type { OutageInput, PostedOutage } from './outages.ts';

/** What is posted for this building now, the newest first. At most 20. Only `withCases` asks for the cases they belong to. */
export async function listOutages(
  db: Db,
  blockId: string,
  { withCases }: { withCases: boolean },
): Promise<PostedOutage[]> {
  const query = db
    .from('outages')
    .select('report_id, thing, body, expected_on, place:places!inner (name)')
    .eq('block_id', blockId)
    .is('ended_at', null)
    .order('posted_at', { ascending: false });
  const found = rows(await query.limit(20));
  const numbers = await numbersOf(db, withCases ? found.map((row) => row.report_id) : []);
  return found.map((row) => ({
    body: row.body,
    expectedOn: row.expected_on,
    thing: row.thing,
    place: row.place.name,
    reportNumber: numbers.get(row.report_id) ?? null,
  }));
}

/** Not embedded: without signing in there is no right to read cases at all. */
async function numbersOf(db: Db, reportIds: string[]): Promise<Map<string, number>> {
  if (reportIds.length === 0) return new Map();
  const query = db.from('reports').select('id, number').in('id', reportIds);
  return new Map(rows(await query).map(({ id, number }) => [id, number]));
}

/** Posts it, or changes what was posted. The id is an open case of that place and thing, or a new one. */
export async function postOutage(db: Db, blockId: string, outage: OutageInput) {
  const answer = await db.rpc('post_outage', {
    id: outage.id,
    block_id: blockId,
    place_id: outage.placeId,
    thing: outage.thing,
    body: outage.body,
    ...(outage.expectedOn && { expected_on: outage.expectedOn }),
  });
  return rows(answer) ?? 'not_allowed';
}

/** The case goes on without it. False when there was none, or I may not. */
export async function takeOutageDown(db: Db, reportId: string): Promise<boolean> {
  const query = db.from('outages').delete().eq('report_id', reportId).select('report_id');
  return rows(await query).length > 0;
}

/** The building of a case, for posting from a page outside of any building. */
export async function blockOf(db: Db, reportId: string): Promise<string | null> {
  const query = db.from('reports').select('block_id').eq('id', reportId);
  return rows(await query.maybeSingle())?.block_id ?? null;
}
