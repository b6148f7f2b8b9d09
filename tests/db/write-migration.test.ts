import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingInMigrations, writeMigration } from '../../scripts/schema/write-migration.ts';
import {
  bothCatalogs,
  schemaProject,
  testServer,
  type SchemaProject,
} from '../support/schema-project.ts';

/** `npm run migration <name>` on a small project: one change of its schema files at a time, and the migration written for it. */

let project: SchemaProject;
beforeEach(async () => {
  project = await schemaProject();
});
afterEach(() => project.forget());

const write = (name = 'change') => writeMigration(testServer(), project.folder, name);
const textOf = (files: string[]) =>
  files.map((file) => project.read(file.replace('supabase/', ''))).join('\n');

/** Writes the migration and checks in the catalog that it makes what the files describe. */
async function writtenWhole() {
  const { files, byHand } = await write();
  expect(byHand).toEqual([]);
  const { made, said } = await bothCatalogs(project.folder);
  expect(made).toEqual(said);
  return { files, text: textOf(files) };
}

type Change = {
  title: string;
  edit: (p: SchemaProject) => void;
  /** How many files: two when enum values are new, because they must be committed before anything uses them. */
  files?: number;
  says?: (string | RegExp)[];
  never?: RegExp;
};

const ROOMS = 'rooms/rooms.sql';
const BOOKINGS = 'rooms/bookings.sql';
const RULES = 'base/rules.sql';
const edit =
  (...edits: [file: string, from: string, to: string][]) =>
  (p: SchemaProject) =>
    edits.forEach((one) => p.replace(...one));
const append = (file: string, text: string) => (p: SchemaProject) => p.append(file, text);
const both =
  (...edits: ((p: SchemaProject) => void)[]) =>
  (p: SchemaProject) =>
    edits.forEach((one) => one(p));

const NEW_DOMAIN = `-- Keys.

create type public.key_state as enum ('kept', 'lent');

-- A key to a room.
create table public.keys (
  id uuid primary key default gen_random_uuid(),
  room_id uuid not null references public.rooms on delete cascade,
  state public.key_state not null default 'kept', -- where it is
  lent_on date not null default private.today()
);

create index keys_room_id_idx on public.keys (room_id);

alter table public.keys enable row level security;

create policy select_kept on public.keys for select to authenticated using (state = 'kept');

grant select (id, room_id) on public.keys to authenticated;

-- Definer: reads all keys.
create function private.key_count() returns bigint
language sql stable security definer set search_path = '' as $$ select count(*) from public.keys $$;

grant execute on function private.key_count() to authenticated;

create function public.key_count() returns bigint
language sql stable set search_path = '' as $$ select private.key_count() $$;

grant execute on function public.key_count() to authenticated;

-- Keeps the room of a key.
create function private.tg_keys__keep() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;

create trigger keep before update on public.keys for each row execute function private.tg_keys__keep();

insert into public.keys (id, room_id) select gen_random_uuid(), r.id from public.rooms r;
`;

const newStatements = NEW_DOMAIN.trim().split('\n\n').slice(1);

const FUNCTIONS: Change[] = [
  {
    title: 'the body of a function, with its comment',
    edit: edit([ROOMS, 'where r.seats >= p_seats', 'where r.seats > p_seats -- æøå']),
    says: ['-- The rooms with at least so many seats.\ncreate or replace function public.large_rooms', '-- æøå'], // prettier-ignore
    never: /drop|grant/i,
  },
  {
    title: 'a new parameter of a function, and its right',
    edit: edit(
      [ROOMS, 'large_rooms(p_seats integer)', "large_rooms(p_seats integer, p_like text default '')"], // prettier-ignore
      [ROOMS, 'large_rooms(integer) to', 'large_rooms(integer, text) to'],
    ),
    says: [/DROP FUNCTION/, 'create function public.large_rooms(p_seats integer, p_like', 'grant execute on function public.large_rooms(integer, text)'], // prettier-ignore
  },
  {
    title: 'another return type of a function that a default uses',
    edit: edit(['base/setup.sql', 'returns date language sql stable set search_path = \'\' as $$ select current_date $$', "returns timestamptz language sql stable set search_path = '' as $$ select now() $$"]), // prettier-ignore
    says: [/DROP DEFAULT/, /SET DEFAULT/],
  },
  {
    title: 'a function that is gone',
    edit: edit(
      [ROOMS, "-- The rooms with at least so many seats.\ncreate function public.large_rooms(p_seats integer) returns setof public.rooms\nlanguage sql stable set search_path = '' as $$\n  select r.* from public.rooms r where r.seats >= p_seats\n$$;\n", ''], // prettier-ignore
      [ROOMS, 'grant execute on function public.large_rooms(integer) to authenticated;\n', ''],
    ),
    says: [/DROP FUNCTION/],
  },
  {
    title: 'execute for one role more',
    edit: edit([ROOMS, 'large_rooms(integer) to authenticated', 'large_rooms(integer) to anon, authenticated']), // prettier-ignore
    says: ['grant execute on function public.large_rooms(integer) to anon, authenticated;'],
  },
  {
    title: 'execute taken from a role',
    edit: edit([ROOMS, 'grant execute on function public.large_rooms(integer) to authenticated;', '']), // prettier-ignore
    says: [/REVOKE/],
  },
  {
    title: 'a function that becomes a definer',
    edit: edit([ROOMS, 'language sql stable set search_path', 'language sql stable security definer set search_path']), // prettier-ignore
    says: ['security definer'],
  },
  {
    title: 'a definer function and its wrapper',
    edit: append(BOOKINGS, `-- Definer: counts bookings of all.\ncreate function private.count_bookings() returns bigint language sql stable security definer set search_path = '' as $$ select count(*) from public.bookings $$;\ngrant execute on function private.count_bookings() to authenticated;\ncreate function public.count_bookings() returns bigint language sql stable set search_path = '' as $$ select private.count_bookings() $$;\ngrant execute on function public.count_bookings() to authenticated;`), // prettier-ignore
    says: ['-- Definer: counts bookings of all.\n', 'grant execute on function private.count_bookings() to authenticated;'], // prettier-ignore
  },
  {
    title: 'a new function with the name of a table',
    edit: append(ROOMS, `-- All of them.\ncreate function public.rooms() returns setof public.rooms language sql stable set search_path = '' as $$ select * from public.rooms $$;\ngrant execute on function public.rooms() to anon;`), // prettier-ignore
  },
];

