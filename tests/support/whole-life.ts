import { randomUUID } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import type { Database } from '../../src/lib/database.types.ts';
import { storeSpacePhoto } from '../../src/lib/space-photos.ts';
import { YARD } from './cases.ts';
import { CAST } from './cast.ts';
import type { Db, TestDb } from './database.ts';
import { telling } from './pictures.ts';
import { close, openVote, receipt } from './polls.ts';
import { decide, propose } from './proposals.ts';
import { BLOCK, FLAT, OTHER_BLOCK, sendReport, storePhoto } from './reports.ts';

/** Unlike anything else in the database, so that a search of all of it finds the person and nobody else. */
export const ZEBRINE = {
  name: 'Zebrine Quistgaard',
  email: 'zebrine.quistgaard@unik.example',
  phone: '+4795123987',
  alias: 'Nattsvermeren',
  contact: 'Zq, 941 23 987, zq@annen.example',
  password: 'sommerfugl-77',
};
/** What a search of the whole database must not find of them. */
export const TRACES = [
  'zebrine',
  'quistgaard',
  'unik.example',
  '95123987',
  '951 23 987',
  '94123987',
  '941 23 987',
  'annen.example',
  'nattsvermeren',
];

const ok = <T>({ data, error }: { data: T; error: unknown }): T => {
  if (error) throw new Error(JSON.stringify(error));
  return data;
};

export type WholeLife = Awaited<ReturnType<typeof wholeLife>>;

