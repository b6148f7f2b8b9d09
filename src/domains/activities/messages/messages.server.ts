import { toHidden } from '~/domains/moderation/moderation.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { ActivityMessage } from './messages.ts';

/** The messages of an activity, newest first, at most 50. Only those who run it or are on its list get any. */
export async function listMessages(db: Db, activityId: string): Promise<ActivityMessage[]> {
  const query = db
    .from('activity_messages')
    .select(
      'id, body, created_at, is_from_staff, hidden_at, hidden_by, hidden_reason, activity_message_authors (person_id)',
    )
    .eq('activity_id', activityId)
    .order('created_at', { ascending: false });
  const found = rows(await query.limit(50));
  return found.map((row) => ({
    id: row.id,
    body: row.body,
    isFromStaff: row.is_from_staff,
    hidden: toHidden(row),
    // Only my own rows come back.
    isMine: row.activity_message_authors !== null,
    createdAt: new Date(row.created_at),
  }));
}

/** Sends a message to everybody on the list. */
export const sendMessage = async (db: Db, activityId: string, messageId: string, body: string) =>
  rows(
    await db.rpc('send_activity_message', { activity_id: activityId, message_id: messageId, body }),
  );
