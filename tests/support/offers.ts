import { sql } from './demo-portal.ts';

/** Offers depend on time: for the browser tests the dates are moved instead of waiting for them. */

/** Moves all dates of an activity so that the first one begins in that many hours. */
export const startsIn = (activityId: string, hours: number) =>
  sql(
    `with first as (select min(starts_at) as at from activity_sessions where activity_id = $1)
     update activity_sessions s set
       starts_at = s.starts_at + (now() + make_interval(hours => $2) - first.at),
       ends_at = s.ends_at + (now() + make_interval(hours => $2) - first.at)
     from first where s.activity_id = $1`,
    [activityId, hours],
  );

/** The time to answer expired a minute ago. */
export const letOffersEnd = (activityId: string) =>
  sql(
    `update signups set offer_expires_at = now() - interval '1 minute'
     where activity_id = $1 and status = 'offered'`,
    [activityId],
  );

/** An activity of Drøbakgata 1 made without the form, which is slower. Answers its id. */
export async function makeActivity(columns: Record<string, unknown> = {}): Promise<string> {
  const all = { kind: 'event', status: 'published', capacity: 5, ...columns };
  const names = Object.keys(all);
  const [row] = await sql<{ id: string }>(
    `insert into activities (block_id, ${names.join(', ')})
     select id, ${names.map((_, at) => `$${at + 1}`).join(', ')} from blocks where slug = 'drobakgata-1' returning id`,
    Object.values(all),
  );
  await sql(
    `insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
     select id, block_id, now() + interval '10 days', now() + interval '10 days 2 hours' from activities where id = $1`,
    [row!.id],
  );
  return row!.id;
}
