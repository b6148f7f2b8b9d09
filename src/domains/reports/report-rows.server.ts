import type { QueryData } from '@supabase/supabase-js';
import type { Db } from '~/lib/supabase.ts';
import type { Question, Report, ReportLine } from './reports.ts';

export const lineFields =
  `id, number, thing, status, is_open, is_common, is_urgent, affected_count, created_at,
  status_changed_at, waiting_for, expected_by, place:places (name, kind), block:blocks!inner (id, slug, name),
  report_followers (person_id), report_details (asked_at)` as const;
const reportFields =
  `id, number, thing, status, is_open, is_common, is_urgent, affected_count, created_at,
  status_changed_at, waiting_for, expected_by, place:places (name, kind), block:blocks!inner (id, slug, name),
  place_id, merged_into, are_photos_shared, chased_at, chase_count,
  report_followers (person_id), report_objections (person_id), outages (body, expected_on, ended_at),
  report_details (reporter_id, description, access, contact, asked_at, appealed_at),
  report_photos (position, width, height),
  report_events (id, kind, from_status, to_status, waiting_for, actor_role, created_at,
    report_event_actors (person:people (display_name))),
  report_messages (id, event_id, author_role, audience, body, created_at),
  report_questions (id, body, author_role, asked_at, withdrawn_at, answered_at, answered_by, chosen_position, answer,
    report_question_times!report_question_times_question_id_fkey (position, starts_at, ends_at))` as const;

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

const toOutage = (row: ReportRow['outages'][number] | undefined): Report['outage'] =>
  row ? { body: row.body, expectedOn: row.expected_on } : null;

const toQuestion = (row: ReportRow['report_questions'][number]): Question => ({
  id: row.id,
  body: row.body,
  by: row.author_role,
  askedAt: new Date(row.asked_at),
  isWithdrawn: row.withdrawn_at !== null,
  answeredAt: row.answered_at ? new Date(row.answered_at) : null,
  answeredBy: row.answered_by,
  chosen: row.chosen_position,
  answer: row.answer,
  times: row.report_question_times
    .map(({ position, starts_at, ends_at }) => ({
      position,
      startsAt: new Date(starts_at),
      endsAt: new Date(ends_at),
    }))
    .toSorted((a, b) => a.position - b.position),
});

export const toReport = (row: ReportRow): Report => ({
  ...toLine(row),
  placeId: row.place_id,
  mergedInto: row.merged_into,
  arePhotosShared: row.are_photos_shared,
  chasedAt: row.chased_at ? new Date(row.chased_at) : null,
  chaseCount: row.chase_count,
  hasObjected: row.report_objections.length > 0,
  outage: toOutage(row.outages.find(({ ended_at }) => !ended_at)),
  questions: row.report_questions.map(toQuestion),
  details: row.report_details && {
    reporterId: row.report_details.reporter_id,
    description: row.report_details.description,
    access: row.report_details.access,
    contact: row.report_details.contact,
    hasAppealed: row.report_details.appealed_at !== null,
  },
  photos: row.report_photos.toSorted((a, b) => a.position - b.position),
  events: row.report_events.map((event) => ({
    id: event.id,
    kind: event.kind,
    from: event.from_status,
    to: event.to_status,
    waitingFor: event.waiting_for,
    by: event.actor_role,
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- row-level security may hide the person
    actor: event.report_event_actors?.person?.display_name ?? null,
    at: new Date(event.created_at),
  })),
  messages: row.report_messages.map((message) => ({
    id: message.id,
    eventId: message.event_id,
    by: message.author_role,
    audience: message.audience,
    body: message.body,
    at: new Date(message.created_at),
  })),
});
