import { addMonths } from '../../src/domains/figures/figures.ts';
import { Constants } from '../../src/lib/database.types.ts';
import { osloInstant } from '../../src/lib/time.ts';
import type { TestDb } from './database.ts';
import { line, type Metric, type Thing } from './figures.ts';

/** A second calculation of the figures of a month, over all rows, for comparing with the database. */

const ANSWERS = ['in_progress', 'waiting', 'fixed', 'closed'];
const OVER = ['fixed', 'confirmed', 'closed', 'withdrawn', 'merged'];
/** Of two things with as many cases the first one of these is shown. */
const ORDER = Constants.public.Enums.report_thing;
const DAY = 86_400_000;

type At = { created_at: Date };
const small = (count: number) => (count >= 1 && count <= 4 ? ('few' as const) : count);

function median(all: number[]): number {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** Total and things of cases as they are shown: at most ten, and never so many that the rest is 1 to 4. */
export function thingsTold(things: string[]): { total: number | 'few'; told: Map<string, number> } {
  const counts = new Map<string, number>();
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  const told = [...counts]
    .filter(([, count]) => count >= 5)
    .toSorted((a, b) => b[1] - a[1] || ORDER.indexOf(a[0] as Thing) - ORDER.indexOf(b[0] as Thing))
    .slice(0, 10);
  const rest = () => things.length - told.reduce((sum, [, count]) => sum + count, 0);
  const tells = () => rest() !== 0 && (rest() < 5 || rest() === 4 * (29 - told.length));
  while (told.length && tells()) told.pop();
  return { total: tells() ? 'few' : things.length, told: new Map(told) };
}

export async function figuresOf(db: TestDb, block: string, month: string): Promise<string[]> {
  const all = <Row>(table: string) =>
    db.sql<Row>(`select * from public.${table} where block_id = $1`, [block]);
  const [start, end] = [month, addMonths(month, 1)].map((m) => osloInstant(`${m}-01`, '00:00')) as [
    Date,
    Date,
  ];
  const isIn = (at: Date) => at >= start && at < end;
  const out: string[] = [];
  const tell = (metric: Metric, value: number | 'few', thing?: Thing) =>
    out.push(line(month, metric, value, thing));

  const activities = await all<{ id: string; status: string }>('activities');
  const heads = await all<{ session_id: string; heads: number }>('head_counts');
  const present = await all<{ session_id: string; present_count: number }>('attendances');
  const sessions = await all<{ id: string; activity_id: string; starts_at: Date; cancelled_at: Date }>('activity_sessions'); // prettier-ignore
  const held = sessions
    .filter((one) => isIn(one.starts_at) && !one.cancelled_at)
    .map((one) => {
      const counted = [
        ...heads.filter(({ session_id }) => session_id === one.id).map((row) => row.heads),
        ...present.filter(({ session_id }) => session_id === one.id).map((row) => row.present_count),
      ]; // prettier-ignore
      const came = counted.length ? counted.reduce((a, b) => a + b, 0) : null;
      return { came, status: activities.find(({ id }) => id === one.activity_id)!.status };
    })
    .filter(({ came, status }) => status === 'published' || Number(came) > 0);
  tell('dates_held', small(held.length));
  const counted = held.flatMap(({ came }) => came ?? []);
  if (counted.length) tell('attendance', small(counted.reduce((a, b) => a + b, 0)));
  tell('signups', small((await all<At>('signups')).filter((one) => isIn(one.created_at)).length));

  const reports = await all<At & { id: string; thing: Thing; status: string; expected_by: Date | null }>('reports'); // prettier-ignore
  const events = await all<At & { report_id: string; actor_role: string; to_status: string }>('report_events'); // prettier-ignore
  const messages = await all<At & { report_id: string; author_role: string; audience: string }>('report_messages'); // prettier-ignore
  const byThing = (metric: Metric, things: Thing[]) => {
    const { total, told } = thingsTold(things);
    tell(metric, total);
    for (const [thing, count] of told) tell(metric, count, thing as Thing);
  };
  const newOnes = reports.filter((one) => isIn(one.created_at) && one.status !== 'merged');
  byThing('new_cases', newOnes.map(({ thing }) => thing)); // prettier-ignore
  const fixed = reports.flatMap((report) => {
    const times = events
      .filter((e) => e.report_id === report.id && e.to_status === 'fixed' && isIn(e.created_at))
      .map((e) => e.created_at.getTime());
    return times.length ? [{ report, at: Math.max(...times) }] : [];
  });
  byThing('fixed_cases', fixed.map(({ report }) => report.thing)); // prettier-ignore
  const answered = reports.flatMap((report) => {
    const times = [
      ...events.filter((e) => ['landlord', 'consultant'].includes(e.actor_role) && ANSWERS.includes(e.to_status)),
      ...messages.filter((m) => ['landlord', 'consultant'].includes(m.author_role) && m.audience !== 'internal'),
    ].filter((one) => one.report_id === report.id).map((one) => one.created_at.getTime()); // prettier-ignore
    const first = Math.min(...times);
    return times.length && isIn(new Date(first)) ? [{ report, at: first }] : [];
  });
  for (const [metric, cases] of [['days_to_answer', answered], ['days_to_fixed', fixed]] as const) {
    const long = cases.map(({ report, at }) => (at - report.created_at.getTime()) / DAY);
    if (long.length) tell(metric, long.length < 5 ? 'few' : Number(median(long).toFixed(1)));
  } // prettier-ignore
  const late = reports.filter((one) => {
    const last = events
      .filter((e) => e.report_id === one.id && e.created_at < end)
      .toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime())[0];
    return one.created_at < end && one.expected_by && one.expected_by < end && last && !OVER.includes(last.to_status); // prettier-ignore
  });
  tell('late_cases', small(late.length));

  const polls = (await all<{ id: string; counted_at: Date; entitled: number }>('polls')).filter(
    (one) => one.counted_at && isIn(one.counted_at),
  );
  tell('votes_counted', small(polls.length));
  if (polls.length) {
    const turnouts = await db.sql<{ entitled: number; voted: number }>(
      `select p.entitled, (select count(e.used_on)::int from private.electors e where e.poll_id = p.id) as voted
       from public.polls p where p.id = any ($1) order by p.id`,
      [polls.map(({ id }) => id)],
    );
    const told = turnouts.filter(({ voted }) => voted === 0 || voted >= 5);
    const could = told.reduce((sum, { entitled }) => sum + entitled, 0);
    const used = told.reduce((sum, { voted }) => sum + voted, 0);
    const isTold = used >= 5 && could - used >= 5;
    tell('could_vote', isTold ? could : 'few');
    tell('voted', isTold ? used : 'few');
  }
  const done = await all<{ status: string; closed_at: Date }>('follow_ups');
  tell('follow_ups_done', small(done.filter((f) => f.status === 'done' && isIn(f.closed_at)).length)); // prettier-ignore
  return out;
}
