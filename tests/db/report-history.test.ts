import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYBODY, YARD, cases, type Cases, type Who } from '../support/cases.ts';
import { signedIn } from '../support/crowd.ts';
import { BLOCK, FLAT } from '../support/reports.ts';
import { fingerprint } from '../support/rights.ts';

/** The history of a case stays as it happened: nobody rewrites it, and only the functions write it. */

let t: Cases;
let id: string;
beforeAll(async () => {
  t = await cases();
  id = await t.newCase(YARD);
  await t.change('consultant', id, 'forwarded');
  await t.change('landlord', id, 'closed', 'Snøen var borte.');
  await t.call('reporter', 'add_report_message', { id: randomUUID(), report_id: id, body: 'Nei.' });
  await t.call('landlord', 'add_report_message', {
    id: randomUUID(), report_id: id, body: 'Notat.', audience: 'internal',
  }); // prettier-ignore
});
afterAll(() => t?.close());

const HISTORY = ['public.report_events', 'public.report_messages'];
const WRITTEN = [...HISTORY, 'public.reports', 'public.report_details', 'public.report_photos', 'public.report_event_actors',
  'public.report_followers', 'public.report_objections', 'public.report_questions', 'public.report_question_times', 'public.notifications']; // prettier-ignore
const state = (tables: string[]) => Promise.all(tables.map((table) => fingerprint(t, table)));
const clientOf = async (who: Who | 'server') =>
  (who === 'server' ? t.service() : await t.as(who)) as unknown as SupabaseClient;

describe('over the API', () => {
  test.each([...EVERYBODY, 'server'] as const)('%s changes and deletes nothing', async (who) => {
    const before = await state(WRITTEN);
    const db = await clientOf(who);
    for (const name of WRITTEN.map((table) => table.replace('public.', ''))) {
      const key = name === 'reports' ? 'id' : name === 'report_event_actors' ? 'block_id' : name === 'report_question_times' ? 'question_id' : 'report_id'; // prettier-ignore
      const value = name === 'report_event_actors' ? BLOCK : id;
      const tried = [
        await db
          .from(name)
          .update({ [key]: value } as never)
          .eq(key, value),
        await db.from(name).delete().eq(key, value),
        await db.from(name).upsert({ [key]: value } as never),
      ];
      for (const { error } of tried) expect(error?.code, `${name}`).toBe('42501');
    }
    expect(await state(WRITTEN)).toEqual(before);
  });

  test.each([...EVERYBODY, 'server'] as const)('%s writes no event or message directly', async (who) => {
    const db = await clientOf(who);
    const event = { report_id: id, block_id: BLOCK, kind: 'status', to_status: 'fixed', actor_role: 'landlord' };
    const message = { id: randomUUID(), report_id: id, block_id: BLOCK, author_role: 'landlord', audience: 'everyone', body: 'Falsk' };
    expect((await db.from('report_events').insert(event)).error?.code).toBe('42501');
    expect((await db.from('report_messages').insert(message)).error?.code).toBe('42501');
    expect(await t.sql("select from public.report_messages where body = 'Falsk'")).toEqual([]);
  }); // prettier-ignore

  test.each([...EVERYBODY, 'server'] as const)(
    '%s can not reach the internal parts of the functions',
    async (who) => {
      const db = await clientOf(who);
      for (const name of ['write_report_event', 'write_report_message', 'set_report_status', 'make_report', 'move_into', 'notify_report', 'my_staff_role', 'tell_late']) {
        expect((await db.rpc(name)).error?.code, name).toBe('PGRST202');
        expect((await db.schema('private').rpc(name)).error?.code, name).toBe('PGRST106');
      } // prettier-ignore
    },
  );

  test('nobody executes the internal parts, not even outside the API', async () => {
    const open = await t.sql(
      `select p.proname, r from pg_proc p, unnest('{anon,authenticated,service_role}'::text[]) r
       where p.pronamespace = 'private'::regnamespace and p.proname = any ($1) and has_function_privilege(r, p.oid, 'execute')`,
      [['write_report_event', 'write_report_message', 'set_report_status', 'make_report', 'made_before', 'move_into', 'notify_report', 'expected_by', 'my_staff_role', 'report_people']],
    ); // prettier-ignore
    expect(open).toEqual([]);
  });
});

