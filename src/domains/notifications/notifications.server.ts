import { rows, type Db } from '~/lib/supabase.ts';
import type { Notification } from './notifications.ts';

const newest = 20;

/** What I was told last, newest first, at most 20. */
export async function listNotifications(db: Db, personId: string): Promise<Notification[]> {
  const query = db
    .from('notifications')
    .select(
      `id, kind, created_at, activity_id, report_id, proposal_id, poll_id, notice_id, moderation_reason, block:blocks (slug), message:activity_messages (body),
      report:reports (number), notice:notices (id), poll:polls (title), proposal:proposals (title)`,
    )
    .eq('person_id', personId)
    .order('created_at', { ascending: false })
    .order('id')
    .limit(newest);
  return rows(await query).map((row) => ({
    id: row.id,
    kind: row.kind,
    createdAt: new Date(row.created_at),
    activityId: row.activity_id,
    pollId: row.poll_id,
    reportNumber: row.report?.number ?? null,
    isOfNotice: row.notice_id !== null,
    noticeId: row.notice?.id ?? null,
    proposalId: row.proposal_id,
    blockSlug: row.block.slug,
    title: row.poll?.title ?? row.proposal?.title ?? null,
    message: row.message?.body ?? null,
    reason: row.moderation_reason,
  }));
}
