import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDb } from '../support/database.ts';

/** The SQL conventions of the project, read from the catalog: they apply to the files of every domain without naming one. SQL style: `npm run lint:sql`. */

let db: TestDb;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());

/** The rows of a query for violations of a rule, one line each; the rule holds when there are none. */
const offenders = async (sql: string) =>
  (await db.sql<Record<string, string>>(sql)).map((row) => Object.values(row).join(' '));

const OURS = `n.nspname in ('public', 'private')`;
const TABLES = `pg_class c join pg_namespace n on n.oid = c.relnamespace and ${OURS} and c.relkind in ('r', 'p')`;
/** Our functions; functions of extensions are excluded. */
const FUNCTIONS = `(select p.*, n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace and ${OURS}
  where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')) p`;

test('the catalog queries see our tables, functions and foreign keys', async () => {
  const [seen] = await db.sql<{
    tables: number;
    functions: number;
    keys: number;
    policies: number;
  }>(
    `select (select count(*)::int from ${TABLES}) as tables, (select count(*)::int from ${FUNCTIONS}) as functions,
      (select count(*)::int from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace) as keys,
      (select count(*)::int from pg_policies where schemaname = 'public') as policies`,
  );
  expect(seen!.tables).toBeGreaterThanOrEqual(9);
  expect(seen!.functions).toBeGreaterThanOrEqual(15);
  expect(seen!.keys).toBeGreaterThanOrEqual(10);
  expect(seen!.policies).toBeGreaterThanOrEqual(15);
});

test('every table has row-level security', async () => {
  expect(
    await offenders(`select n.nspname, c.relname from ${TABLES} where not c.relrowsecurity`),
  ).toEqual([]);
});

test('every view shows only what its reader may see', async () => {
  expect(
    await offenders(
      `select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace and ${OURS}
       where c.relkind = 'm' or (c.relkind = 'v' and not coalesce(c.reloptions::text ~ 'security_invoker=(true|on|1)', false))`,
    ),
  ).toEqual([]);
});

test('every foreign key has a complete index that begins with its columns', async () => {
  expect(
    await offenders(
      `select f.conrelid::regclass::text, f.conname from pg_constraint f
       join pg_namespace n on n.oid = f.connamespace and ${OURS}
       where f.contype = 'f' and not exists (
         select from pg_index i
         where i.indrelid = f.conrelid and i.indpred is null and i.indexprs is null and i.indisvalid
           and (select array_agg(k order by k) from unnest((i.indkey::int2[])[0:cardinality(f.conkey) - 1]) k)
             = (select array_agg(k order by k) from unnest(f.conkey) k))`,
    ),
  ).toEqual([]);
});

/** Indexes without their names: keys with order and operators, the rows they cover, the columns they include. */
const INDEXES = `(select i.indexrelid::regclass::text as name, i.indrelid, i.indisunique, c.relam,
    coalesce(pg_get_expr(i.indpred, i.indrelid), '') as rows,
    array(select concat_ws(' ', pg_get_indexdef(i.indexrelid, k, false), i.indoption[k - 1], i.indclass[k - 1], i.indcollation[k - 1])
      from generate_series(1, i.indnkeyatts) k) as keys,
    array(select pg_get_indexdef(i.indexrelid, k, false) from generate_series(1, i.indnatts) k) as columns
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace and ${OURS})`;
/** An index that is redundant: equal to another one, or a prefix of it. An index that enforces uniqueness is not. */
const REDUNDANT = `select concat(a.name, ' is in ', b.name) from ${INDEXES} a join ${INDEXES} b on b.indrelid = a.indrelid and b.name <> a.name
    and b.relam = a.relam and b.rows = a.rows and b.keys[1:cardinality(a.keys)] = a.keys and b.columns @> a.columns
  where not a.indisunique or (b.indisunique and b.keys = a.keys)`;

