import { rows, type Db } from '~/lib/supabase.ts';
import { whereOf } from '~/domains/activities/activities.ts';
import type { CalendarDate } from './ics.ts';

/** The format of a personal link; anything else is not looked up. */
const secretLook = /^[0-9a-f]{48}$/;

/** When I made the link to my calendar; null when I have none. The link itself cannot be read. */
export async function findCalendarLink(db: Db, personId: string): Promise<Date | null> {
  const query = db.from('calendar_links').select('created_at').eq('person_id', personId);
  const [row] = rows(await query.limit(1));
  return row ? new Date(row.created_at) : null;
}

/** The secret of my new link; an earlier one stops working. */
export const makeCalendarLink = async (db: Db) => rows(await db.rpc('make_calendar_link'));

/** False when there was none. */
export async function endCalendarLink(db: Db, personId: string): Promise<boolean> {
  const query = db.from('calendar_links').delete().eq('person_id', personId);
  return rows(await query.select('person_id')).length > 0;
}

/** What the owner of this link takes part in or hosts; null for a link that does not work. */
export async function openCalendar(
  db: Db,
  secret: string,
  urlOf: (slug: string, activityId: string) => string,
): Promise<CalendarDate[] | null> {
  if (!secretLook.test(secret)) return null;
  const found = rows(await db.rpc('calendar_of', { secret }));
  if (found.length === 0) return null;
  // A link without dates has one row, of nulls.
  return found
    .filter((row) => (row.session_id as string | null) !== null)
    .map((row) => ({
      sessionId: row.session_id,
      startsAt: new Date(row.starts_at),
      endsAt: new Date(row.ends_at),
      isCancelled: row.is_cancelled,
      sequence: row.sequence,
      title: row.title,
      body: row.body,
      where: whereOf({ placeName: row.place_name, whereabouts: row.whereabouts }),
      note: row.note,
      url: urlOf(row.block_slug, row.activity_id),
    }));
}