describe('by SQL, as the owner of the tables', () => {
  const STATEMENTS = [
    'update public.report_events set actor_role = actor_role',
    "update public.report_events set created_at = now() where report_id = '$id'",
    'update public.report_events set to_status = null where false',
    "delete from public.report_events where report_id = '$id'",
    'truncate public.report_events cascade',
    "update public.report_messages set body = 'Noe annet.' where report_id = '$id'",
    "update public.report_messages set audience = 'everyone' where audience = 'internal'",
    "delete from public.report_messages where report_id = '$id'",
    'truncate public.report_messages',
    // indirectly
    "delete from public.reports where id = '$id'",
    'truncate public.reports cascade',
    `insert into public.report_messages (id, report_id, block_id, author_role, audience, body)
       select id, report_id, block_id, author_role, audience, body from public.report_messages
       on conflict (id) do update set body = 'Noe annet.'`,
    `merge into public.report_events e using public.reports r on e.report_id = r.id
       when matched then update set actor_role = 'system'`,
  ];
  test.each(STATEMENTS)('refused: %s', async (statement) => {
    const before = await state([...HISTORY, 'public.reports']);
    await expect(t.sql(statement.replace('$id', id))).rejects.toThrow(/is append-only/);
    expect(await state([...HISTORY, 'public.reports'])).toEqual(before);
  });

  test('a message of a reporter is not for everyone, and only events that change a status name one', async () => {
    const insert = (author: string, audience: string) =>
      t.sql(
        `insert into public.report_messages (id, report_id, block_id, author_role, audience, body)
         values ($1, $2, $3, $4::public.report_actor, $5::public.message_audience, 'x')`,
        [randomUUID(), id, BLOCK, author, audience],
      );
    for (const author of ['reporter', 'neighbour'])
      for (const audience of ['everyone', 'internal'])
        await expect(insert(author, audience)).rejects.toMatchObject({ code: '23514' });
    const event = (kind: string, to: string | null) =>
      t.sql(
        `insert into public.report_events (report_id, block_id, kind, to_status, actor_role)
         values ($1, $2, $3::public.report_event_kind, $4::public.report_status, 'system')`,
        [id, BLOCK, kind, to],
      );
    await expect(event('status', null)).rejects.toMatchObject({ code: '23514' });
    await expect(event('chased', 'fixed')).rejects.toMatchObject({ code: '23514' });
  });

  test('a message belongs to an event of its own case', async () => {
    const other = await t.newCase();
    const [event] = await t.sql<{ id: string }>('select id from public.report_events where report_id = $1', [id]); // prettier-ignore
    await expect(
      t.sql(
        `insert into public.report_messages (id, report_id, block_id, author_role, audience, body, event_id)
         values ($1, $2, $3, 'landlord', 'resident', 'x', $4)`,
        [randomUUID(), other, BLOCK, event!.id],
      ),
    ).rejects.toMatchObject({ code: '23503' });
  });
});

describe('every way to change a case leaves an event with who, when, from and to', () => {
  test('and the rows agree with the case at every step', async () => {
    const one = await t.newCase(YARD);
    const into = await t.newCase(YARD);
    await t.change('consultant', one, 'forwarded');
    await t.change('landlord', one, 'waiting');
    await t.call('consultant', 'chase_report', { report_id: one });
    await t.call('landlord', 'merge_report', { report_id: one, into_id: into });
    await t.call('consultant', 'unmerge_report', { report_id: one });
    await t.change('landlord', one, 'fixed');
    await t.change('reporter', one, 'confirmed');
    await t.call('neighbour', 'object_report', { report_id: one });
    await t.call('partner', 'object_report', { report_id: one });
    const line = ({ kind, from_status, to_status, actor_role }: Record<string, string>) =>
      kind === 'status' ? `${from_status} ${to_status} ${actor_role}` : `${kind} ${actor_role}`;
    expect((await t.events(one)).map(line)).toEqual([
      'null received reporter', 'received forwarded consultant', 'forwarded waiting landlord', 'chased consultant',
      'waiting merged landlord', 'merged waiting consultant', 'waiting fixed landlord', 'fixed confirmed reporter',
      'confirmed reopened neighbour',
    ]); // prettier-ignore
    expect((await t.events(into)).map(line)).toEqual([
      'null received reporter', 'merged_in landlord', 'unmerged consultant',
    ]); // prettier-ignore
    expect(await t.statusOf(one)).toBe('reopened');
  });

  test('the events that the functions wrote in this file are consistent in every case', async () => {
    const broken = await t.sql(
      `select e.id from (
         select *, lag(to_status) over (partition by report_id order by id) as was from public.report_events
         where kind = 'status' and report_id in (select id from public.reports where created_at < '2020-02-01')
       ) e where e.from_status is distinct from e.was
       union all
       select r.number from public.reports r where r.created_at < '2020-02-01' and r.status is distinct from (
         select to_status from public.report_events e where e.report_id = r.id and kind = 'status' order by id desc limit 1)`,
    );
    expect(broken).toEqual([]);
  });
});