const RULES_OF_TABLES: Change[] = [
  {
    title: 'a changed policy',
    edit: edit([ROOMS, 'using (seats > 0) with check (seats > 0)', 'using (seats > 1) with check (seats > 0)']), // prettier-ignore
    says: ['seats > 1'],
  },
  {
    title: 'a new policy beside an old one',
    edit: append(ROOMS, '-- Who may.\ncreate policy delete_empty on public.rooms for delete to authenticated using (seats = 0);\ngrant delete on public.rooms to authenticated;'), // prettier-ignore
    says: ['-- Who may.\ncreate policy delete_empty'],
  },
  {
    title: 'a policy that is gone',
    edit: edit([ROOMS, 'create policy update_own on public.rooms for update to authenticated\n  using (seats > 0) with check (seats > 0);\n', '']), // prettier-ignore
    says: [/DROP POLICY/],
  },
  {
    title: 'a changed policy of storage',
    edit: edit(['rooms/photos.sql', "(bucket_id = 'rooms')", "(bucket_id = 'rooms' and name like 'a%')"]), // prettier-ignore
    says: ["name like 'a%'"],
  },
  {
    title: 'a dropped trigger',
    edit: edit([BOOKINGS, 'create trigger note_new after insert on public.bookings for each row execute function private.tg_bookings__note();\n', '']), // prettier-ignore
    says: [/DROP TRIGGER/],
  },
  {
    title: 'a trigger with another row in its condition, in the words of the file',
    edit: edit([BOOKINGS, '((old.on_day, old.title is null) is distinct from (new.on_day, new.title is null))', '((old.on_day, old.seats) is distinct from (new.on_day, new.seats))']), // prettier-ignore
    says: ['((old.on_day, old.seats) is distinct from (new.on_day, new.seats))'],
  },
  {
    title: 'a new trigger of an old table with a new function',
    edit: append(ROOMS, `-- Keeps names short.\ncreate function private.tg_rooms__trim() returns trigger language plpgsql set search_path = '' as $$ begin new.name := btrim(new.name); return new; end $$;\ncreate trigger trim before insert on public.rooms for each row execute function private.tg_rooms__trim();`), // prettier-ignore
    says: ['-- Keeps names short.\n'],
  },
  {
    title: 'a trigger on accounts',
    edit: append(ROOMS, `-- Notes who came.\ncreate function private.tg_users__note() returns trigger language plpgsql security definer set search_path = '' as $$ begin return new; end $$;\ncreate trigger note after insert on auth.users for each row execute function private.tg_users__note();`), // prettier-ignore
  },
  {
    title: 'a changed column right',
    edit: edit([ROOMS, 'grant update (name, seats)', 'grant update (name, note)']),
    says: [/REVOKE/, 'grant update (name, note)'],
  },
  {
    title: 'a changed check',
    edit: edit([ROOMS, 'check (seats >= 0)', 'check (seats >= 0 and seats < 1000)']),
  },
  {
    title: 'a foreign key that restricts where it cascaded',
    edit: edit([BOOKINGS, 'on delete cascade', 'on delete restrict']),
    says: ['ON DELETE RESTRICT'],
  },
  {
    title: 'a new unique rule',
    edit: edit([BOOKINGS, "constraint status_known", 'unique (room_id, on_day),\n  constraint status_known']), // prettier-ignore
    says: ['UNIQUE (room_id, on_day)'],
  },
  {
    title: 'a dropped index',
    edit: edit([ROOMS, 'create index rooms_kind_idx on public.rooms (kind);\n', '']),
    says: [/DROP INDEX/],
  },
  {
    title: 'an index on other columns',
    edit: edit([ROOMS, 'on public.rooms (name)', 'on public.rooms (name, seats desc) where seats > 0']), // prettier-ignore
    says: ['create index rooms_name_idx on public.rooms (name, seats desc) where seats > 0'],
  },
  {
    title: 'row level security that is off',
    edit: edit(['base/settings.sql', 'alter table private.settings enable row level security;\n', '']), // prettier-ignore
    says: [/DISABLE ROW LEVEL SECURITY/],
  },
  {
    title: 'another default of a column',
    edit: edit([ROOMS, "kind public.room_kind not null default 'hall'", "kind public.room_kind not null default 'yard'"]), // prettier-ignore
  },
  {
    title: 'a column that may be empty',
    edit: edit([ROOMS, 'name text not null', 'name text']),
    says: [/DROP NOT NULL/],
  },
  {
    title: 'a default that calls a new function',
    edit: both(
      edit([ROOMS, 'position integer not null default 0', 'position integer not null default private.next_position()']), // prettier-ignore
      append(ROOMS, `-- The place at the end.\ncreate function private.next_position() returns integer language sql volatile set search_path = '' as $$ select 7 $$;`), // prettier-ignore
    ),
  },
  {
    title: 'a check that calls a new function',
    edit: both(
      edit([ROOMS, 'check (seats >= 0)', 'check (private.is_seats(seats))']),
      append(ROOMS, `-- Not below nothing.\ncreate function private.is_seats(p integer) returns boolean language sql immutable set search_path = '' as $$ select p >= 0 $$;`), // prettier-ignore
    ),
  },
  {
    title: 'comments in the database: of a table, a column that is generated, and a function',
    edit: append(BOOKINGS, `comment on table public.bookings is 'Who has a room';\ncomment on column public.bookings.double_seats is 'twice';\ncomment on function private.bookings_of(uuid) is 'of a room';`), // prettier-ignore
    says: [/COMMENT ON COLUMN/],
  },
];

