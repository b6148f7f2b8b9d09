import { rows, type Db } from '~/lib/supabase.ts';
import type { ActivityMessage } from './messages.ts';

/** The messages of an activity, newest first, at most 50. Only those who run it or are on its list get any. */
export async function listMessages(db: Db, activityId: string): Promise<ActivityMessage[]> {
  const query = db
    .from('activity_messages')
    .select('id, body, created_at')
    .eq('activity_id', activityId)
    .order('created_at', { ascending: false });
  const found = rows(await query.limit(50)) ?? [];
  return found.map(({ id, body, created_at }) => ({ id, body, createdAt: new Date(created_at) }));
}

/** Sends a message to everybody on the list. */
export const sendMessage = async (db: Db, activityId: string, messageId: string, body: string) =>
  rows(
    await db.rpc('send_activity_message', { activity_id: activityId, message_id: messageId, body }),
  );
