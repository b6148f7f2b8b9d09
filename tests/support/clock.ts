import type { TestDb } from './database.ts';

/**
 * Sets the time for the tests of one database copy: every function of ours that calls `now()` uses this clock instead.
 * Defaults of columns keep the real time.
 */
export async function clock(t: TestDb) {
  await t.sql('create table private.clock (ahead interval not null)');
  await t.sql("insert into private.clock values ('0')");
  await t.sql(`create function private.clock() returns timestamptz language sql stable security definer set search_path = ''
    as 'select now() + c.ahead from private.clock c'`);
  await t.sql('grant execute on function private.clock() to anon, authenticated, service_role');
  await t.sql(`do $do$
    declare v_def text;
    begin
      for v_def in
        select pg_get_functiondef(p.oid) from pg_proc p
        where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prosrc ~ '\\mnow\\(\\)' and p.proname <> 'clock'
      loop
        execute replace(v_def, 'now()', 'private.clock()');
      end loop;
    end $do$`);
  return {
    /** Sets this time; it passes from there. */
    set: (moment: string) =>
      t.sql('update private.clock set ahead = $1::timestamptz - now()', [moment]),
    /** Back to the real time. */
    reset: () => t.sql("update private.clock set ahead = '0'"),
  };
}