const COLUMNS_AND_TABLES: Change[] = [
  {
    title: 'a new column at the end',
    edit: edit([ROOMS, 'note text,', 'note text,\n  floor integer not null default 1 check (floor > 0),']), // prettier-ignore
    says: [/ADD COLUMN "?floor"?/],
  },
  {
    title: 'a new generated column at the end, with a comment',
    edit: both(
      edit([ROOMS, 'note text,', 'note text,\n  is_large boolean generated always as (seats > 50) stored,']), // prettier-ignore
      append(ROOMS, `comment on column public.rooms.is_large is 'more than 50';`),
    ),
  },
  {
    title: 'a new column that refers to another table, with its index, right and policy',
    edit: both(
      edit([ROOMS, 'note text,', 'note text,\n  inside_id uuid references public.rooms on delete cascade,']), // prettier-ignore
      append(ROOMS, 'create index rooms_inside_id_idx on public.rooms (inside_id);\ngrant update (inside_id) on public.rooms to authenticated;\ncreate policy delete_inner on public.rooms for delete to authenticated using (inside_id is not null);'), // prettier-ignore
    ),
  },
  {
    title: 'a new column with a new enum',
    edit: edit(
      [ROOMS, "-- A room that", "create type public.floor as enum ('cellar', 'ground');\n\n-- A room that"], // prettier-ignore
      [ROOMS, 'note text,', "note text,\n  floor public.floor not null default 'ground',"],
    ),
    says: ["create type public.floor as enum ('cellar', 'ground');"],
  },
  {
    title: 'a new view that uses a new column',
    edit: both(
      edit([ROOMS, 'note text,', 'note text,\n  is_shut boolean not null default false,']),
      append(ROOMS, 'create view public.shut_rooms with (security_invoker = true) as select r.id, r.name from public.rooms r where r.is_shut;\ngrant select on public.shut_rooms to anon;'), // prettier-ignore
    ),
  },
  {
    title: 'a view with another condition',
    edit: edit([BOOKINGS, "where b.status = 'given';", "where b.status = 'given' and b.seats > 0;"]), // prettier-ignore
    says: ['b.seats > 0'],
  },
  {
    title: 'a view with a new column in its middle, and the functions that return its rows',
    edit: edit([BOOKINGS, 'select b.id, b.room_id, b.on_day', 'select b.id, b.room_id, b.seats, b.on_day']), // prettier-ignore
    says: [/DROP VIEW/, 'create view public.open_bookings', 'create function private.bookings_of'],
  },
  {
    title: 'a view that is gone, and the functions that returned its rows',
    edit: (p) => p.write(`schemas/${BOOKINGS}`, p.read(`schemas/${BOOKINGS}`).replace(/-- What is booked[\s\S]*?-- Writes/, '-- Writes')), // prettier-ignore
    says: [/DROP VIEW/],
  },
  {
    title: 'a function that returns the rows of a new view instead of those of a table',
    edit: both(
      edit([ROOMS, 'returns setof public.rooms\n', 'returns setof public.room_names\n'], [ROOMS, 'select r.* from public.rooms r where', 'select n.* from public.rooms r join public.room_names n using (id) where']), // prettier-ignore
      append(ROOMS, 'create view public.room_names with (security_invoker = true) as select r.id, r.name from public.rooms r;\ngrant select on public.room_names to authenticated;'), // prettier-ignore
    ),
  },
  {
    title: 'a policy that calls a new function, which reads a new table',
    edit: both(
      edit([BOOKINGS, "using (status = 'given')", 'using (id in (select private.seen_ids()))']),
      append(BOOKINGS, `-- Seen.\ncreate table private.seen (booking_id uuid primary key references public.bookings on delete cascade);\nalter table private.seen enable row level security;\n-- Definer: reads what is seen.\ncreate function private.seen_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ select booking_id from private.seen $$;\ngrant execute on function private.seen_ids() to authenticated;`), // prettier-ignore
    ),
  },
  {
    title: 'a foreign key from an old table to a new one',
    edit: both(
      edit([ROOMS, 'note text,', 'note text,\n  house_id uuid references public.houses on delete restrict,']), // prettier-ignore
      (p) => p.write('schemas/houses/houses.sql', 'create table public.houses (id uuid primary key, name text not null);\nalter table public.houses enable row level security;\n'), // prettier-ignore
    ),
  },
  {
    title: 'a foreign key from an old table to a new list, behind the rows of the list',
    edit: both(
      edit([ROOMS, 'note text,', "note text,\n  house text generated always as ('main') stored references public.houses on delete restrict,"]), // prettier-ignore
      (p) => p.write('schemas/houses/houses.sql', "create table public.houses (name text primary key);\ninsert into public.houses (name) values ('main');\nalter table public.houses enable row level security;\n"), // prettier-ignore
    ),
    says: [/insert into public\.houses [\s\S]*ADD CONSTRAINT \S+ FOREIGN KEY \(house\)/],
  },
  {
    title: 'a new table that refers to a new unique rule of an old one',
    edit: both(
      edit([ROOMS, 'constraint kitchens_are_small', 'unique (id, kind),\n  constraint kitchens_are_small']), // prettier-ignore
      (p) => p.write('schemas/keys/keys.sql', 'create table public.keys (id uuid primary key, room_id uuid, kind public.room_kind, foreign key (room_id, kind) references public.rooms (id, kind) on delete cascade);\nalter table public.keys enable row level security;\n'), // prettier-ignore
    ),
  },
  {
    title: 'a new table that shares a grant with an old one',
    edit: both(
      append(ROOMS, 'create table public.doors (id uuid primary key);\nalter table public.doors enable row level security;\ncreate policy select_all on public.doors for select to anon, authenticated using (true);'), // prettier-ignore
      edit([ROOMS, 'grant select on public.rooms to anon, authenticated;', 'grant select on public.rooms, public.doors to anon, authenticated;']), // prettier-ignore
    ),
  },
  {
    title: 'a new table with comments in the database, a sequence and a domain',
    edit: append(ROOMS, `create domain public.short as text check (length(value) < 10);\ncreate sequence public.key_numbers;\ngrant usage on sequence public.key_numbers to authenticated;\ncreate table public.keys (number bigint primary key default nextval('public.key_numbers'), name public.short);\ncomment on table public.keys is 'Keys';\ncomment on column public.keys.name is 'Its name';`), // prettier-ignore
  },
  {
    title: 'a table whose name only begins like that of a table of ballots',
    edit: edit([
      'votes/ballots.sql',
      'count integer not null',
      'count integer not null,\n  blank integer',
    ]),
    says: [/ADD COLUMN "blank"/],
  },
  {
    title: 'a new extension and an index that uses it',
    edit: both(
      (p) => p.replace('base/setup.sql', 'create schema private;', 'create extension if not exists pg_trgm with schema extensions;\ncreate schema private;'), // prettier-ignore
      append(ROOMS, 'create index rooms_trgm_idx on public.rooms using gin (name extensions.gin_trgm_ops);'), // prettier-ignore
    ),
  },
  {
    title: 'a new schema and a table in it',
    edit: (p) => p.write('schemas/other/other.sql', 'create schema other;\ngrant usage on schema other to anon;\ncreate table other.things (id int primary key);\nalter table other.things enable row level security;\n'), // prettier-ignore
  },
  {
    title: 'a whole new domain, word for word',
    edit: (p) => p.write('schemas/keys/keys.sql', NEW_DOMAIN),
    says: newStatements,
    never: /"/,
  },
];

