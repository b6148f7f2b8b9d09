import pg from 'pg';
import { inject } from 'vitest';
import { databaseUrl, loadConfig } from '../../scripts/backend/config.ts';
import type { TestDb } from './database.ts';

const first = (table: string, where = 'true') =>
  `(select id from public.${table} where block_id = b.id and ${where} order by id limit 1)`;
const resident = `(select u.id from auth.users u where u.email = 'beboer1@' || b.slug || '.example')`;
const stair = `(select id from public.places where block_id = b.id and kind = 'stair' order by id limit 1)`;
const flat = `(select m.flat_id from public.memberships m where m.person_id = ${resident} and m.flat_id is not null limit 1)`;
const shown = first('notices', `state = 'published' and audience = 'everybody'`);
const proposal = first('proposals', `status = 'approved' and hidden_at is null`);
const mine = `(select p.id from public.proposals p join public.proposal_authors a on a.proposal_id = p.id
  where p.block_id = b.id and p.status = 'approved' and a.person_id = ${resident} order by p.id limit 1)`;
const common = first('reports', 'is_common and merged_into is null');

const PHOTO = `gen_random_uuid() || '/' || repeat('a', 64) || '_1x1.webp'`;

/** A row of each kind that the demo data has in none or in one of the two buildings only; `b` is the building. */
const ROWS: [table: string, columns: string, values: string][] = [
  [
    'join_requests',
    'id, block_id, person_id, display_name, flat_text',
    `gen_random_uuid(), b.id, ${resident}, 'Ny', 'A1'`,
  ],
  ['notice_places', 'notice_id, block_id, place_id, kind', `${shown}, b.id, ${stair}, 'stair'`],
  ['family_readers', 'person_id', resident],
  [
    'notice_translations',
    'notice_id, block_id, language, title, body',
    `${shown}, b.id, 'so', 'x', 'x'`,
  ],
  [
    'notice_photos',
    'notice_id, block_id, path, alternative_text, kind',
    `${shown}, b.id, gen_random_uuid(), 'x', 'situation'`,
  ],
  ['notice_photo_requests', 'notice_id, block_id', `${shown}, b.id`],
  ['calendar_links', 'person_id, link_hash', `${resident}, gen_random_uuid()`],
  ['report_photos', 'report_id, block_id, path, position', `${common}, b.id, ${PHOTO}, 1`],
  [
    'report_event_actors',
    'event_id, block_id, person_id',
    `(select id from public.report_events where block_id = b.id order by id limit 1), b.id, ${resident}`,
  ],
  ['report_objections', 'report_id, person_id, flat_id', `${common}, ${resident}, ${flat}`],
  [
    'outages',
    'report_id, block_id, place_id, thing, body',
    `${common}, b.id, ${stair}, 'light', 'x'`,
  ],
  [
    'report_questions',
    'id, report_id, block_id, author_role, body',
    `gen_random_uuid(), ${common}, b.id, 'landlord', 'x'`,
  ],
  ['report_drafts', 'person_id, block_id, id', `${resident}, b.id, gen_random_uuid()`],
  ['proposal_photos', 'proposal_id, path, alternative_text', `${proposal}, gen_random_uuid(), 'x'`],
  [
    'proposal_messages',
    'id, proposal_id, block_id, is_from_staff, body',
    `gen_random_uuid(), ${proposal}, b.id, true, 'x'`,
  ],
  [
    'follow_up_photos',
    'id, poll_id, block_id, moment, path, alternative_text',
    `gen_random_uuid(), ${first('polls', 'counted_at is not null')}, b.id, 'before', gen_random_uuid(), 'x'`,
  ],
  [
    'poll_questions',
    'id, poll_id, block_id, body',
    `gen_random_uuid(), ${first('polls', `status = 'open'`)}, b.id, 'x'`,
  ],
  ['message_settings', 'person_id', resident],
  ['message_phones', 'person_id, phone', `${resident}, '+4790000000'`],
  [
    'push_subscriptions',
    'person_id, endpoint, public_key, auth_key',
    `${resident}, 'https://push.example/' || b.slug, repeat('a', 87), repeat('a', 22)`,
  ],
  ['letter_texts', 'block_id, language, body', `b.id, 'pl', 'x'`],
  ['edits', 'block_id, proposal_id, page_id, reason', `b.id, ${mine}, ${mine}, 'x'`],
  [
    'appeals',
    'block_id, proposal_id, page_id, hidden_at, body',
    `b.id, ${mine}, ${mine}, now(), 'x'`,
  ],
  [
    'pauses',
    'block_id, thing_kind, thing_id, reason, ends_at',
    `b.id, 'proposal', ${mine}, 'x', now() + interval '1 day'`,
  ],
  [
    'activity_messages',
    'id, activity_id, block_id, body, is_from_staff',
    `gen_random_uuid(), ${first('activities', `status = 'published'`)}, b.id, 'x', false`,
  ],
  [
    'outbox_messages',
    'channel, kind, payload, person_id',
    `'email', 'personal', '{}', ${resident}`,
  ],
];
const PER_ROW = [
  `insert into public.edit_texts (edit_id, block_id, thing_id, old_body)
   select id, block_id, thing_id, 'x' from public.edits on conflict do nothing`,
  `insert into public.activity_message_authors (message_id, person_id)
   select m.id, u.id from public.activity_messages m join public.blocks b on b.id = m.block_id
   join auth.users u on u.email = 'beboer1@' || b.slug || '.example' where not m.is_from_staff on conflict do nothing`,
  `insert into public.attendances (session_id, signup_id, activity_id, block_id, present_count)
   select x.id, s.id, s.activity_id, s.block_id, 1 from public.signups s join lateral (
     select id from public.activity_sessions where activity_id = s.activity_id order by id limit 1) x on true
   on conflict do nothing`,
  `insert into public.report_question_times (question_id, position, starts_at, ends_at)
   select id, 1, now(), now() + interval '1 hour' from public.report_questions on conflict do nothing`,
  `insert into public.poll_question_authors (question_id, person_id)
   select q.id, u.id from public.poll_questions q join public.blocks b on b.id = q.block_id
   join auth.users u on u.email = 'beboer1@' || b.slug || '.example' on conflict do nothing`,
  `insert into public.report_deadlines (thing, is_urgent, days) values ('light', false, 5) on conflict do nothing`,
  `insert into public.api_keys (name, scopes, key_hash) values ('x', '{read_all}', 'x')`,
  `insert into public.webhook_endpoints (url, kinds) values ('https://x.example/', '{report_created}')`,
  `insert into public.report_updates (api_key_id, report_id, reference)
   select k.id, r.id, 'x' from public.api_keys k, public.reports r`,
];

