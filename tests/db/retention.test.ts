import fs from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runRetentionJobs } from '~/domains/residents/own-data/jobs.server.ts';
import { CAST } from '../support/cast.ts';
import { crowd } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { newcomer } from '../support/newcomer.ts';
import { BLOCK, fullCase, FLAT, OTHER_BLOCK, sendReport, STAIR } from '../support/reports.ts';

let t: TestDb;
let me: Db;
beforeAll(async () => {
  t = await testDatabase();
  me = await t.as(CAST.drobak.resident);
}, 60_000);
afterAll(() => t?.close());
/** The job runs every ten minutes; here it may run again. */
const tenMinutesLater = () => t.sql("delete from private.attempts where kind = 'retention'");
beforeEach(tenMinutesLater);
const run = () => runRetentionJobs(t.service());
const count = async (query: string, params: unknown[] = []) =>
  (await t.sql<{ n: number }>(`select count(*)::int as n from ${query}`, params))[0]!.n;

test('the periods in docs/privacy.md are those of the database', async () => {
  const rules = await t.sql<{ what: string; keep: string; since: string }>(
    "select what, replace(keep::text, '1 year', '12 mons') as keep, since from private.retention_rules order by what",
  );
  const page = fs.readFileSync('docs/privacy.md', 'utf8');
  const table = [...page.matchAll(/^\| `([a-z_]+)` \| ([^|]+) \| ([^|]+) \|/gm)].map(([, what, keep, since]) => [what, keep!.trim(), since!.trim()]); // prettier-ignore
  const [asked] = await t.sql<{ same: boolean }>(
    `with rules as (
       select r.what, r.keep, r.since from private.retention_rules r
       union all select 'attempts', max(l.per), 'the try' from private.limits l
     )
     select bool_and(r.keep is not distinct from d.keep::interval and r.since = d.since) and count(*) = (select count(*) from rules) as same
     from jsonb_to_recordset($1) d (what text, keep text, since text) left join rules r using (what)`,
    [JSON.stringify(table.map(([what, keep, since]) => ({ what, keep, since })))],
  );
  expect(asked!.same, JSON.stringify(rules)).toBe(true);
});

test('every rule is used by a job, or by the code that keeps copies of the database', async () => {
  const launcher = fs.readFileSync('scripts/backend/forget-copies.ts', 'utf8');
  const [source] = await t.sql<{ text: string }>(
    "select string_agg(p.prosrc, ' ') as text from pg_proc p where p.pronamespace = 'private'::regnamespace",
  );
  const rules = await t.sql<{ what: string }>('select what from private.retention_rules');
  expect(rules.filter(({ what }) => !`${source!.text}${launcher}`.includes(`'${what}'`))).toEqual(
    [],
  );
});

test('an unknown rule is an error that stops the job', async () => {
  await expect(t.sql("select private.keep('nothing')")).rejects.toThrow('no retention rule');
});

describe('a case that was closed a year ago', () => {
  const old = (id: string, months: number) =>
    t.sql("update reports set status = 'confirmed', status_changed_at = now() - make_interval(months => $2) where id = $1", [id, months]); // prettier-ignore
  const details = async (id: string) =>
    (await t.sql('select description, contact, reporter_id is null as nobody, forgotten_at is not null as gone from report_details where report_id = $1', [id]))[0]; // prettier-ignore

  test('in a flat loses description, contact, pictures and persons; number, thing and history stay', async () => {
    const [past, young] = [await fullCase(t, FLAT), await fullCase(t, FLAT)];
    await old(past.id, 13);
    await old(young.id, 11);
    const history = () =>
      t.sql('select * from report_events where report_id = $1 order by id', [past.id]);
    const row = () =>
      t.sql('select number, thing, status, place_id from reports where id = $1', [past.id]);
    const before = [await history(), await row()];
    expect(await run()).toMatchObject({ forgotten_cases: 1, moved_photos: 1 });
    expect(await details(past.id)).toEqual({
      description: '–',
      contact: null,
      nobody: true,
      gone: true,
    });
    expect(await count('report_messages where report_id = $1', [past.id])).toBe(0);
    expect(await count('report_photos where report_id = $1', [past.id])).toBe(0);
    expect(await count('storage.objects where name = $1', [past.path])).toBe(0);
    expect([await history(), await row()]).toEqual(before);
    expect(await details(young.id)).toMatchObject({ contact: '900 00 000', nobody: false, gone: false }); // prettier-ignore
    expect(await count('report_messages where report_id = $1', [young.id])).toBe(2);
  });

  test('in the stairs loses only the contact', async () => {
    const { id } = await fullCase(t, STAIR);
    await old(id, 13);
    await run();
    expect(await details(id)).toMatchObject({ contact: null, nobody: false, gone: false });
    expect(await count('report_photos where report_id = $1', [id])).toBe(1);
  });

  test('and is merged into an open one keeps its description as long', async () => {
    const [into, merged] = [await sendReport(me), await sendReport(me)];
    await t.sql(
      "update reports set status = 'merged', merged_into = $2, status_changed_at = now() - interval '2 years' where id = $1",
      [merged.id, into.id],
    );
    await run();
    expect(await details(merged.id)).toMatchObject({ gone: false });
    await old(into.id, 13);
    await tenMinutesLater();
    await run();
    expect(await details(merged.id)).toMatchObject({ gone: true });
  });
});