const ENUM_VALUES: Change[] = [
  {
    title: 'a new value at the end of an enum',
    edit: edit([ROOMS, "('hall', 'kitchen', 'yard')", "('hall', 'kitchen', 'yard', 'cellar')"]),
    says: [/ALTER TYPE .* ADD VALUE 'cellar'/],
  },
  {
    title: 'two new values in the middle of an enum and one at its beginning',
    edit: edit([ROOMS, "('hall', 'kitchen', 'yard')", "('attic', 'hall', 'bath', 'cellar', 'kitchen', 'yard')"]), // prettier-ignore
  },
  {
    title: 'a new value in the middle of an enum, and a check that uses it',
    edit: edit(
      [BOOKINGS, "('asked', 'given');", "('asked', 'refused', 'given');"],
      [BOOKINGS, "check (status in ('asked', 'given'))", "check (status in ('asked', 'refused', 'given'))"], // prettier-ignore
    ),
    files: 2,
  },
  {
    title: 'a new value of an enum with its row in a list',
    edit: edit(
      [ROOMS, "'yard');", "'yard', 'cellar');"],
      [ROOMS, "('kitchen', 10);", "('kitchen', 10), ('cellar', 5);"],
    ),
    files: 2,
    says: ["'cellar'"],
  },
  {
    title: 'a new value of an enum, and a new table that uses it',
    edit: both(
      edit([ROOMS, "'yard');", "'yard', 'cellar');"]),
      append(ROOMS, `create table public.cellars (id uuid primary key, kind public.room_kind not null default 'cellar' check (kind = 'cellar'));\nalter table public.cellars enable row level security;`), // prettier-ignore
    ),
    files: 2,
  },
  {
    title: 'new values of two enums',
    edit: edit(
      [ROOMS, "'yard');", "'yard', 'cellar');"],
      [BOOKINGS, "('asked', 'given');", "('asked', 'given', 'over');"],
    ),
  },
  {
    title: 'a new value of an enum as the default of a column',
    edit: edit(
      [ROOMS, "'yard');", "'yard', 'cellar');"],
      [ROOMS, "not null default 'hall'", "not null default 'cellar'"],
    ),
    files: 2,
  },
];

