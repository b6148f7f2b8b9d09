import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findWeek, listWaiting } from '../../src/domains/desk/desk.server.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { newcomer } from '../support/newcomer.ts';
import { noticeDesk } from '../support/notices.ts';
import { ask, openVote, runOut, savedVote } from '../support/polls.ts';
import { propose } from '../support/proposals.ts';
import { demoId, sendReport } from '../support/reports.ts';
import { daysUntil, osloDay } from '../../src/lib/time.ts';
import { clientOf, EVERYBODY } from '../support/rights.ts';

/** What waits at the desk of Drøbakgata 1: each kind of item, the order, who reads it, and that a decided item is gone. */

const block = demoId('drobakgata-1');
const { drobak } = CAST;
let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const atDesk = () => at.as(drobak.consultant);
const list = async () => (await listWaiting(await atDesk(), block)).things;
const find = async (id: string, kind?: string) =>
  (await list()).find((one) => one.id === id && (!kind || one.kind === kind));

/** Changes rows without the triggers that ask for a reason. */
const quietly = (tables: string[], statements: string) => {
  const triggers = (state: string) =>
    tables.map((table) => `alter table public.${table} ${state} trigger user;`).join('');
  return at.sql(`begin; ${triggers('disable')} ${statements}; ${triggers('enable')} commit`);
};

/** Decides everything in the demo, so that nothing waits. */
const clear = () =>
  quietly(
    ['proposals', 'activities', 'reports', 'polls', 'follow_ups'],
    `update public.proposals set status = 'approved', decided_at = now() where status = 'pending';
    update public.activities set status = 'published' where status in ('proposed', 'draft');
    update public.flags set resolved_at = now(), verdict = 'dismissed' where resolved_at is null;
    delete from public.appeals;
    update public.reports set status = 'in_progress', waiting_for = null, expected_by = null where is_open;
    update public.poll_questions set answer = 'Ja', answered_at = now() where answered_at is null;
    update public.join_requests set status = 'declined', decided_at = now(), display_name = null, flat_text = null
      where status = 'open';
    delete from public.notice_photo_requests;
    update public.notices set state = 'withdrawn' where state = 'draft';
    update public.follow_ups set status = 'done', next_on = null, closed_at = now() where next_on is not null;
    update public.polls set status = 'stopped', stopped_at = now(), stop_reason = 'Prøve', closed_at = null, counted_at = null
      where status in ('draft', 'planned', 'open') or (status = 'closed' and counted_at is null);
    delete from public.outbox_messages`,
  );

