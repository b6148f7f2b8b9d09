import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { PlaceKind } from '~/domains/blocks/blocks.ts';
import type { ReportPlace, ReportThing } from './reports.ts';
import { placesInOrder, thingGroups } from '~/domains/reports/send/steps.ts';

/** Where a fault can be, and what can be wrong there. */

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
  const places = rows(await query.order('position').limit(withFloors ? 900 : 100));
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
  return placesInOrder(rows(await query));
}

/** The floors of a stair, lowest first. */
export async function listFloors(db: Db, stairId: string): Promise<ReportPlace[]> {
  const query = db
    .from('places')
    .select('id, kind, name')
    .eq('parent_id', stairId)
    .eq('kind', 'floor');
  return rows(await query.order('position').limit(60));
}

/** Where the same fault may have been reported: a stair and its floors, a floor and its stair, else the place alone. */
export async function listSamePlaces(db: Db, { id, kind }: ReportPlace): Promise<string[]> {
  if (kind !== 'stair' && kind !== 'floor') return [id];
  const query = db.from('places').select('id, parent_id').eq('kind', 'floor');
  const floors = rows(await query.eq(kind === 'stair' ? 'parent_id' : 'id', id).limit(60));
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
  const found = rows(await query);
  return thingGroups.map((kind) => ({
    kind,
    things: found.flatMap((row) => (row.place_kind === kind ? row.thing : [])),
  }));
}

/** What can be wrong at a place of this kind, the most usual first. */
export async function listThings(db: Db, kind: PlaceKind): Promise<ReportThing[]> {
  const query = db.from('report_things').select('thing').eq('place_kind', kind).order('position');
  return rows(await query).map(({ thing }) => thing);
}