describe('an account that is deleted', () => {
  const account = async (role: 'resident' | 'consultant') => {
    const who = randomUUID();
    await t.sql(
      `with a as (insert into auth.users (id, aud, role, email) values ($1, 'authenticated', 'authenticated', $2) returning id),
        p as (insert into public.people (id, display_name) select id, 'Forlater' from a returning id)
       insert into public.memberships (person_id, role, block_id, flat_id)
       select id, $3, $4, $5::uuid from p`,
      [who, `${who}@leaves.example`, role, BLOCK, role === 'resident' ? FLAT : null],
    );
    return { who, db: await signedIn(t, who) };
  };
  const leave = (who: string) => t.sql('delete from auth.users where id = $1', [who]);
  /** The tables about cases that still name this person. */
  const anywhere = async (who: string) => {
    const rows = await t.sql<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename like 'report%' order by 1",
    );
    const named = await Promise.all(
      rows.map(async ({ name }) => ((await fingerprint(t, `public.${name}`)).includes(who) ? [name] : [])),
    ); // prettier-ignore
    return named.flat();
  };

  test('of a reporter leaves the case of a flat and its events; description, contact and person are deleted', async () => {
    const { who, db } = await account('resident');
    const one = randomUUID();
    await t.callAs(db, 'create_report', {
      id: one, block_id: BLOCK, place_id: FLAT, thing: 'leak', description: 'Det drypper hos meg.', contact: '900 00 000',
    }); // prettier-ignore
    await t.callAs(db, 'add_report_message', { id: randomUUID(), report_id: one, body: 'Hei.' });
    await t.change('landlord', one, 'fixed');
    await t.callAs(db, 'change_report_status', { report_id: one, to_status: 'reopened' });
    const common = await t.newCase(YARD, 'neighbour');
    expect(await t.callAs(db, 'follow_report', { report_id: common })).toBe('followed');
    const events = await t.events(one);
    expect(events).toHaveLength(3);
    expect(await t.messages(one)).toHaveLength(1);
    expect(await anywhere(who)).toEqual(['report_details', 'report_followers']);
    await leave(who);
    expect(await anywhere(who)).toEqual([]);
    expect([await t.events(one), await t.messages(one)]).toEqual([events, []]);
    const [details] = await t.sql('select reporter_id, contact, description from public.report_details where report_id = $1', [one]); // prettier-ignore
    expect(details).toEqual({ reporter_id: null, contact: null, description: '–' }); // prettier-ignore
    // the consultant continues in their place
    await t.change('landlord', one, 'fixed');
    expect(await t.change('consultant', one, 'confirmed')).toBe('changed');
    expect((await t.events(one)).at(-1)).toMatchObject({ actor_role: 'consultant' });
  });

  test('of staff leaves their acts and role, without the person', async () => {
    const { who, db } = await account('consultant');
    const one = await t.newCase();
    await t.callAs(db, 'change_report_status', { report_id: one, to_status: 'forwarded', reason: 'Sendt.' }); // prettier-ignore
    const [events, messages] = [await t.events(one), await t.messages(one)];
    expect(await anywhere(who)).toEqual(['report_event_actors']);
    await leave(who);
    expect(await anywhere(who)).toEqual([]);
    expect([await t.events(one), await t.messages(one)]).toEqual([events, messages]);
    expect(events.at(-1)).toMatchObject({ to_status: 'forwarded', actor_role: 'consultant' });
  });

  test('of a neighbour withdraws their objection, and one flat does not count as two', async () => {
    const { who, db } = await account('resident');
    const one = await t.newCase(YARD, 'neighbour');
    await t.put(one, 'fixed');
    await t.callAs(db, 'object_report', { report_id: one });
    await leave(who);
    expect(await t.call('partner', 'object_report', { report_id: one })).toBe('counted');
    expect(await t.statusOf(one)).toBe('fixed');
  });
});
