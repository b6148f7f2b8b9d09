import { rows, type Db } from '~/lib/supabase.ts';
import type { Delivery } from './delivery.ts';

/** How far a case has come on its way to the landlord; null for everybody but its staff and its reporter. */
export async function findDelivery(db: Db, reportId: string): Promise<Delivery | null> {
  const [row] = rows(await db.rpc('report_delivery', { report_id: reportId }));
  return row ? { state: row.state, since: new Date(row.since), failures: row.failures } : null;
}
