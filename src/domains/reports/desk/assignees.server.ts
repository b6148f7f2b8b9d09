import { rows, type Db } from '~/lib/supabase.ts';
import type { Assignee } from './assignees.ts';

/** Everybody a case can be or was given to, by name. */
export async function listAssignees(db: Db): Promise<Assignee[]> {
  const query = db.from('report_assignees').select('id, name, kind, is_active, person_id');
  return rows(await query.order('name').limit(500)).map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    isActive: row.is_active,
    personId: row.person_id,
  }));
}

/** Adds or changes one; false when there is another of this name or for this account, or I am not the landlord. */
export async function saveAssignee(db: Db, { id, name, kind, isActive, personId }: Assignee) {
  const answer = await db
    .from('report_assignees')
    .upsert({ id, name, kind, is_active: isActive, person_id: personId });
  if (['23505', '42501'].includes(answer.error?.code ?? '')) return false;
  rows(answer);
  return true;
}

/** The assignee of this case; null when there is none, or the reader may not know. */
export async function findAssignment(
  db: Db,
  reportId: string,
): Promise<{ id: string; name: string; at: Date } | null> {
  const query = db
    .from('report_assignments')
    .select('assigned_at, report_assignees (id, name)')
    .eq('report_id', reportId);
  const row = rows(await query.maybeSingle());
  return row?.report_assignees && row.assigned_at
    ? { ...row.report_assignees, at: new Date(row.assigned_at) }
    : null;
}