test('no index exists twice under two names, or as a prefix of another', async () => {
  expect(await offenders(REDUNDANT)).toEqual([]);
  await db.sql('create index again on public.signups (block_id, created_at)');
  await db.sql('create index beginning on public.signups (person_id)');
  expect((await offenders(REDUNDANT)).toSorted()).toEqual([
    'again is in signups_block_id_created_at_idx',
    'beginning is in signups_person_id_idx',
    'signups_block_id_created_at_idx is in again',
  ]);
  await db.sql('drop index public.again, public.beginning');
});

test('every foreign key states what happens on delete', async () => {
  const silent = `select f.conrelid::regclass::text, f.conname from pg_constraint f
    join pg_namespace n on n.oid = f.connamespace and ${OURS} where f.contype = 'f' and f.confdeltype = 'a'`;
  // The catalog shows `no action` also when nothing was stated.
  expect(await offenders(silent)).toEqual([]);
});

test('no function in public is security definer', async () => {
  expect(
    await offenders(
      `select p.proname from ${FUNCTIONS} where p.nspname = 'public' and p.prosecdef`,
    ),
  ).toEqual([]);
});

test('every function has an empty search path', async () => {
  expect(
    await offenders(
      `select p.nspname, p.proname from ${FUNCTIONS}
       where p.prokind <> 'a' and not coalesce(p.proconfig @> array['search_path=""'], false)`,
    ),
  ).toEqual([]);
});

test('no function can be executed by everybody', async () => {
  expect(
    await offenders(
      `select p.nspname, p.oid::regprocedure::text from ${FUNCTIONS}
       where exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)`,
    ),
  ).toEqual([]);
});

test('a trigger function can be called by nobody and is named after its table', async () => {
  expect(
    await offenders(
      `select p.nspname, p.proname from ${FUNCTIONS} where p.prorettype = 'trigger'::regtype and (
         p.nspname <> 'private' or p.proname !~ '^tg_[a-z_]+__[a-z_]+$'
         or has_function_privilege('anon', p.oid, 'execute') or has_function_privilege('authenticated', p.oid, 'execute'))`,
    ),
  ).toEqual([]);
});

test('the roles of the API hold no right to truncate, reference, trigger or maintain', async () => {
  expect(
    await offenders(
      `select n.nspname, c.relname, a.grantee::regrole::text, a.privilege_type
       from pg_class c join pg_namespace n on n.oid = c.relnamespace and ${OURS}, aclexplode(c.relacl) a
       where a.grantee in ('anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole)
         and a.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')`,
    ),
  ).toEqual([]);
});

test('nothing is granted to everybody, and nothing by default', async () => {
  expect(
    await offenders(
      `select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace and ${OURS},
         aclexplode(c.relacl) a where a.grantee = 0`,
    ),
  ).toEqual([]);
  expect(
    await offenders(
      `select d.defaclrole::regrole::text, d.defaclobjtype, coalesce(n.nspname, 'everywhere') from pg_default_acl d
       left join pg_namespace n on n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
       where d.defaclrole = 'postgres'::regrole and (d.defaclnamespace = 0 or ${OURS}) and (a.grantee = 0
         or a.grantee in ('anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole))`,
    ),
  ).toEqual([]);
});

test('the schema private is usable by the API roles, holds no table they can reach, and neither schema lets anybody create objects', async () => {
  expect(
    await offenders(
      `select c.relname, a.grantee::regrole::text from pg_class c, aclexplode(c.relacl) a
       where c.relnamespace = 'private'::regnamespace and a.grantee in ('anon'::regrole, 'authenticated'::regrole)`,
    ),
  ).toEqual([]);
  expect(
    await offenders(
      `select r, s from unnest('{anon,authenticated,service_role}'::text[]) r, unnest('{public,private}'::text[]) s
       where has_schema_privilege(r, s, 'create')`,
    ),
  ).toEqual([]);
});

test('insert and update are granted by column', async () => {
  expect(
    await offenders(
      `select c.relname, a.grantee::regrole::text, a.privilege_type from pg_class c, aclexplode(c.relacl) a
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
         and a.grantee in ('anon'::regrole, 'authenticated'::regrole) and a.privilege_type in ('INSERT', 'UPDATE')`,
    ),
  ).toEqual([]);
});