/** Gives each table of `public` a row in both buildings, as the superuser, without triggers and foreign keys. */
export async function fillTables(db: TestDb): Promise<void> {
  const config = loadConfig(inject('databaseFolder'));
  const name = new URL(db.databaseUrl).pathname.slice(1);
  const admin = new pg.Client({ connectionString: databaseUrl(config, 'supabase_admin', name) });
  await admin.connect();
  await admin.query(`set session_replication_role = 'replica'`);
  for (const [table, columns, values] of ROWS)
    await admin.query(
      `insert into public.${table} (${columns}) select ${values} from public.blocks b on conflict do nothing`,
    );
  for (const sql of PER_ROW) await admin.query(sql);
  // Writes are tried and rolled back: a write of one role must not affect the next.
  await admin.query(
    `alter role authenticator in database ${name} set pgrst.db_tx_end = 'commit-allow-override'`,
  );
  await admin.query(`notify pgrst, 'reload config'`);
  await admin.end();
}

const inBlock = (table: string, column: string) =>
  `${column} in (select id from public.${table} where block_id = $1)`;
const OF_MEMBERS = `person_id in (select person_id from public.memberships where block_id = $1 and ended_at is null)`;

/** Which rows belong to a building, for tables without a column `block_id`. Rows of no building are compared as a whole. */
export const OF_BUILDING: Record<string, string> = {
  blocks: 'id = $1',
  opening_hours: inBlock('contacts', 'contact_id'),
  people:
    'id in (select person_id from public.memberships where block_id = $1 and ended_at is null)',
  family_readers: OF_MEMBERS,
  calendar_links: OF_MEMBERS,
  message_settings: OF_MEMBERS,
  message_phones: OF_MEMBERS,
  push_subscriptions: OF_MEMBERS,
  outbox_messages: OF_MEMBERS,
  report_followers: inBlock('reports', 'report_id'),
  report_objections: inBlock('reports', 'report_id'),
  report_updates: inBlock('reports', 'report_id'),
  report_question_times: inBlock('report_questions', 'question_id'),
  proposal_authors: inBlock('proposals', 'proposal_id'),
  proposal_supporters: inBlock('proposals', 'proposal_id'),
  proposal_photos: inBlock('proposals', 'proposal_id'),
  proposal_comment_authors: inBlock('proposal_comments', 'comment_id'),
  poll_question_authors: inBlock('poll_questions', 'question_id'),
  activity_message_authors: inBlock('activity_messages', 'message_id'),
  notification_kinds: '$1::uuid is not null',
  report_things: '$1::uuid is not null',
  report_transitions: '$1::uuid is not null',
  responsibilities: '$1::uuid is not null',
  responsibility_translations: '$1::uuid is not null',
  report_deadlines: '$1::uuid is not null',
  report_assignees: '$1::uuid is not null',
  api_keys: '$1::uuid is not null',
  webhook_endpoints: '$1::uuid is not null',
  landlord_settings: '$1::uuid is not null',
};