const OUTCOMES = `-- How it went.
create type public.outcome as enum ('done', 'refused', 'late');
create type public.line as (id uuid, name text);
create function public.act() returns public.outcome language sql set search_path = '' as $$ select 'done'::public.outcome $$;
grant execute on function public.act() to authenticated;
create function public.lines() returns setof public.line language sql stable set search_path = '' as $$ select id, name from public.rooms $$;
grant execute on function public.lines() to authenticated;
`;
const withOutcomes = (p: SchemaProject) => {
  p.write('schemas/rooms/outcomes.sql', OUTCOMES);
  p.write('migrations/20260102000000_outcomes.sql', OUTCOMES);
};

const TYPES_OF_ANSWERS: Change[] = [
  {
    title: 'a value taken from an enum that only a function answers with',
    edit: both(withOutcomes, edit(['rooms/outcomes.sql', ", 'late'", ''])),
    says: ['create function public.act()'],
  },
  {
    title: 'an enum, a row type and their functions that are gone',
    edit: both(withOutcomes, (p) => p.remove('rooms/outcomes.sql')),
    says: [/DROP TYPE "public"."outcome"/, /DROP TYPE "public"."line"/],
  },
  {
    title: 'a row type with one more value',
    edit: both(
      withOutcomes,
      edit(
        ['rooms/outcomes.sql', 'name text)', 'name text, seats integer)'],
        ['rooms/outcomes.sql', 'select id, name from', 'select id, name, seats from'],
      ),
    ),
  },
  {
    title: 'a row type with another type of a value',
    edit: both(
      withOutcomes,
      edit(
        ['rooms/outcomes.sql', '(id uuid,', '(id text,'],
        ['rooms/outcomes.sql', 'select id, name', 'select id::text, name'],
      ),
    ),
  },
];

const LISTS: Change[] = [
  {
    title: 'a changed row of a list',
    edit: edit([RULES, "'30 days', '{a,\"b c\"}', '{\"a\": [1, null]}', null", "'60 days', '{\"x, y\",\"\\\"z\\\"\"}', '{\"b\": \"it''s\"}', 'now'"]), // prettier-ignore
    says: [/update private\.rules set/],
  },
  {
    title: 'a value of a row that becomes null, in every type',
    edit: edit([RULES, "'{a,\"b c\"}', '{\"a\": [1, null]}', null", 'null, null, null'], [RULES, "null, null, 'it''s short'", 'null, null, null']), // prettier-ignore
    says: ['words = null', 'more = null', 'note = null'],
  },
  {
    title: 'a new row of a list, with a null where the column has a default',
    edit: edit([RULES, "'it''s short');", "'it''s short'),\n  ('keys', '2 days', '{}', '[]', null), ('letters', '3 days', '{null,NULL,\"null\"}', 'null', 'a\\b');"]), // prettier-ignore
    says: [/insert into private\.rules/],
  },
  {
    title: 'a new row of a list with a generated column',
    edit: both(
      edit([ROOMS, 'most integer not null\n', 'most integer not null,\n  twice integer generated always as (most * 2) stored\n']), // prettier-ignore
      edit([ROOMS, "('kitchen', 10);", "('kitchen', 10), ('yard', 20);"]),
    ),
  },
  {
    title: 'a new column of a list, with its values',
    edit: edit(
      [ROOMS, 'most integer not null\n', 'most integer not null,\n  least integer\n'],
      [ROOMS, "(kind, most) values ('hall', 100), ('kitchen', 10)", "(kind, most, least) values ('hall', 100, 2), ('kitchen', 10, 1)"], // prettier-ignore
    ),
  },
  {
    title: 'a moment in a row of a list',
    edit: both(
      edit(
        [
          RULES,
          "note text default 'no note'",
          "note text default 'no note',\n  begins_at timestamptz",
        ],
        [RULES, 'more, note)', 'more, note, begins_at)'],
        [RULES, "null]}', null)", "null]}', null, '2026-01-01')"],
        [RULES, "'it''s short')", "'it''s short', null)"],
      ),
    ),
    says: ["begins_at = '2026-01-01"],
  },
  {
    title: 'another size of a bucket, and a new bucket',
    edit: both(
      edit(['rooms/photos.sql', '1048576', '2097152']),
      append('rooms/photos.sql', "insert into storage.buckets (id, name, public) values ('plans', 'plans', false);"), // prettier-ignore
    ),
    says: [/file_size_limit = '2097152'/, /insert into storage\.buckets/],
  },
  {
    title: 'a new settings row',
    edit: both(
      edit(['base/settings.sql', 'id boolean primary key default true check (id)', 'id boolean primary key default true']), // prettier-ignore
      append('base/settings.sql', 'insert into private.settings (id, most) values (false, 9) on conflict do nothing;'), // prettier-ignore
    ),
    says: [/insert into private\.settings .* on conflict do nothing/],
  },
  {
    title: 'a new list that refers to rows of another',
    edit: (p) =>
      p.write('schemas/a-list/limits.sql', `create table private.limits (what text primary key references private.rules on delete restrict, most int);\nalter table private.limits enable row level security;\ninsert into private.limits values ('bookings', 3);\n`), // prettier-ignore
  },
  {
    title: 'new rows of two lists of which one refers to the other',
    edit: both(
      (p) => {
        p.write('schemas/a-list/limits.sql', `create table private.limits (what text primary key references private.rules on delete restrict, most int);\nalter table private.limits enable row level security;\ninsert into private.limits values ('bookings', 3), ('keys', 4);\n`); // prettier-ignore
        p.write('migrations/20260102000000_limits.sql', `create table private.limits (what text primary key references private.rules on delete restrict, most int);\nalter table private.limits enable row level security;\ninsert into private.limits values ('bookings', 3);\n`); // prettier-ignore
      },
      edit([RULES, "'it''s short');", "'it''s short'), ('keys', '2 days', null, null, null);"]),
    ),
  },
];

