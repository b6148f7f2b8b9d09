import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDb } from '../support/database.ts';
import { checkPlpgsql, type Checked } from '../support/plpgsql.ts';

/** Whole plpgsql bodies are checked, including the branches that no test runs. SQL functions are checked whenever they are created. */

let t: TestDb;
let client: pg.Client;
let all: Checked;
beforeAll(async () => {
  t = await testDatabase();
  client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
  all = await checkPlpgsql(client);
});
afterAll(async () => {
  await client?.end();
  await t?.close();
});

test('every statement of every plpgsql function refers to existing names, also in untested branches', () => {
  expect(all.functions).toBeGreaterThan(200);
  expect(all.pieces).toBeGreaterThan(1500);
  expect(all.problems).toEqual([]);
});

/** What `execute` runs is text, and only a test that runs it checks it. Why it cannot be static: */
const DYNAMIC = {
  'the table of a kind of thing': ['appeal', 'edit_thing', 'flag_thing', 'lock_thing', 'set_hidden'],
  'a table of ballots for each vote': ['ballots_in', 'cast_vote', 'change_ballot', 'make_ballots', 'shuffle_ballots', 'stop_poll', 'tg_polls__drop_ballots'], // prettier-ignore
  'tables that not every auth service has': ['forget_in_services'],
  'an order that must fit an index': ['list_report_queue', 'open311_requests', 'open311_updates'],
}; // prettier-ignore
test('dynamic SQL is used only where a table or an order is chosen', () => {
  const allowed = Object.values(DYNAMIC).flat().map((name) => `private.${name}`); // prettier-ignore
  expect(all.dynamic.toSorted()).toEqual(allowed.toSorted());
});

describe('the check finds, in a branch that nothing runs,', () => {
  const body = (text: string, declared = '') => `language plpgsql set search_path = '' as $$
declare ${declared}
begin
  if false then
    ${text};
  end if;
  return null;
end $$`;
  const found = async (create: string) => {
    await client.query(create);
    const { problems } = await checkPlpgsql(client, 'broken');
    await client.query('drop function private.broken cascade');
    return problems;
  };
  const inFunction = (text: string, declared?: string) =>
    found(`create function private.broken(p_id uuid) returns uuid ${body(text, declared)}`);

  test.each([
    ['a column that a table has not', `perform r.missing from public.reports r`, '', 'column r.missing does not exist'],
    ['a table that is not there', `delete from public.missing m where m.id = p_id`, '', 'relation "public.missing" does not exist'],
    ['a function that is not there', `perform private.missing(p_id)`, '', 'function private.missing(uuid) does not exist'],
    ['a value that an enum has not', `update public.reports set status = 'missing' where id = p_id`, '', 'invalid input value for enum'],
    ['a type that does not fit', `if p_id > 3 then return null; end if`, '', 'operator does not exist: uuid > integer'],
    ['a wrong name in an assignment', `v_number := r.missing from public.reports r where r.id = p_id`, 'v_number bigint;', 'column r.missing does not exist'],
    ['a field that a row has not', `perform v_report.missing`, 'v_report public.reports;', 'missing FROM-clause entry for table "v_report"'],
    ['a field that the query of a loop has not', `for v_row in select r.id from public.reports r where r.id = p_id loop perform v_row.missing; end loop`, 'v_row record;', 'missing FROM-clause entry for table "v_row"'],
    ['a variable that was not declared', `perform v_missing`, '', 'column "v_missing" does not exist'],
  ])('%s', async (_what, text, declared, message) => {
    const problems = await inFunction(text, declared);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
    expect(problems[0]).toMatch(/^private\.broken:[2-5]: /);
  }); // prettier-ignore

  test('a column of new that the table of its trigger does not have', async () => {
    const trigger = `create trigger broken after update on public.reports for each row execute function private.broken()`;
    const text = `perform new.number, old.missing`;
    const problems = await found(`create function private.broken() returns trigger ${body(text)}; ${trigger}`); // prettier-ignore
    expect(problems).toEqual([
      expect.stringContaining('missing FROM-clause entry for table "old"'),
    ]);
  });

  test('returned columns that do not fit the result type', async () => {
    const text = `return query select r.number, r.id from public.reports r; return`;
    const create = `create function private.broken(p_id uuid) returns setof public.place_kind language plpgsql set search_path = '' as $$ begin if false then ${text}; end if; end $$`; // prettier-ignore
    expect(await found(create)).toHaveLength(1);
  });
});
