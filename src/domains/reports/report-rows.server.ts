import type { QueryData } from '@supabase/supabase-js';
import type { Db } from '~/lib/supabase.ts';
import type { Report, ReportLine } from './reports.ts';

export const lineFields =
  `id, number, thing, status, is_open, is_common, is_urgent, affected_count, created_at,
  status_changed_at, waiting_for, expected_by, place:places (name, kind), block:blocks!inner (id, slug, name),
  report_followers (person_id), report_details (asked_at)` as const;
const reportFields =
  `id, number, thing, status, is_open, is_common, is_urgent, affected_count, created_at,
  status_changed_at, waiting_for, expected_by, place:places (name, kind), block:blocks!inner (id, slug, name),
  report_followers (person_id),
  report_details (reporter_id, description, access, contact, asked_at),
  report_photos (position, width, height),
  report_events (id, kind, from_status, to_status, waiting_for, actor_role, created_at),
  report_messages (id, author_role, audience, body, created_at)` as const;

export const lines = (db: Db) => db.from('reports').select(lineFields);
export const whole = (db: Db) => db.from('reports').select(reportFields);
type LineRow = QueryData<ReturnType<typeof lines>>[number];
type ReportRow = QueryData<ReturnType<typeof whole>>[number];

export const toLine = (
  row: Omit<LineRow, 'report_details'> & {
    report_details: { asked_at: string | null } | null;
  },
): ReportLine => ({
  id: row.id,
  number: row.number,
  thing: row.thing,
  status: row.status,
  isOpen: row.is_open,
  isCommon: row.is_common,
  isUrgent: row.is_urgent,
  affectedCount: row.affected_count,
  createdAt: new Date(row.created_at),
  statusChangedAt: new Date(row.status_changed_at),
  waitingFor: row.waiting_for,
  expectedBy: row.expected_by,
  place: row.place,
  block: row.block,
  isFollowing: row.report_followers.length > 0,
  awaitsAnswerSince: row.report_details?.asked_at ? new Date(row.report_details.asked_at) : null,
});

export const toReport = (row: ReportRow): Report => ({
  ...toLine(row),
  details: row.report_details && {
    reporterId: row.report_details.reporter_id,
    description: row.report_details.description,
    access: row.report_details.access,
    contact: row.report_details.contact,
  },
  photos: row.report_photos.toSorted((a, b) => a.position - b.position),
  events: row.report_events.map((event) => ({
    id: event.id,
    kind: event.kind,
    from: event.from_status,
    to: event.to_status,
    waitingFor: event.waiting_for,
    by: event.actor_role,
    at: new Date(event.created_at),
  })),
  messages: row.report_messages.map((message) => ({
    id: message.id,
    by: message.author_role,
    audience: message.audience,
    body: message.body,
    at: new Date(message.created_at),
  })),
});