/** Somebody who has used everything there is, over the API where there is a way: a resident, later also staff. */
export async function wholeLife(t: TestDb) {
  const desk = await t.as(CAST.drobak.consultant);
  const neighbour = await t.as(CAST.drobak.neighbour);
  const db = createClient<Database>(t.url, t.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { email, password, name } = ZEBRINE;
  const { user } = ok(await db.auth.signUp({ email, password }));
  const id = user!.id;
  ok(await db.rpc('ask_to_join', { id: randomUUID(), block_id: OTHER_BLOCK, display_name: name, flat_text: 'H0999' })); // prettier-ignore
  const code = ok(
    await desk.rpc('make_join_code', { block_id: BLOCK, flat_id: FLAT, max_uses: 1 }),
  );
  ok(await db.rpc('join_block', { code: code!, display_name: name }));
  const [member] = await t.sql<{ id: string }>('select id from memberships where person_id = $1', [
    id,
  ]);
  await t.sql(
    `insert into private.sign_in_slips (id, membership_id, slip_hash, expires_at) values (gen_random_uuid(), $1, 'x', now() + interval '9 minutes')`,
    [member!.id],
  );

  const activities = await takePart(t, id, db, neighbour);
  const cases = await reportFaults(t, db, desk, neighbour);
  const ideas = await speakUp(t, db);
  await beReached(t, id, db);
  await workHere(t, id, member!.id);
  // What waits for the morning when this runs at night goes out too.
  await t.sql('update private.deliveries set due_at = now() where person_id = $1', [id]);
  ok(await t.service().rpc('form_messages', { channels: ['email', 'push'] }));
  await t.sql(
    `insert into private.deliveries (notification_id, person_id, channel, due_at)
     select id, person_id, 'email', now() + interval '1 day' from notifications where person_id = $1 limit 1`,
    [id],
  );
  return { id, db, email, password, ...activities, cases, ...ideas };
}

/** Past with a tick at the door, one to come with one place that the neighbour waits for, and two as the host. */
async function takePart(t: TestDb, id: string, db: Db, neighbour: Db) {
  const [past, coming, hosted, offered] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await t.sql(
    `insert into activities (id, block_id, kind, title, status, capacity, host, body)
     select a, $2, 'course', 'Kurs ' || n, (array['published', 'published', 'published', 'proposed']::activity_status[])[n], 1,
       case when n > 2 then 'Zebrine i andre etasje' end, case when n > 2 then 'Ring Zebrine, 95123987.' end
     from unnest($1::uuid[]) with ordinality u (a, n)`,
    [[past, coming, hosted, offered], BLOCK],
  );
  await t.sql(
    `insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
     select a, $2, now() + d, now() + d + interval '1 hour'
     from unnest($1::uuid[], array['3 days', '3 days', '4 days', '5 days']::interval[]) u (a, d)`,
    [[past, coming, hosted, offered], BLOCK],
  );
  await t.sql(
    "update activity_sessions set note = 'Zebrine tar med kaffe' where activity_id = $1",
    [hosted],
  );
  await t.sql("update activities set languages = 'Zebrine snakker norsk' where id = $1", [hosted]);
  await t.sql(
    'insert into activity_hosts (activity_id, block_id, person_id) select a, $2, $3 from unnest($1::uuid[]) a',
    [[hosted, offered], BLOCK, id],
  );
  for (const activity_id of [past, coming]) ok(await db.rpc('sign_up', { activity_id }));
  ok(await neighbour.rpc('sign_up', { activity_id: coming }));
  await t.sql(
    `insert into attendances (session_id, signup_id, activity_id, block_id, present_count)
     select s.id, g.id, g.activity_id, g.block_id, 1 from activity_sessions s join signups g on g.activity_id = s.activity_id
     where s.activity_id = $1`,
    [past],
  );
  await t.sql(
    "update activity_sessions set starts_at = starts_at - interval '5 days', ends_at = ends_at - interval '5 days' where activity_id = $1",
    [past],
  );
  await t.sql(
    `with message as (insert into activity_messages (activity_id, block_id, body) values ($1, $2, 'Hilsen Zebrine') returning id)
     insert into activity_message_authors (message_id, person_id) select id, $3 from message`,
    [hosted, BLOCK, id],
  );
  return { past, coming, hosted, offered };
}

/** Open and closed in the flat, one in the yard, one of somebody else; with words, names, photos, questions and a draft. */
async function reportFaults(t: TestDb, db: Db, desk: Db, neighbour: Db) {
  const [shared, one, two] = [await storePhoto(db), await storePhoto(db), await storePhoto(db)];
  const unsent = await storePhoto(db);
  const { contact } = ZEBRINE;
  const words = 'Hei, jeg er Zebrine Quistgaard, ring +47 951 23 987. ';
  const open = await sendReport(db, { contact, access: 'call_first', description: `${words}Det drypper.`, photo_paths: [one, shared] }); // prettier-ignore
  const closed = await sendReport(db, { contact, thing: 'power', description: `${words}Mørkt.` });
  const yard = await sendReport(db, {
    place_id: YARD, thing: 'light', contact, description: `${words}Lyset er borte.`, photo_paths: [two, shared],
    are_photos_shared: true,
  }); // prettier-ignore
  for (const { id } of [open, yard]) {
    const say = (
      by: Db,
      body: string,
      audience: 'resident' | 'internal' | 'everyone' = 'resident',
    ) => by.rpc('add_report_message', { id: randomUUID(), report_id: id, body, audience }).then(ok);
    await say(db, 'Det er Zebrine igjen, nattsvermeren.');
    await say(desk, 'Hei Zebrine! Vi kommer.');
    await say(desk, 'Zebrine er hjemme om kvelden.', 'internal');
    const question = randomUUID();
    ok(await desk.rpc('ask_report_question', { id: question, report_id: id, body: 'Når passer det, Zebrine?' })); // prettier-ignore
    ok(await db.rpc('answer_report_question', { question_id: question, answer: 'Spør etter Quistgaard.' })); // prettier-ignore
  }
  ok(await db.rpc('change_report_status', { report_id: closed.id, to_status: 'withdrawn' }));
  const other = await sendReport(neighbour, { place_id: YARD, thing: 'paving', description: 'Hull.' }); // prettier-ignore
  ok(await db.rpc('follow_report', { report_id: other.id }));
  await t.sql("update reports set status = 'fixed' where id = $1", [other.id]);
  ok(await db.rpc('object_report', { report_id: other.id }));
  ok(await db.from('report_drafts').insert({ block_id: BLOCK, id: randomUUID(), description: words, contact, photos: unsent.split('/')[1]!.replace('.webp', '') })); // prettier-ignore
  return {
    open: open.id,
    closed: closed.id,
    yard: yard.id,
    other: other.id,
    shared,
    one,
    two,
    unsent,
  };
}

/** Proposals, comments, support, questions, votes and flags. */
async function speakUp(t: TestDb, db: Db) {
  const { alias } = ZEBRINE;
  const stored = await storeSpacePhoto(db, new Blob([new Uint8Array(await telling(40, 30))]));
  if (!('path' in stored)) throw new Error(stored.problem);
  const idea = async (title: string, more = {}) => {
    const id = randomUUID();
    const text = { title, body: 'Spør Zebrine i andre etasje.', kind: 'social' as const, alias };
    ok(await db.rpc('propose', { id, block_id: BLOCK, ...text, ...more }));
    return id;
  };
  const approved = await idea('Benk til Zebrine', { photo_path: stored.path, photo_text: 'Zebrine viser benken' }); // prettier-ignore
  await decide(t, approved, true);
  const declined = await idea('Svømmebasseng');
  await decide(t, declined, false);
  const pending = await idea('Badstue');
  const others = await propose(t, { who: CAST.drobak.neighbour, approve: true });
  ok(await db.rpc('support_proposal', { proposal_id: others }));
  const comment = randomUUID();
  ok(await db.rpc('comment_proposal', { id: comment, proposal_id: others, body: 'Enig! Zebrine', alias })); // prettier-ignore
  ok(
    await db.rpc('flag_thing', { kind: 'proposal', id: others, reason: 'Zebrine liker det ikke' }),
  );

  const open = await openVote(t, { rule: 'per_person', min_age: 13 });
  ok(await db.rpc('ask_poll_question', { id: randomUUID(), poll_id: open.id, body: 'Hvem er Zebrine?' })); // prettier-ignore
  const cast = (vote: { id: string; options: string[] }) =>
    db.rpc('cast_vote', { poll_id: vote.id, choices: [vote.options[0]!], receipt: receipt() });
  if (ok(await cast(open)) !== 'voted') throw new Error('the vote did not count');
  const counted = await openVote(t);
  ok(await cast(counted));
  await close(t, counted.id);
  return {
    approved,
    declined,
    pending,
    others,
    comment,
    openPoll: open.id,
    countedPoll: counted.id,
  };
}

/** Everything about being told: settings, number, browser, calendar, notices. */
async function beReached(t: TestDb, id: string, db: Db) {
  const topics: ['reports'] = ['reports'];
  ok(await db.rpc('save_message_settings', { email_topics: topics, push_topics: topics, sms_topics: topics, rhythm: 'at_once', quiet_from: 1, quiet_to: 1 })); // prettier-ignore
  const digits = ok(await t.service().rpc('start_phone', { person_id: id, phone: ZEBRINE.phone }));
  ok(await db.rpc('confirm_phone', { digits: digits! }));
  await t.sql("insert into private.phone_checks values ($1, 'x', now() + interval '1 hour')", [id]);
  ok(await db.rpc('subscribe_push', { endpoint: `https://push.unik.example/${id}`, public_key: 'B'.repeat(87), auth_key: 'a'.repeat(22) })); // prettier-ignore
  ok(await db.rpc('make_calendar_link'));
  ok(await db.from('family_readers').insert({ person_id: id }));
  const [notice] = await t.sql<{ id: string }>(
    "select id from notices where block_id = $1 and audience = 'everybody' and state = 'published' limit 1",
    [BLOCK],
  );
  ok(await db.rpc('count_notice_reads', { notice_ids: [notice!.id] }));
  await t.sql(
    `insert into notifications (person_id, block_id, kind, subject, notice_id) values ($1, $2, 'notice_new', 'x', $3)`,
    [id, BLOCK, notice!.id],
  );
}

/** Later also a consultant elsewhere and one of Boligbygg's. */
async function workHere(t: TestDb, id: string, memberId: string) {
  await t.sql(
    "insert into memberships (person_id, role, block_id) values ($1, 'consultant', $2), ($1, 'landlord', null)",
    [id, OTHER_BLOCK],
  );
  await t.sql(
    `insert into join_codes (block_id, role, code_hash, max_uses, expires_at, created_by)
     values ($1, 'partner', 'hash-of-nothing', 1, now() + interval '1 day', $2)`,
    [OTHER_BLOCK, id],
  );
  await t.sql(
    "insert into report_assignees (id, name, kind, person_id) values ($1, 'Zebrine Quistgaard', 'person', $2)",
    [randomUUID(), id],
  );
  await t.sql(
    `insert into report_event_actors (event_id, block_id, person_id)
     select e.id, e.block_id, $1 from report_events e where e.id not in (select event_id from report_event_actors) limit 1`,
    [id],
  );
  await t.sql(
    `with pause as (
      insert into pauses (block_id, membership_id, reason, ends_at) values ($1, $2, 'Zebrine roper', now() + interval '2 days') returning id
    ) insert into private.paused_people select id, $3 from pause`,
    [BLOCK, memberId, id],
  );
  await t.sql(
    `with thing as (select proposal_id as id from proposal_authors a join proposals p on p.id = a.proposal_id
        where a.person_id = $2 and p.status = 'approved'),
      edit as (insert into edits (block_id, proposal_id, page_id, reason) select $1::uuid, id, id, 'Zebrine sto der' from thing
        returning id, thing_id),
      old as (insert into edit_texts (edit_id, block_id, thing_id, old_title, old_body, old_parts)
        select id, $1, thing_id, 'Benken til Zebrine', 'Av Zebrine', array[E'host\\nZebrine'] from edit)
    insert into appeals (block_id, proposal_id, page_id, hidden_at, body) select $1, id, id, now(), 'Hvorfor? Zebrine' from thing`,
    [BLOCK, id],
  );
  await t.sql(
    `with month as (insert into private.pulse_months (block_id, month) values ($1, date_trunc('month', now())) on conflict (block_id, month)
        do update set good = 1 returning block_id, month, salt)
     insert into private.pulse_marks select block_id, month, sha256(salt || convert_to($2, 'UTF8')) from month`,
    [BLOCK, id],
  );
  await t.sql(
    `insert into audit_entries (block_id, actor_id, actor_role, act, subject, shape, subject_id, reason, details) values
     ($1, $2, 'consultant', 'change', 'block', 'none', $1, 'Gjort', '{}'),
     ($3, null, 'consultant', 'lock_out', 'membership', 'none', $4, 'Zebrine ropte', '{}'),
     ($3, null, 'consultant', 'change', 'contact', 'none', $2, null, '{}'),
     ($3, null, 'consultant', 'add_milestone', 'poll', 'title', $1, null, '{"title": "Zebrine henter benken"}')`,
    [OTHER_BLOCK, id, BLOCK, memberId],
  );
}