describe('each kind of item waits until it is decided', () => {
  beforeEach(clear);

  test('a desk where nothing waits is empty', async () => {
    expect(await listWaiting(await atDesk(), block)).toEqual({ things: [], total: 0 });
  });

  test('a proposal, with its text', async () => {
    const id = await propose(at, { title: 'Krakker', body: 'To til.' });
    expect(await list()).toMatchObject([
      { kind: 'proposal', id, title: 'Krakker', body: 'To til.', about: 'physical', kindCount: 1 },
    ]);
    await ask(await atDesk(), 'decide_proposal', { proposal_id: id, approve: true });
    expect(await list()).toEqual([]);
  });

  test('a flagged thing, once, with every reason and without names', async () => {
    const id = await propose(at, { approve: true });
    for (const [who, reason] of [
      [drobak.neighbour, 'Navngir en nabo'],
      [drobak.household, 'Ikke greit'],
    ] as const)
      await ask(await at.as(who), 'flag_thing', { kind: 'proposal', id, reason });
    const [flag, ...more] = await list();
    expect(more).toEqual([]);
    expect(flag).toMatchObject({ kind: 'flag', id, about: 'proposal', amount: 2 });
    expect(flag!.reasons).toEqual(['Navngir en nabo', 'Ikke greit']);
    await ask(await atDesk(), 'moderate', { kind: 'proposal', id, act: 'dismiss', reason: '' });
    expect(await list()).toEqual([]);
  });

  test('a flagged comment, with the title of its proposal', async () => {
    const id = await propose(at, { approve: true, title: 'Krakker' });
    const commentId = randomUUID();
    await at.sql(
      `insert into public.proposal_comments (id, proposal_id, block_id, body) values ($1, $2, $3, 'Tull')`,
      [commentId, id, block],
    );
    await ask(await at.as(drobak.neighbour), 'flag_thing', {
      kind: 'comment',
      id: commentId,
      reason: 'Stygt',
    });
    expect(await list()).toMatchObject([
      { kind: 'flag', id: commentId, about: 'comment', title: 'Krakker', body: 'Tull' },
    ]);
  });

  test('a hidden thing whose author has appealed, with the text of the appeal, until it is answered', async () => {
    const id = await propose(at, { approve: true, title: 'Krakker' });
    const desk = await atDesk();
    await ask(desk, 'moderate', { kind: 'proposal', id, act: 'hide', reason: 'Navn' });
    expect(await list()).toEqual([]);
    await ask(await at.as(drobak.resident), 'appeal', {
      kind: 'proposal',
      id,
      body: 'Det er mitt.',
    });
    expect(await list()).toMatchObject([
      {
        kind: 'appeal',
        id,
        about: 'proposal',
        title: 'Krakker',
        body: 'Det er mitt.',
        amount: null,
      },
    ]);
    await ask(desk, 'moderate', { kind: 'proposal', id, act: 'restore', reason: 'Greit' });
    expect(await list()).toEqual([]);
  });

  test('a proposed activity with its date', async () => {
    const id = randomUUID();
    const starts_at = new Date(Date.now() + 9 * 86_400_000).toISOString();
    const ends_at = new Date(Date.now() + 9 * 86_400_000 + 3_600_000).toISOString();
    const sent = {
      id,
      block_id: block,
      kind: 'event',
      title: 'Quiz',
      is_public: true,
      max_party: 5,
    };
    const answer = await ask(await at.as(drobak.neighbour), 'propose_activity', {
      activity: sent,
      sessions: [{ starts_at, ends_at }],
    });
    expect(answer).toBe('proposed');
    const [quiz] = await list();
    expect(quiz).toMatchObject({ kind: 'activity', id, title: 'Quiz', about: 'event' });
    expect(quiz!.dueAt?.toISOString()).toBe(starts_at);
    await ask(await atDesk(), 'publish_activity', { activity_id: id });
    expect(await list()).toEqual([]);
  });

  test('a new case, until it is sent on; a case with a question to the resident waits for the resident', async () => {
    const { id, number } = await sendReport(await at.as(drobak.resident));
    expect(await list()).toMatchObject([
      { kind: 'case', id, number, about: 'leak', place: 'A201' },
    ]);
    await at.sql(
      `insert into public.report_questions (id, report_id, block_id, author_role, body)
       values (gen_random_uuid(), $1, $2, 'consultant', 'Når?')`,
      [id, block],
    );
    expect(await list()).toEqual([]);
    await at.sql('update public.report_questions set withdrawn_at = now() where report_id = $1', [
      id,
    ]);
    expect(await find(id)).toBeDefined();
    await ask(await atDesk(), 'change_report_status', { report_id: id, to_status: 'forwarded' });
    expect(await list()).toEqual([]);
  });

  test('a late case, until a reminder is sent, and again three days later', async () => {
    const { id } = await sendReport(await at.as(drobak.resident));
    await at.sql(
      `update public.reports set status = 'forwarded', expected_by = private.today() - 1 where id = $1`,
      [id],
    );
    const [late] = await list();
    expect(late).toMatchObject({ kind: 'late_case', id, amount: 0 });
    const [due] = await at.sql<{ day: string }>(`select (private.today() - 1)::text as day`);
    expect(osloDay(late!.dueAt!)).toBe(due!.day);
    expect(daysUntil(late!.since, late!.dueAt!), 'late from the day after').toBe(1);
    await at.sql(`update public.reports set expected_by = private.today() where id = $1`, [id]);
    expect(await list(), 'the day itself is in time').toEqual([]);
    await at.sql(`update public.reports set expected_by = private.today() - 1 where id = $1`, [id]);
    expect(await ask(await atDesk(), 'chase_report', { report_id: id })).toBe('chased');
    expect(await list()).toEqual([]);
    await at.sql(
      `update public.reports set chased_at = now() - interval '73 hours' where id = $1`,
      [id],
    );
    expect(await list()).toMatchObject([{ kind: 'late_case', id, amount: 1 }]);
  });

  test('a request to join, with the flat it names and how many live there', async () => {
    const { client } = await newcomer(at);
    const id = randomUUID();
    const request = { id, block_id: block, display_name: 'Ny', flat_text: 'a 201' };
    expect(await ask(client, 'ask_to_join', request)).toBe('asked');
    const flat = demoId('drobakgata-1/flat/A201');
    expect(await list()).toMatchObject([
      {
        kind: 'join_request',
        id,
        title: 'Ny',
        about: 'a 201',
        place: 'A201',
        parentId: flat,
        amount: 2,
      },
    ]);
    await ask(await atDesk(), 'decide_join_request', { request_id: id, flat_id: flat });
    expect(await list()).toEqual([]);
    const other = await newcomer(at);
    await ask(other.client, 'ask_to_join', {
      ...request,
      id: randomUUID(),
      flat_text: 'kjelleren',
    });
    expect(await list()).toMatchObject([{ kind: 'join_request', place: null, parentId: null }]);
  });

  test('a question about a poll, and a poll that is about to close', async () => {
    const vote = await openVote(at, { title: 'Grill?' });
    const id = randomUUID();
    await ask(await at.as(drobak.neighbour), 'ask_poll_question', {
      id,
      poll_id: vote.id,
      body: 'Hvor?',
    });
    expect(await list()).toMatchObject([
      { kind: 'question', id, title: 'Grill?', body: 'Hvor?', parentId: vote.id },
      { kind: 'closing', id: vote.id, title: 'Grill?' },
    ]);
    await ask(await atDesk(), 'answer_poll_question', { question_id: id, answer: 'Bak.' });
    expect((await list()).map(({ kind }) => kind)).toEqual(['closing']);
    await ask(await atDesk(), 'stop_poll', { poll_id: vote.id, reason: 'Feil' });
    expect(await list()).toEqual([]);
  });

  test('a hidden question about a poll waits no more', async () => {
    const vote = await openVote(at, { title: 'Grill?' });
    const id = randomUUID();
    const body = 'Hvem stemmer for?';
    await ask(await at.as(drobak.neighbour), 'ask_poll_question', { id, poll_id: vote.id, body });
    expect(await find(id)).toMatchObject({ kind: 'question' });
    const hide = { kind: 'question', id, act: 'hide', reason: 'Det er hemmelig' };
    expect(await ask(await atDesk(), 'moderate', hide)).toBe('done');
    expect(await find(id)).toBeUndefined();
  });

  test('a poll that is over waits to be counted only when there are paper votes', async () => {
    const [onWeb, onPaper] = [await openVote(at), await openVote(at)];
    const electors = (await ask(await atDesk(), 'paper_electors', { poll_id: onPaper.id })) as {
      elector_id: string;
    }[];
    const elector_id = electors[0]!.elector_id;
    await ask(await atDesk(), 'mark_paper_vote', { poll_id: onPaper.id, elector_id });
    for (const { id } of [onWeb, onPaper]) await runOut(at, id);
    expect(await list()).toMatchObject([{ kind: 'count', id: onPaper.id }]);
    await at.service().rpc('run_poll_jobs');
    expect((await list()).map(({ id }) => id)).toEqual([onPaper.id]);
  });

  test('a follow-up of the consultant within a week, and one of the landlord when it is overdue', async () => {
    const days = async (owner: string, next: number) => {
      await quietly(
        ['follow_ups'],
        `update public.follow_ups set owner = '${owner}', status = 'work', closed_at = null,
           next_on = private.today() + ${next} where poll_id = (select f.poll_id from public.follow_ups f
             join public.polls p on p.id = f.poll_id where p.counted_at is not null and f.block_id = '${block}' order by 1 limit 1)`,
      );
      return (await list()).map(({ kind }) => kind);
    };
    expect(await days('consultant', 7)).toEqual(['follow_up']);
    expect(await days('consultant', 8)).toEqual([]);
    expect(await days('landlord', 0)).toEqual([]);
    expect(await days('landlord', -1)).toEqual(['follow_up']);
  });

  test('a picture that somebody wants removed, once, with the reasons', async () => {
    const desk = await noticeDesk(at);
    const id = await desk.publish();
    await at.sql(
      `insert into public.notice_photos (notice_id, block_id, path, alternative_text, kind)
       values ($1, $2, $3, 'To ved bordet', 'situation')`,
      [id, block, `${id}.webp`],
    );
    for (const reason of ['Det er meg', null])
      await at.sql(
        'insert into public.notice_photo_requests (notice_id, block_id, reason) values ($1, $2, $3)',
        [id, block, reason],
      );
    expect(await list()).toMatchObject([
      { kind: 'photo_request', id, about: 'shown', body: 'To ved bordet', reasons: ['Det er meg'] },
    ]);
    expect(await desk.act(id, 'keep_photo')).toBe('photo_kept');
    expect(await list()).toEqual([]);
  });

  test('unfinished drafts: an activity, a notice, a poll', async () => {
    const desk = await noticeDesk(at);
    const notice = await desk.save({ publish: false });
    const vote = await savedVote(at);
    await at.sql(
      `insert into public.activities (block_id, kind, title, status) values ($1, 'event', 'Fest', 'draft')`,
      [block],
    );
    expect(await list()).toMatchObject([
      { kind: 'draft', about: 'notice', id: notice.id, kindCount: 3 },
      { kind: 'draft', about: 'draft', id: vote.id },
      { kind: 'draft', about: 'activity', title: 'Fest' },
    ]);
  });

  test('messages that could not be delivered are a number of people, without names', async () => {
    const people = await at.sql<{ id: string }>(
      `select id from auth.users where email = any($1) order by email`,
      [[drobak.resident, drobak.neighbour]],
    );
    for (const { id } of [...people, people[0]!])
      await at.sql(
        `with n as (insert into public.notifications (person_id, block_id, kind, subject, proposal_id)
           values ($1, $2, 'proposal_approved', gen_random_uuid()::text,
             (select id from public.proposals where block_id = $2 limit 1)) returning id),
         m as (insert into public.outbox_messages (channel, kind, payload, status, person_id, finished_at)
           values ('email', 'personal', '{}', 'failed', $1, now()) returning id)
         insert into private.deliveries (notification_id, person_id, channel, due_at, message_id)
         select n.id, $1, 'email', now(), m.id from n, m`,
        [id, block],
      );
    expect(await list()).toMatchObject([{ kind: 'unreached', id: '', title: null, amount: 2 }]);
  });
});