test('old rows are deleted and young ones stay, of each kind', async () => {
  const [person] = await crowd(t, 1);
  const id = person!.id;
  const aged: [string, string, string][] = [
    ['memberships', "insert into memberships (person_id, role, block_id, started_at, ended_at) select $1, 'partner', $2, now() - a - interval '1 day', now() - a", '12 months'],
    ['join_requests', "insert into join_requests (id, block_id, person_id, status, decided_at) select gen_random_uuid(), $2, $1, 'declined', now() - a", '90 days'],
    ['notifications', "insert into notifications (person_id, block_id, kind, subject, notice_id, created_at) select $1, $2, 'notice_new', a::text, (select min(id::text)::uuid from notices where block_id = $2), now() - a", '12 months'],
    ['audit_entries', "insert into audit_entries (block_id, actor_id, act, subject, shape, subject_id, acted_at) select $2, $1, 'change', 'block', 'none', gen_random_uuid(), now() - a", '5 years'],
  ]; // prettier-ignore
  for (const [, insert, keep] of aged)
    await t.sql(`${insert} from unnest(array[interval '${keep}' + interval '1 day', interval '${keep}' - interval '1 day']) a`, [id, BLOCK]); // prettier-ignore
  const left = () => Promise.all(
    aged.map(([table]) => count(`${table} where ${table === 'audit_entries' ? "act = 'change' and actor_id" : 'person_id'} = $1`, [id])),
  ); // prettier-ignore
  expect(await left()).toEqual([3, 2, 2, 2]); // including the membership at home
  await run();
  expect(await left()).toEqual([2, 1, 1, 1]);
});

test('a locked-out person stays locked out, and an unconfirmed number is deleted', async () => {
  const [person] = await crowd(t, 1);
  await t.sql("insert into memberships (person_id, role, block_id, started_at, ended_at, blocked_at) values ($1, 'partner', $2, now() - interval '3 years', now() - interval '2 years', now() - interval '2 years')", [person!.id, OTHER_BLOCK]); // prettier-ignore
  await t.sql("insert into message_phones (person_id, phone, asked_at) values ($1, '+4799999901', now() - interval '2 days')", [person!.id]); // prettier-ignore
  await run();
  expect(await count('memberships where person_id = $1 and blocked_at is not null', [person!.id])).toBe(1); // prettier-ignore
  expect(await count('message_phones where person_id = $1', [person!.id])).toBe(0);
});