describe.each([
  ['functions', FUNCTIONS],
  ['rules of tables', RULES_OF_TABLES],
  ['columns, tables and views', COLUMNS_AND_TABLES],
  ['values of enums', ENUM_VALUES],
  ['types of answers', TYPES_OF_ANSWERS],
  ['rows of lists', LISTS],
])('the written migration makes the same database: %s', (_group, changes) => {
  test.each(changes)('$title', async ({ edit, files: count = 1, says = [], never }) => {
    edit(project);
    const { files, text } = await writtenWhole();
    expect(files).toHaveLength(count);
    for (const words of says)
      if (typeof words === 'string') expect(text).toContain(words);
      else expect(text).toMatch(words);
    if (never) expect(text).not.toMatch(never);
  });
});

type ByHand = {
  title: string;
  edit: (p: SchemaProject) => void;
  /** Every line that is left for a person, in order. */
  left: RegExp[];
  /** The explanation of each line that is written beside it. */
  beside?: RegExp;
};

const OLD_ROWS = /^what do old rows get\?: ALTER TABLE .* ADD COLUMN/;
const LOSES = /^what becomes of the rows\?: /;
const BELONGS = /^belongs to the same change: /;

const BY_HAND: ByHand[] = [
  {
    title: 'a required column without a default',
    edit: edit([ROOMS, 'note text,', 'note text,\n  floor integer not null,']),
    left: [OLD_ROWS],
  },
  {
    title: 'a column that becomes required',
    edit: edit([ROOMS, 'note text,', 'note text not null,']),
    left: [/^rewrites or checks old rows: .* SET NOT NULL/],
  },
  {
    title: 'the type of a column',
    edit: edit([ROOMS, 'position integer not null', 'position bigint not null']),
    left: [BELONGS, /^rewrites or checks old rows: .* TYPE bigint/, BELONGS],
  },
  {
    title: 'the type of a column that a view shows, with that view and its functions',
    edit: edit([BOOKINGS, 'title text', 'title varchar(99)']),
    left: [
      /^belongs to the same change: DROP FUNCTION/,
      /^belongs to the same change: DROP FUNCTION/,
      /^belongs to the same change: DROP VIEW/,
      /^belongs to the same change: ALTER TABLE .* DROP DEFAULT/,
      /^rewrites or checks old rows: .* TYPE character varying\(99\)/,
      /^belongs to the same change: create view/,
      /^belongs to the same change: create function private/,
      /^belongs to the same change: create function public/,
      /^belongs to the same change: REVOKE/,
      /^belongs to the same change: REVOKE/,
      ...Array.from({ length: 3 }, () => /^belongs to the same change: grant/),
    ],
  },
  {
    title: 'a dropped column',
    edit: edit([ROOMS, '  position integer not null default 0,\n', '']),
    left: [/^what becomes of the rows\?: ALTER TABLE .* DROP COLUMN "position"/],
  },
  {
    title: 'a dropped table',
    edit: (p) => p.write('schemas/votes/ballots.sql', p.read('schemas/votes/ballots.sql').replace(/-- How many[\s\S]*/, '')), // prettier-ignore
    left: [/^what becomes of the rows\?: DROP TABLE "private"\."ballots_counted"/],
  },
  {
    title: 'a dropped table with its enum, view and functions, which wait for it',
    edit: (p) => p.remove(BOOKINGS),
    left: [BELONGS, BELONGS, BELONGS, BELONGS, BELONGS, LOSES, BELONGS, BELONGS],
  },
  {
    title: 'a renamed column, which is one that goes and one that comes',
    edit: edit([ROOMS, 'position integer', 'place integer']),
    left: [LOSES, /^belongs to the same change: ALTER TABLE .* ADD COLUMN "place"/],
  },
  {
    title: 'another expression of a generated column',
    edit: edit([BOOKINGS, '(seats * 2)', '(seats * 3)']),
    left: [LOSES, BELONGS],
  },
  {
    title: 'a value taken from an enum of a column, with everything that the type takes along',
    edit: edit([ROOMS, "('hall', 'kitchen', 'yard')", "('hall', 'kitchen')"]),
    left: [
      BELONGS,
      BELONGS,
      /^belongs to the same change: ALTER TYPE .* RENAME/,
      /^belongs to the same change: CREATE TYPE/,
      LOSES,
      LOSES,
      /^belongs to the same change: DROP TYPE/,
      BELONGS,
      BELONGS,
    ],
  },
  {
    title: 'a row of a list that is gone',
    edit: edit([RULES, ",\n  ('photos', '1 day', null, null, 'it''s short')", '']),
    left: [/^what becomes of what uses it\?: delete from private\.rules where what = 'photos';$/],
  },
  {
    title: 'a changed row of settings, which people may have changed',
    edit: edit(['base/settings.sql', 'values on', 'values on'], ['base/settings.sql', 'default 3', 'default 4']), // prettier-ignore
    left: [/^people may have changed it: update private\.settings set most = '4'/],
    beside: /SET DEFAULT 4/,
  },
  {
    title: 'a required column of a list, with the values of its rows',
    edit: edit(
      [ROOMS, 'most integer not null\n', 'most integer not null,\n  least integer not null\n'],
      [ROOMS, "(kind, most) values ('hall', 100), ('kitchen', 10)", "(kind, most, least) values ('hall', 100, 2), ('kitchen', 10, 1)"], // prettier-ignore
    ),
    left: [OLD_ROWS, /^belongs to the same change: update .* 'hall'/, /^belongs to the same change: update .* 'kitchen'/], // prettier-ignore
  },
  {
    title: 'a second change of a table of which one is by hand, while another table is written',
    edit: edit(
      [ROOMS, '  position integer not null default 0,\n', ''],
      [ROOMS, 'using (seats > 0) with check', 'using (seats > 1) with check'],
      [BOOKINGS, 'on delete cascade', 'on delete restrict'],
    ),
    left: [/DROP POLICY/, LOSES, /^belongs to the same change: create policy/],
    beside: /CONSTRAINT "bookings_room_id_fkey"/,
  },
  {
    title: 'a policy, a right, an index and a trigger that name a column which is by hand',
    edit: both(
      edit([ROOMS, 'note text,', 'note text,\n  floor integer not null,'], [ROOMS, 'grant update (name, seats)', 'grant update (name, seats, floor)']), // prettier-ignore
      append(ROOMS, 'create index rooms_floor_idx on public.rooms (floor);\ncreate policy delete_low on public.rooms for delete to authenticated using (floor = 0);\ncreate trigger t after update of floor on public.rooms for each row execute function private.tg_bookings__note();'), // prettier-ignore
    ),
    left: [OLD_ROWS, BELONGS, BELONGS, BELONGS, BELONGS, BELONGS, BELONGS],
  },
  {
    title: 'a policy of another table that names a column which is by hand, while the rest of that table is written', // prettier-ignore
    edit: both(
      edit(
        [ROOMS, 'note text,', 'note text,\n  floor integer not null,'],
        [BOOKINGS, "using (status = 'given')", 'using (exists (select from public.rooms r where r.id = room_id and r.floor = 0))'], // prettier-ignore
        [BOOKINGS, 'on delete cascade', 'on delete restrict'],
      ),
    ),
    left: [/DROP POLICY/, OLD_ROWS, /^belongs to the same change: create policy/],
    beside: /CONSTRAINT "bookings_room_id_fkey"/,
  },
  {
    title: 'a new view over a column which is by hand, with its right and the function that returns its rows', // prettier-ignore
    edit: both(
      edit([ROOMS, 'note text,', 'note text,\n  floor integer not null,']),
      append(ROOMS, `-- Low ones.\ncreate view public.low_rooms with (security_invoker = true) as select r.id from public.rooms r where r.floor = 0;\ngrant select on public.low_rooms to anon;\ncreate function public.lowest() returns setof public.low_rooms language sql stable set search_path = '' as $$ select * from public.low_rooms $$;\ngrant execute on function public.lowest() to anon;`), // prettier-ignore
    ),
    left: [OLD_ROWS, /^belongs to the same change: create view/, BELONGS, BELONGS, BELONGS],
  },
];

