import type { QueryData } from '@supabase/supabase-js';
import type { Enums } from '~/lib/database.types.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Notification } from './notifications.ts';

const newest = 20;

const own = (db: Db, personId: string) =>
  db
    .from('notifications')
    .select(
      `id, kind, about, created_at, activity_id, proposal_id, poll_id, moderation_reason, block:blocks (slug), message:activity_messages (body),
      rule:notification_kinds (leads_to, wants_answer, warns_of_misuse), report:reports (number), notice:notices (id), poll:polls (title),
      proposal:proposals (title)`,
    )
    .eq('person_id', personId)
    .order('created_at', { ascending: false })
    .order('id')
    .limit(newest);
type Row = QueryData<ReturnType<typeof own>>[number];

/** The end of the address of what it is about. Cases and notices come only as long as I may read them. */
const thingOf = {
  activity: (row) => row.activity_id,
  report: (row) => row.report && String(row.report.number),
  proposal: (row) => row.proposal_id,
  poll: (row) => row.poll_id,
  notice: (row) => row.notice && row.notice.id,
  account: () => null,
} satisfies Record<Enums<'notification_about'>, (row: Row) => string | null>;

/** What I was told last, newest first, at most 20. */
export async function listNotifications(db: Db, personId: string): Promise<Notification[]> {
  return rows(await own(db, personId)).map((row) => ({
    id: row.id,
    kind: row.kind,
    createdAt: new Date(row.created_at),
    page: row.rule.leads_to,
    blockSlug: row.block.slug,
    thing: thingOf[row.about](row),
    wantsAnswer: row.rule.wants_answer,
    warnsOfMisuse: row.rule.warns_of_misuse,
    title: row.poll?.title ?? row.proposal?.title ?? null,
    message: row.message?.body ?? null,
    reason: row.moderation_reason,
  }));
}