describe('an account', () => {
  const aged = async (days: number) => {
    const { id } = await newcomer(t);
    await t.sql('update auth.users set created_at = now() - make_interval(days => $2) where id = $1', [id, days]); // prettier-ignore
    return id;
  };
  const isThere = (id: string) => count('auth.users where id = $1', [id]);

  test('that joined nothing is deleted after 90 days; one that asked to join or signed in lately stays', async () => {
    const [old, young, asked, active] = [
      await aged(91),
      await aged(89),
      await aged(91),
      await aged(91),
    ];
    await t.sql("insert into join_requests (id, block_id, person_id, display_name, flat_text) values ($1, $2, $3, 'Ola', 'A1')", [randomUUID(), BLOCK, asked]); // prettier-ignore
    await t.sql('update auth.users set last_sign_in_at = now() where id = $1', [active]);
    await run();
    expect(await Promise.all([old, young, asked, active].map(isThere))).toEqual([0, 1, 1, 1]);
  });

  test('of a person who moved out is deleted when it has not been used for a year', async () => {
    const [gone, home] = await crowd(t, 2);
    await t.sql("update auth.users set created_at = now() - interval '3 years' where id = any ($1)", [[gone!.id, home!.id]]); // prettier-ignore
    await t.sql("update memberships set started_at = now() - interval '3 years', ended_at = now() - interval '2 years' where person_id = $1", [gone!.id]); // prettier-ignore
    await run(); // deletes the membership
    await tenMinutesLater();
    await run(); // with no membership left, deletes the account
    expect([await isThere(gone!.id), await isThere(home!.id)]).toEqual([0, 1]);
  });
});

test('several copies at once do it once, and do nothing until the next run is due', async () => {
  const { id } = await fullCase(t, FLAT);
  await t.sql("update reports set status = 'closed', status_changed_at = now() - interval '2 years' where id = $1", [id]); // prettier-ignore
  const done = (await Promise.all([run(), run(), run()])) as { forgotten_cases?: number }[];
  expect(done.filter(({ forgotten_cases }) => forgotten_cases === 1)).toHaveLength(1);
  expect(done.filter(({ forgotten_cases }) => forgotten_cases === undefined)).toHaveLength(2);
  const all = () => t.sql<{ ok: unknown }>('select private.forget_old_rows() || to_jsonb(private.forget_closed_cases()) as ok'); // prettier-ignore
  await expect(Promise.all([all(), all(), all()])).resolves.toHaveLength(3);
});

describe('the exception for append-only tables', () => {
  const entry = () => t.sql<{ id: string }>("insert into audit_entries (block_id, act, subject, shape, subject_id, reason) values ($1, 'change', 'block', 'none', $1, 'Grunn') returning id", [BLOCK]); // prettier-ignore
  const change = ['update audit_entries set reason = null', 'delete from audit_entries', "update report_messages set body = 'x'", 'delete from report_messages']; // prettier-ignore

  test('is closed to the owner, also with a setting from another transaction', async () => {
    await entry();
    for (const sql of change) {
      await expect(t.sql(sql)).rejects.toThrow(/only ever added to|append-only/);
      await expect(t.sql(`begin; set local bomiljo.forgetting = '1'; ${sql}; commit`)).rejects.toThrow(/only ever added to|append-only/); // prettier-ignore
      await t.sql('rollback');
    }
  });

  test('is closed to every role of the API, with or without the setting, and nobody may open it', async () => {
    for (const role of ['anon', 'authenticated', 'service_role'])
      for (const sql of [
        ...change,
        'select private.begin_forgetting()',
        'select private.may_forget()',
      ]) {
        const all = `begin; select set_config('bomiljo.forgetting', pg_current_xact_id()::text, true); set local role ${role}; ${sql}; commit`;
        await expect(t.sql(all)).rejects.toThrow(/permission denied/);
        await t.sql('rollback');
      }
  });

  test('allows no other change of the audit log, and none of events and follow-ups', async () => {
    await entry();
    const open = (sql: string) => t.sql(`begin; select private.begin_forgetting(); ${sql}; commit`);
    for (const sql of ["update audit_entries set act = 'add'", 'update audit_entries set acted_at = now()', "update report_events set to_status = 'fixed'", 'delete from report_events', "update follow_up_updates set body = 'x'", 'delete from follow_up_updates', 'truncate report_messages']) {
      await expect(open(sql)).rejects.toThrow(/only ever added to|append-only/);
      await t.sql('rollback');
    } // prettier-ignore
  });

  test('is closed again when deleting is done, in the same transaction too', async () => {
    await entry();
    await expect(
      t.sql(
        "begin; select private.forget_old_rows(); update audit_entries set reason = 'x'; commit",
      ),
    ).rejects.toThrow('only ever added to');
    await t.sql('rollback');
  });
});