describe('what is left for a person, with nothing half-written', () => {
  test.each(BY_HAND)('$title', async ({ edit, left, beside }) => {
    edit(project);
    const { files, byHand } = await write();
    expect(byHand).toHaveLength(left.length);
    byHand.forEach((line, i) => expect(line).toMatch(left[i]!));
    expect(files).toHaveLength(1);
    const text = textOf(files);
    for (const line of byHand) expect(text).toContain(`-- by hand: ${line}\n`);
    const sql = text.split('\n').filter((line) => line && !/^(--|set check_)/.test(line));
    expect(sql.length > 0).toBe(beside !== undefined);
    for (const line of sql) expect(line).toMatch(beside!);
    expect(await missingInMigrations(testServer(), project.folder)).toEqual(byHand);
  });

  test('a new column that is not the last one is reported with its file', async () => {
    project.replace(ROOMS, 'note text,', 'floor integer,\n  note text,');
    await expect(write()).rejects.toThrow(
      'in its schema file, new columns of public.rooms must stand last, and old ones in their order: id, name, kind, seats, position, note', // prettier-ignore
    );
    expect(project.written()).toEqual([]);
  });

  test('an old column that changed its place is reported with its file', async () => {
    project.replace(ROOMS, 'note text,\n', '');
    project.replace(ROOMS, '  name text not null,', '  note text,\n  name text not null,');
    await expect(write()).rejects.toThrow('new columns of public.rooms must stand last');
    expect(project.written()).toEqual([]);
  });

  test('is asked for once, and reported again', async () => {
    edit([ROOMS, '  position integer not null default 0,\n', ''])(project);
    const first = await write('one');
    const second = await write('two');
    expect(second).toEqual({ files: [], byHand: first.byHand });
  });

  test('passes when that person has written it', async () => {
    edit([ROOMS, 'note text,', 'note text,\n  floor integer not null,'])(project);
    const { files } = await write();
    const name = files[0]!.replace('supabase/', '');
    const todo = project.read(name);
    expect(todo).toMatch(/^-- by hand: /m);
    project.write(name, 'alter table public.rooms add column floor integer;\nupdate public.rooms set floor = 1;\nalter table public.rooms alter column floor set not null;\n'); // prettier-ignore
    expect(await missingInMigrations(testServer(), project.folder)).toEqual([]);
    expect(await write('again')).toEqual({ files: [], byHand: [] });
  });
});