describe('the list', () => {
  beforeEach(clear);

  test('has the oldest item first, after urgent items and before the consultant’s own drafts and tasks', async () => {
    const [young, old] = [
      await propose(at, { title: 'Ny' }),
      await propose(at, { title: 'Gammel' }),
    ];
    const { id: calm } = await sendReport(await at.as(drobak.resident));
    const { id: urgent } = await sendReport(await at.as(drobak.neighbour), {
      place_id: demoId('drobakgata-1/stair/A'),
      thing: 'light',
      is_urgent: true,
    });
    const days = (table: string, column: string, id: string, ago: number) =>
      at.sql(
        `update public.${table} set ${column} = now() - interval '${ago} days' where id = $1`,
        [id],
      );
    await days('proposals', 'created_at', young, 1);
    await days('proposals', 'created_at', old, 9);
    await days('reports', 'status_changed_at', calm, 5);
    const vote = await savedVote(at);
    await days('polls', 'created_at', vote.id, 30);
    expect((await list()).map(({ id }) => id)).toEqual([urgent, old, calm, young, vote.id]);
  });

  test('holds at most five items of a kind, and tells how many there are', async () => {
    for (let n = 0; n < 7; n++)
      await at.sql(
        `insert into public.proposals (id, block_id, title, body, kind) values (gen_random_uuid(), $1, 'Idé', 'Mer', 'social')`,
        [block],
      );
    await sendReport(await at.as(drobak.resident));
    const { things, total } = await listWaiting(await atDesk(), block);
    expect(total).toBe(8);
    expect(things.filter(({ kind }) => kind === 'proposal')).toHaveLength(5);
    expect(things[0]!.kindCount).toBe(7);
  });

  test('holds at most thirty items in all', async () => {
    await at.sql(
      `insert into public.proposals (id, block_id, title, body, kind)
       select gen_random_uuid(), $1, 'Idé', 'Mer', 'social' from generate_series(1, 9)`,
      [block],
    );
    await at.sql(
      `insert into public.activities (block_id, kind, title, status)
       select $1, 'event', 'Fest', s from generate_series(1, 9), unnest('{draft,proposed}'::public.activity_status[]) s`,
      [block],
    );
    for (let n = 0; n < 6; n++) {
      const { client } = await newcomer(at);
      const request = { id: randomUUID(), block_id: block, display_name: 'Ny', flat_text: 'X' };
      await ask(client, 'ask_to_join', request);
      await sendReport(await at.as(drobak.resident), {
        place_id: demoId('drobakgata-1/stair/A'),
        thing: 'light',
        description: `Mørkt ${n} ${randomUUID()}`,
      });
      const vote = await openVote(at);
      await at.sql(
        `insert into public.poll_questions (id, poll_id, block_id, body) values (gen_random_uuid(), $1, $2, 'Når?')`,
        [vote.id, block],
      );
      const id = await propose(at, { approve: true });
      await ask(await at.as(drobak.neighbour), 'flag_thing', {
        kind: 'proposal',
        id,
        reason: 'Nei',
      });
    }
    const { things, total } = await listWaiting(await atDesk(), block);
    expect(things).toHaveLength(30);
    expect(total).toBe(9 + 9 + 9 + 6 * 5);
  });

  test.each(EVERYBODY.filter((who) => who !== 'consultant here'))(
    'and the week are empty for: %s',
    async (who) => {
      await propose(at);
      const db = await clientOf(at, who);
      for (const name of ['desk_waiting', 'desk_week']) {
        const { data, error } = await db.rpc(name, { block_id: block });
        expect(error === null ? data : [], name).toEqual([]);
      }
    },
  );

  test('shows nothing of another building', async () => {
    const id = await propose(at);
    const elsewhere = await at.as(CAST.stovner.consultant);
    const { things } = await listWaiting(elsewhere, demoId('stovner-senter'));
    expect(things.map((one) => one.id)).not.toContain(id);
  });
});

