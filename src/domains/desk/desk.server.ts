import { rows, type Db } from '~/lib/supabase.ts';
import type { Waiting, Week } from './desk.ts';

/** What waits for the consultant, oldest first, at most 30, and how many there are in all. One round trip. */
export async function listWaiting(
  db: Db,
  blockId: string,
): Promise<{ things: Waiting[]; total: number }> {
  const found = rows(await db.rpc('desk_waiting', { block_id: blockId }));
  // The types of a composite say that everything may be null, and know nothing of what belongs together.
  const things = found.map(
    (row) =>
      ({
        kind: row.kind,
        about: row.about,
        id: row.id ?? '',
        title: row.title,
        body: row.body,
        reasons: row.reasons ?? [],
        place: row.place || null,
        parentId: row.parent_id,
        number: row.number,
        dueAt: row.due_at ? new Date(row.due_at) : null,
        isUrgent: row.is_urgent ?? false,
        amount: row.amount,
        since: new Date(row.since!),
        kindCount: row.kind_count ?? 1,
      }) as Waiting,
  );
  return { things, total: found[0]?.total ?? 0 };
}

/** The week in numbers; null for everybody but the consultant. */
export async function findWeek(db: Db, blockId: string): Promise<Week | null> {
  const [row] = rows(await db.rpc('desk_week', { block_id: blockId }));
  return row
    ? {
        signUps: row.sign_ups,
        datesHeld: row.dates_held,
        peopleCame: row.people_came,
        casesOpened: row.cases_opened,
        casesFinished: row.cases_finished,
        lateCases: row.late_cases,
        joinRequests: row.join_requests,
        newMembers: row.new_members,
      }
    : null;
}