describe('nothing is written', () => {
  test('when nothing changed but comments, white space and the order of files', async () => {
    project.replace(ROOMS, '-- A room that can be booked.', '-- A room.\n-- It can be booked.');
    project.replace(BOOKINGS, 'seats integer not null default 1,', 'seats   integer not null default 1, -- how many'); // prettier-ignore
    project.write('schemas/a/a.sql', project.read(`schemas/${BOOKINGS}`));
    project.remove(BOOKINGS);
    expect(await write()).toEqual({ files: [], byHand: [] });
    expect(project.written()).toEqual([]);
  });

  test('the second time', async () => {
    project.replace(ROOMS, 'note text,', 'note text,\n  floor integer,');
    expect((await write('first')).files).toHaveLength(1);
    expect(await write('second')).toEqual({ files: [], byHand: [] });
  });

  test.each([
    '',
    'a',
    'Ærlig',
    'two words',
    'a-b',
    '../up',
    'rooms.sql',
    '1_rooms',
    'x'.repeat(61),
  ])('under a name like "%s"', async (name) => {
    await expect(write(name)).rejects.toThrow(`not "${name}"`);
    expect(project.written()).toEqual([]);
  });

  test.each([
    ['a type that is nowhere', 'create table public.a (\n  b public.nothing\n);', 'a/a.sql:4: type "public.nothing" does not exist'], // prettier-ignore
    ['a column that is nowhere', '\ncreate index a_idx on public.rooms (nothing);', 'a/a.sql:4: column "nothing" does not exist'], // prettier-ignore
    ['a body that is wrong', "create function public.f() returns bigint language sql set search_path = '' as $$\n  select count(*) from public.nothing\n$$;", 'a/a.sql:4: relation "public.nothing" does not exist'], // prettier-ignore
    ['syntax', 'creat table public.a (b int);', 'a/a.sql:3: syntax error at or near "creat"'],
    ['a second way to be made', 'create table public.rooms (id int);', 'rooms/rooms.sql:5: public.rooms is already made in supabase/schemas/a/a.sql:3'], // prettier-ignore
    ['rows that its rules refuse', "insert into private.rules (what) values ('a');", 'a/a.sql:3: null value in column "keep"'], // prettier-ignore
  ])('for a schema file with %s', async (_title, sql, message) => {
    project.write('schemas/a/a.sql', `-- About æøå.\n\n${sql}\n`);
    await expect(write()).rejects.toThrow(`supabase/schemas/${message}`);
    expect(project.written()).toEqual([]);
  });

  test('while an older migration does not run', async () => {
    project.write('migrations/20260102000000_wrong.sql', 'select 1;\nselect nothing;\n');
    await expect(write()).rejects.toThrow('supabase/migrations/20260102000000_wrong.sql:2: column "nothing"'); // prettier-ignore
    expect(project.written()).toEqual(['20260102000000_wrong.sql']);
  });

  test('for a list whose rows have no key to tell them apart', async () => {
    const list = 'create table private.words (word text);\nalter table private.words enable row level security;\n'; // prettier-ignore
    project.write('migrations/20260102000000_words.sql', list);
    project.write('schemas/a/a.sql', `${list}insert into private.words values ('a');`);
    await expect(write()).rejects.toThrow('private.words has rows in a schema file and needs a primary key'); // prettier-ignore
    expect(project.written()).toEqual(['20260102000000_words.sql']);
  });
});

describe('the name of a migration', () => {
  const version = (file: string | undefined) => Number(/(\d+)_/.exec(file ?? '')?.[1]);

  test('begins with the time, and new enum values are in the earlier one of two', async () => {
    project.replace(ROOMS, "'yard');", "'yard', 'cellar');");
    project.replace(ROOMS, "('kitchen', 10);", "('kitchen', 10), ('cellar', 5);");
    const begin = Number(new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14));
    const { files } = await write('cellars');
    expect(files.map((file) => file.replace(/\d{14}/, 'TIME'))).toEqual([
      'supabase/migrations/TIME_cellars_values.sql',
      'supabase/migrations/TIME_cellars.sql',
    ]);
    expect(version(files[0])).toBeGreaterThanOrEqual(begin);
    expect(version(files[1])).toBeGreaterThan(version(files[0]));
    expect(textOf(files.slice(0, 1))).toMatch(/ADD VALUE 'cellar'/);
    expect(textOf(files.slice(1))).not.toMatch(/ADD VALUE/);
  });

  test('is later than the newest one, even when that is in the future', async () => {
    project.write('migrations/29990101000000_later.sql', 'select 1;\n');
    project.replace(ROOMS, 'note text,', 'note text,\n  floor integer,');
    expect((await write('floors')).files).toEqual([
      'supabase/migrations/29990101000001_floors.sql',
    ]);
    expect(project.written().at(-1)).toBe('29990101000001_floors.sql');
  });
});

describe('what is made at run time', () => {
  test('a table of ballots is not dropped, and does not follow the pattern', async () => {
    const name = `private.ballots_${'0123456789abcdef'.repeat(2)}`;
    project.write('migrations/20260102000000_opened.sql', `create table ${name} (like private.ballots including all);\nalter table ${name} enable row level security;\n`); // prettier-ignore
    project.replace('votes/ballots.sql', 'receipt_hash bytea not null unique', 'receipt_hash bytea not null unique,\n  weight integer not null default 1'); // prettier-ignore
    const { files, byHand } = await write();
    expect(byHand).toEqual([]);
    expect(textOf(files)).toMatch(/ALTER TABLE "private"\."ballots" ADD COLUMN/);
    expect(textOf(files)).not.toContain('ballots_');
    expect(await missingInMigrations(testServer(), project.folder)).toEqual([]);
  });
});