describe('the week', () => {
  test('counts what happened in seven days, and nothing older', async () => {
    const before = (await findWeek(await atDesk(), block))!;
    const flat = demoId('drobakgata-1/flat/A201');
    for (const ago of [1, 8]) {
      const when = `now() - interval '${ago} days'`;
      await at.sql(
        `with a as (insert into public.activities (block_id, kind, title, status)
           values ($1, 'event', 'Fest', 'published') returning id),
         s as (insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
           select a.id, $1, ${when}, ${when} + interval '1 hour' from a returning id, activity_id),
         g as (insert into public.signups (activity_id, block_id, first_name, party_size, status, created_at, signed_up_at)
           select a.id, $1, 'Gjest', 3, 'signed_up', ${when}, ${when} from a returning id, activity_id)
         insert into public.attendances (session_id, signup_id, activity_id, block_id, present_count)
         select s.id, g.id, g.activity_id, $1, 2 from s, g`,
        [block],
      );
      const { id } = await sendReport(await at.as(drobak.household));
      await at.sql(
        `update public.reports set created_at = ${when}, status_changed_at = ${when}, status = 'fixed' where id = $1`,
        [id],
      );
      const { id: person, client } = await newcomer(at);
      const request = randomUUID();
      await ask(client, 'ask_to_join', {
        id: request,
        block_id: block,
        display_name: 'Ny',
        flat_text: 'A201',
      });
      await ask(await atDesk(), 'decide_join_request', { request_id: request, flat_id: flat });
      await at.sql(`update public.join_requests set asked_at = ${when} where id = $1`, [request]);
      await at.sql(`update public.memberships set started_at = ${when} where person_id = $1`, [
        person,
      ]);
    }
    const after = (await findWeek(await atDesk(), block))!;
    expect(after).toEqual({
      signUps: before.signUps + 3,
      datesHeld: before.datesHeld + 1,
      peopleCame: before.peopleCame + 2,
      casesOpened: before.casesOpened + 1,
      casesFinished: before.casesFinished + 1,
      lateCases: before.lateCases,
      joinRequests: before.joinRequests + 1,
      newMembers: before.newMembers + 1,
    });
  });

  test('counts neither a date that was cancelled nor a sign-up that was given up', async () => {
    const before = await findWeek(await atDesk(), block);
    await at.sql(
      `with a as (insert into public.activities (block_id, kind, title, status)
         values ($1, 'event', 'Fest', 'published') returning id),
       s as (insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at, cancelled_at)
         select a.id, $1, now() - interval '2 hours', now() - interval '1 hour', now() - interval '1 day' from a)
       insert into public.signups (activity_id, block_id, first_name, status, ended_at)
       select a.id, $1, 'Gjest', 'cancelled', now() from a`,
      [block],
    );
    expect(await findWeek(await atDesk(), block)).toEqual(before);
  });
});
