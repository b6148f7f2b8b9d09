import { rows, rowsIfAllowed, type Db } from '~/lib/supabase.ts';
import type { Deadline, DeadlineInput, ThingDeadlines } from './deadlines.ts';
import { reportThings } from '~/domains/reports/reports.ts';

/** Every thing with the landlord's expected times. */
export async function listDeadlines(db: Db): Promise<ThingDeadlines[]> {
  const query = db.from('report_deadlines').select('thing, is_urgent, days, is_working_days');
  const set = new Map<string, Deadline>();
  for (const row of rows(await query.limit(200)))
    set.set(`${row.thing} ${row.is_urgent}`, {
      days: row.days,
      isWorkingDays: row.is_working_days,
    });
  return reportThings.map((thing) => ({
    thing,
    usual: set.get(`${thing} false`) ?? null,
    urgent: set.get(`${thing} true`) ?? null,
  }));
}

/** Saves both times of one thing. False when I may not. */
export async function saveDeadlines(db: Db, input: DeadlineInput): Promise<boolean> {
  const { thing } = input;
  const both = [
    { is_urgent: false, days: input.days, is_working_days: input.kind === 'working' },
    { is_urgent: true, days: input.urgentDays, is_working_days: input.urgentKind === 'working' },
  ];
  for (const { days, ...rest } of both) {
    const table = db.from('report_deadlines');
    const answer =
      days === null
        ? await table.delete().eq('thing', thing).is('is_urgent', rest.is_urgent).select('thing')
        : await table.upsert({ thing, days, ...rest }).select('thing');
    if (rowsIfAllowed(answer) === null) return false;
  }
  return true;
}