test('anonymous visitors only ever read', async () => {
  expect(
    await offenders(
      `select distinct table_name, privilege_type from information_schema.column_privileges
       where grantee = 'anon' and table_schema in ('public', 'private') and privilege_type <> 'SELECT'
       union select table_name, privilege_type from information_schema.role_table_grants
       where grantee = 'anon' and table_schema in ('public', 'private') and privilege_type <> 'SELECT'`,
    ),
  ).toEqual([]);
  const volatile = `select p.oid::regprocedure::text from ${FUNCTIONS}
    where p.nspname = 'public' and p.provolatile = 'v' and has_function_privilege('anon', p.oid, 'execute')`;
  expect(await offenders(volatile)).toEqual([]);
});

/** Policies by table, verb and role: `all` counts as each verb, and `public` as each role. */
const POLICIES = `(select p.schemaname, p.tablename, p.policyname, p.permissive, v.verb, r.role, p.qual, p.with_check
  from pg_policies p
  join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) v (verb) on p.cmd in (v.verb, 'ALL')
  join (values ('anon'), ('authenticated'), ('service_role')) r (role) on r.role = any (p.roles) or 'public' = any (p.roles)
  where p.schemaname in ('public', 'private')) p`;

test('a table has at most one permissive policy per verb and role', async () => {
  expect(
    await offenders(
      `select tablename, verb, role, string_agg(policyname, ' and ') from ${POLICIES}
       where permissive = 'PERMISSIVE' group by schemaname, tablename, verb, role having count(*) > 1`,
    ),
  ).toEqual([]);
});

test('a policy names its roles and one verb, and is called <verb>_<who>', async () => {
  expect(
    await offenders(
      `select tablename, policyname from pg_policies where schemaname in ('public', 'private')
       and (cmd = 'ALL' or 'public' = any (roles) or policyname !~ ('^' || lower(cmd) || '_[a-z]+(_[a-z]+)*$'))`,
    ),
  ).toEqual([]);
});

test('a policy is not open to changing every row', async () => {
  expect(
    await offenders(
      `select distinct tablename, policyname from ${POLICIES} where (verb in ('INSERT', 'UPDATE') and coalesce(with_check, qual) = 'true')
       or (verb in ('UPDATE', 'DELETE') and qual = 'true')`,
    ),
  ).toEqual([]);
});

test('a policy asks who I am once per query, not once per row', async () => {
  const texts = await db.sql<{ name: string; text: string }>(
    `select tablename || '.' || policyname as name, concat_ws(' ', qual, with_check) as text from pg_policies
     where schemaname in ('public', 'private')
     union all select 'storage.' || policyname, concat_ws(' ', qual, with_check) from pg_policies where schemaname = 'storage'`,
  );
  // The catalog prints `(select auth.uid())` as `( SELECT auth.uid() AS uid)`.
  const asked = /(auth\.(uid|role|jwt)|private\.(is_admin|my_\w+|today))\(/g;
  const wrapped = /(SELECT|FROM) (auth\.(uid|role|jwt)|private\.(is_admin|my_\w+|today))\(/g;
  const bare = texts.filter(
    ({ text }) => (text.match(asked) ?? []).length !== (text.match(wrapped) ?? []).length,
  );
  expect(bare.map(({ name }) => name)).toEqual([]);
  expect(texts.some(({ text }) => asked.test(text))).toBe(true);
});

test('every granted verb has a policy, and every policy a grant', async () => {
  const granted = `(select distinct table_name::text as tablename, privilege_type::text as verb, grantee::text as role
    from information_schema.column_privileges where table_schema = 'public' and grantee in ('anon', 'authenticated')
    and privilege_type in ('SELECT', 'INSERT', 'UPDATE')
    and table_name in (select c.relname from ${TABLES})
    union select table_name::text, privilege_type::text, grantee::text from information_schema.role_table_grants
    where table_schema = 'public' and grantee in ('anon', 'authenticated') and privilege_type = 'DELETE')`;
  const ruled = `(select tablename::text, verb, role from ${POLICIES} where schemaname = 'public' and role <> 'service_role')`;
  expect(await offenders(`${granted} except ${ruled}`)).toEqual([]);
  expect(await offenders(`${ruled} except ${granted}`)).toEqual([]);
});

test('every table in public can be reached by somebody', async () => {
  expect(
    await offenders(
      `select c.relname from ${TABLES} where n.nspname = 'public' and not exists (
         select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and (
           has_column_privilege('anon', c.oid, a.attnum, 'select') or has_column_privilege('authenticated', c.oid, a.attnum, 'select')
           or has_column_privilege('authenticated', c.oid, a.attnum, 'insert')))`,
    ),
  ).toEqual([]);
});

/** What the server itself may do without row-level security. A new line here is a decision: write the reason beside the grant. */
const SERVICE_ROLE = [
  'SELECT on blocks',
  'attempt(text,text)',
  'claim_webhooks(integer)',
  'enter_api(text,text)',
  'finish_webhook(uuid,integer,text)',
  'open311_create(text,text,text,uuid,text,place_kind,report_thing,text,report_access,boolean,text)',
  'open311_update(text,bigint,text,report_status,report_wait,text)',
  'private.claim_webhooks(integer)',
  'private.enter_api(text,text)',
  'private.finish_webhook(uuid,integer,text)',
  'private.open311_create(text,text,text,uuid,text,place_kind,report_thing,text,report_access,boolean,text)',
  'private.open311_update(text,bigint,text,report_status,report_wait,text)',
  'private.tidy_systems()',
  'tidy_systems()',
  'due_series(date)',
  'extend_series(uuid,text,date[],date)',
  'forget_attempts(text,text)',
  'mark_abandoned_photos()',
  'mark_abandoned_space_photos()',
  'forget_report_drafts()',
  'peek_join_code(text)',
  'private.attempt(text,text)',
  'private.due_series(date)',
  'private.extend_series(uuid,text,date[],date)',
  'private.forget_report_drafts()',
  'private.forget_signups()',
  'private.lapse_offers()',
  'private.mark_abandoned_photos()',
  'private.mark_abandoned_space_photos()',
  'private.remind_of_today()',
  'private.unmark_removed_photos(text[])',
  'unmark_removed_photos(text[])',
  'private.run_poll_jobs()',
  'private.tell_late()',
  'private.request_photo_removal(uuid,text,text)',
  'private.settle_notice_reads()',
  'private.tell_notices()',
  'request_photo_removal(uuid,text,text)',
  'run_notice_jobs()',
  'run_activity_jobs()',
  'run_poll_jobs()',
  'run_report_jobs()',
  'private.push_late_follow_ups()',
  'private.push_uncounted_polls()',
  'run_follow_up_jobs()',
  'private.forget_attempts(text,text)',
  'private.peek_join_code(text)',
  'claim_messages(outbox_channel,integer)',
  'finish_message(uuid,integer,text,boolean)',
  'form_messages(outbox_channel[])',
  'keep_message_keys(text,text,text)',
  'private.claim_messages(outbox_channel,integer)',
  'private.finish_message(uuid,integer,text,boolean)',
  'private.form_messages(outbox_channel[])',
  'private.keep_message_keys(text,text,text)',
  'private.start_phone(uuid,text)',
  'private.stop_emails(uuid)',
  'start_phone(uuid,text)',
  'stop_emails(uuid)',
  'private.use_slip(text)',
  'use_slip(text)',
  'private.count_figures()',
  'private.rewrite_pulse()',
  'run_figure_jobs()',
  'due_photo_moves()',
  'finish_photo_moves()',
  'private.due_photo_moves()',
  'private.finish_photo_moves()',
  'private.run_retention_jobs()',
  'run_retention_jobs()',
];
test('the server itself has only the rights listed here', async () => {
  const rights = await offenders(
    `select privilege_type || ' on ' || table_name from information_schema.role_table_grants
     where grantee = 'service_role' and table_schema in ('public', 'private')
     union select distinct privilege_type || ' on ' || table_name from information_schema.column_privileges
     where grantee = 'service_role' and table_schema in ('public', 'private')
     union select replace(p.oid::regprocedure::text, 'public.', '') from ${FUNCTIONS}, aclexplode(p.proacl) a
     where a.grantee = 'service_role'::regrole order by 1`,
  );
  expect(rights.toSorted()).toEqual(SERVICE_ROLE.toSorted());
});

test('tables are plural and every name is lower snake case', async () => {
  const plural = `c.relname ~ '(s|people)$'`;
  expect(
    await offenders(
      `select c.relname from ${TABLES} where c.relname !~ '^ballots_[0-9a-f]{32}$' and not ${plural} or c.relname !~ '^[a-z][a-z0-9_]*$'`,
    ),
  ).toEqual([]);
  expect(
    await offenders(
      `select c.relname, a.attname from pg_attribute a join (${`select c.* from ${TABLES}`}) c on c.oid = a.attrelid
       where a.attnum > 0 and not a.attisdropped and a.attname !~ '^[a-z][a-z0-9_]*$'`,
    ),
  ).toEqual([]);
  expect(
    await offenders(
      `select t.typname, e.enumlabel from pg_type t join pg_enum e on e.enumtypid = t.oid
       join pg_namespace n on n.oid = t.typnamespace and ${OURS}
       where t.typname !~ '^[a-z][a-z0-9_]*$' or t.typname ~ '(?<!statu|clas|acces)s$' or e.enumlabel !~ '^[a-z][a-z0-9_]*$'`,
    ),
  ).toEqual([]);
});

test('time is always timestamptz, and a timestamp is called <verb>_at', async () => {
  expect(
    await offenders(
      `select c.relname, a.attname, a.atttypid::regtype::text from pg_attribute a join (${`select c.* from ${TABLES}`}) c on c.oid = a.attrelid
       where a.attnum > 0 and not a.attisdropped and (a.atttypid in ('timestamp'::regtype, 'timetz'::regtype)
         or (a.atttypid = 'timestamptz'::regtype and a.attname !~ '_(at|until)$'))`,
    ),
  ).toEqual([]);
});

test('a table with a slug or a code stores no secret in plain text', async () => {
  expect(
    await offenders(
      `select c.relname, a.attname from pg_attribute a join (${`select c.* from ${TABLES}`}) c on c.oid = a.attrelid
       where a.attnum > 0 and not a.attisdropped and a.attname ~ '(^|_)(code|token|secret|password|pin)$'`,
    ),
  ).toEqual([]);
});

test('every text that people can write has a maximum length that white space cannot bypass', async () => {
  expect(
    await offenders(
      `select c.relname, a.attname from pg_attribute a join (select c.oid, c.relname from ${TABLES}) c on c.oid = a.attrelid
       where a.attnum > 0 and not a.attisdropped and a.atttypid in ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype)
         and (has_column_privilege('authenticated', c.oid, a.attnum, 'insert') or has_column_privilege('authenticated', c.oid, a.attnum, 'update'))
         and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'
           and (pg_get_constraintdef(k.oid) ~ ('length\\(' || a.attname || '\\)')
             or pg_get_constraintdef(k.oid) ~ ('\\(?' || a.attname || ' = ANY')
             or pg_get_constraintdef(k.oid) ~ (a.attname || ' ~ ''\\^.*\\{\\d+,\\d+\\}\\$''')))`,
    ),
  ).toEqual([]);
});

test('every storage bucket is private', async () => {
  expect(await offenders(`select id from storage.buckets where public`)).toEqual([]);
});

test('files in storage are out of reach except through a policy that names its bucket', async () => {
  expect(
    await offenders(
      `select policyname from pg_policies where schemaname = 'storage'
       and concat_ws(' ', qual, with_check) !~ 'bucket_id = ''[a-z-]+'''`,
    ),
  ).toEqual([]);
});
