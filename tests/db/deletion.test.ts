import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishPhotoMoves } from '~/lib/photo-moves.ts';
import { YARD } from '../support/cases.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { crowd, signedIn } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { domainsOfTables, mentions, personColumns } from '../support/dump.ts';
import { countedIn, openVote, receipt } from '../support/polls.ts';
import { BLOCK } from '../support/reports.ts';
import { TRACES, wholeLife, type WholeLife } from '../support/whole-life.ts';

let t: TestDb;
let life: WholeLife;
beforeAll(async () => {
  t = await testDatabase();
  life = await wholeLife(t);
}, 60_000);
afterAll(() => t?.close());

/** Numbers that a deleted account must not change. */
const figures = async () => ({
  signups: await t.sql('select activity_id, count(*)::int, sum(party_size)::int from signups where activity_id <> $1 group by 1 order by 1', [life.offered]), // prettier-ignore
  attendance: await t.sql('select activity_id, sum(present_count)::int from attendances group by 1 order by 1'),
  cases: await t.sql('select thing, status, count(*)::int from reports group by 1, 2 order by 1, 2'),
  events: await t.sql('select kind, to_status, count(*)::int from report_events group by 1, 2 order by 1, 2'),
  supports: await t.sql("select id, support_count from proposals where status in ('approved', 'merged') order by id"),
  turnout: await t.sql('select poll_id, count(*)::int, count(used_on)::int from private.electors group by 1 order by 1'),
  ballots: await t.sql('select p.id, (select count(*)::int from private.ballots_in(p.id)) from polls p where p.opened_at is not null order by 1'),
  flags: await t.sql('select count(*)::int from flags'),
  comments: await t.sql('select count(*)::int from proposal_comments'),
  // What the steering group is shown, of this year until now.
  told: await Promise.all(['activity', 'case', 'poll'].map((of) => t.sql(`select * from private.${of}_figures($1, now() - interval '1 year', now() + interval '1 day') x order by x::text`, [BLOCK]))),
  acts: await t.sql('select act, actor_role, count(*)::int from audit_entries group by 1, 2 order by 1, 2'),
}); // prettier-ignore

test('the person of this test has a row in every table that names people', async () => {
  const empty: string[] = [];
  for (const { table, column } of await personColumns(t)) {
    const [row] = await t.sql(`select from ${table} where ${column}::text = $1 limit 1`, [life.id]);
    if (!row) empty.push(`${table}.${column}`);
  }
  expect(empty.map((column) => `${column}: tests/support/whole-life.ts`)).toEqual([]);
  const found = (await mentions(t, TRACES)).map((line) => line.split(':')[0]);
  expect(new Set(found).size).toBeGreaterThan(15);
});

test('every column that names a person is emptied with the account, or by the forgetting.sql of a domain', async () => {
  const [source] = await t.sql<{ text: string }>(
    `select string_agg(pg_get_functiondef(p.oid), ' ') as text from pg_proc p
     where p.pronamespace = 'private'::regnamespace and p.proname ~ '^(forget_|tg_users__)'`,
  );
  const follows = await t.sql<{ column: string }>(
    `select distinct format('%s.%s', f.conrelid::regclass, a.attname) as column from pg_constraint f
     join pg_attribute a on a.attrelid = f.conrelid and a.attnum = any (f.conkey)
     where f.contype = 'f' and f.confdeltype in ('c', 'n')
       and f.confrelid in ('public.people'::regclass, 'auth.users'::regclass, 'public.message_phones'::regclass)`,
  );
  const domains = await domainsOfTables();
  const kept = (await personColumns(t)).filter(({ table, column }) => {
    const isForgotten = new RegExp(`\\b${table.replace('.', '\\.')}\\b`).test(source!.text);
    return !isForgotten && !follows.some((one) => one.column === `${table}.${column}`);
  });
  expect(follows.length).toBeGreaterThan(20);
  expect(kept.map(({ table, column }) => `${table}.${column}: supabase/schemas/${domains.get(table)}/forgetting.sql`)).toEqual([]); // prettier-ignore
});

describe('an account that is deleted', () => {
  test('requires its password, and allows five attempts an hour', async () => {
    const tryWith = async (word?: string) =>
      (await life.db.rpc('delete_account', word === undefined ? {} : { word })).data;
    expect(await tryWith()).toBe('wrong_password');
    for (const word of ['', 'feil', `${life.password} `, 'SOMMERFUGL-77'])
      expect(await tryWith(word)).toBe('wrong_password');
    expect(await tryWith(life.password)).toBe('too_many_attempts');
    expect(await t.sql('select from auth.users where id = $1', [life.id])).toHaveLength(1);
    await t.sql("delete from private.attempts where kind = 'delete_account'");
  });

  test('leaves no name, address, number, alias or id anywhere, and all figures unchanged', async () => {
    const before = await figures();
    const both = await Promise.all(
      [1, 2].map(() => life.db.rpc('delete_account', { word: life.password })),
    );
    expect(both.map(({ data }) => data).toSorted()).toEqual(['deleted', 'not_found']);
    // Only files, which SQL may not touch, still carry the id; the job removes it, even after it was interrupted.
    await t
      .service()
      .storage.from('report-photos')
      .move(...(await firstMove()));
    expect(await finishPhotoMoves(t.service())).toBeGreaterThan(0);
    expect(await finishPhotoMoves(t.service())).toBe(0);
    expect(await mentions(t, [...TRACES, life.id])).toEqual([]);
    expect(await figures()).toEqual(before);
  });

  test('gives its place to the next in line', async () => {
    const { data } = await (
      await t.as(CAST.drobak.neighbour)
    )
      .from('signups')
      .select('status')
      .eq('activity_id', life.coming)
      .in('status', ['signed_up', 'offered', 'waitlisted']);
    expect(data).toEqual([{ status: 'signed_up' }]);
  });

  test('takes descriptions and pictures of its cases in flats along, and leaves those of common areas without names', async () => {
    const [open] = await t.sql('select description, contact, access, forgotten_at is not null as gone from report_details where report_id = $1', [life.cases.open]); // prettier-ignore
    expect(open).toEqual({ description: '–', contact: null, access: null, gone: true });
    const [yard] = await t.sql('select description, contact from report_details where report_id = $1', [life.cases.yard]); // prettier-ignore
    expect(yard).toEqual({ description: 'Hei, jeg er …, ring …. Lyset er borte.', contact: null });
    const words = (id: string) => t.sql<{ body: string }>('select body from report_messages where report_id = $1 order by created_at, id', [id]); // prettier-ignore
    expect((await words(life.cases.open)).map(({ body }) => body).toSorted()).toEqual(['Hei …! Vi kommer.', '… er hjemme om kvelden.'].toSorted()); // prettier-ignore
    expect(await words(life.cases.yard)).toHaveLength(3);
    expect(await t.sql('select from report_photos where report_id = $1', [life.cases.open])).toEqual([]); // prettier-ignore
  });

  test('leaves shared pictures visible, each in a folder of its own that identifies nobody', async () => {
    const photos = await t.sql<{ path: string }>('select path from report_photos where report_id = $1', [life.cases.yard]); // prettier-ignore
    expect(new Set(photos.map(({ path }) => path.split('/')[0])).size).toBe(2);
    const neighbour = await t.as(CAST.drobak.neighbour);
    for (const { path } of photos)
      expect((await neighbour.storage.from('report-photos').download(path)).error).toBeNull();
    const left = await t.sql<{ name: string }>("select name from storage.objects where bucket_id = 'report-photos' and owner_id is null"); // prettier-ignore
    expect(left.map(({ name }) => name).toSorted()).toEqual(photos.map(({ path }) => path).toSorted()); // prettier-ignore
  });

  test('leaves what neighbours have seen, as by an unnamed resident, and deletes the rest', async () => {
    const ideas = await t.sql('select id, alias, body from proposals where id = any ($1)', [[life.approved, life.declined, life.pending]]); // prettier-ignore
    expect(ideas).toEqual([{ id: life.approved, alias: null, body: 'Spør … i andre etasje.' }]);
    expect(await t.sql('select alias, body from proposal_comments where id = $1', [life.comment])).toEqual([{ alias: null, body: 'Enig! …' }]); // prettier-ignore
    const activities = await t.sql('select id, host, body from activities where id = any ($1)', [[life.hosted, life.offered]]); // prettier-ignore
    expect(activities).toEqual([{ id: life.hosted, host: null, body: 'Ring …, ….' }]);
  });

  test('is signed out everywhere, and every later request is told so', async () => {
    expect((await life.db.rpc('account_state')).data).toBe('none');
    expect((await life.db.rpc('my_data')).data).toBeNull();
    expect((await life.db.rpc('delete_account', { word: life.password })).data).toBe('not_found');
    expect((await life.db.rpc('sign_up', { activity_id: life.coming })).data).toBe('not_member');
    expect((await life.db.auth.refreshSession()).error).not.toBeNull();
    const { email, password } = life;
    expect((await t.anonymous().auth.signInWithPassword({ email, password })).error).not.toBeNull();
  });
});

describe('at the same time', () => {
  test('as a vote and a sign-up: fully or not at all, whichever comes first, and nobody waits for ever', async () => {
    const people = await crowd(t, 12);
    const { id: poll, options } = await openVote(t, { rule: 'per_person', min_age: 13 });
    await t.sql('update activities set capacity = 3 where id = $1', [life.coming]);
    const answers = await Promise.all(
      people.map(async ({ db }, n) => {
        const acts = [
          () => db.rpc('sign_up', { activity_id: life.coming }),
          () => db.rpc('cast_vote', { poll_id: poll, choices: [options[0]!], receipt: receipt() }),
          () => db.rpc('delete_account'),
        ];
        const order = [0, 1, 2].map((i) => acts[(i + n) % 3]!());
        const [a, b, c] = await Promise.all(order);
        const all = [a!, b!, c!];
        return [0, 1, 2].map((i) => all[(i - n + 99) % 3]!);
      }),
    );
    expect(
      answers
        .flat()
        .map(({ error }) => error?.code)
        .filter(Boolean),
    ).toEqual([]);
    const said = (i: number) => new Set(answers.map((three) => String(three[i]!.data)));
    expect(said(2)).toEqual(new Set(['deleted']));
    for (const answer of said(0)) expect(['signed_up', 'waitlisted', 'not_member']).toContain(answer); // prettier-ignore
    for (const answer of said(1)) expect(['voted', 'not_entitled']).toContain(answer);
    const voted = answers.filter(([, vote]) => vote!.data === 'voted').length;
    expect(await countedIn(t, poll)).toEqual({ ballots: voted, used: voted });
    const [activity] = await t.sql<{ signed_up_count: number; live: number }>(
      `select signed_up_count, (select count(*)::int from signups s where s.activity_id = a.id and s.status = 'signed_up') as live
       from activities a where id = $1`,
      [life.coming],
    );
    expect(activity!.signed_up_count).toBe(activity!.live);
    expect(
      await mentions(
        t,
        people.map(({ id }) => id),
      ),
    ).toEqual([]);
  });
});

test('a name chosen afterwards removes nothing from what staff wrote', async () => {
  const reason = 'Trusler mot nabo i A201.';
  const person = async (name: string, first = name) => {
    const [row] = await t.sql<{ id: string }>(
      `with account as (insert into auth.users (id, aud, role, email) values (gen_random_uuid(), 'authenticated', 'authenticated', gen_random_uuid() || '@x.example') returning id)
       insert into public.people (id, display_name, named_at) select id, $1, now() - interval '1 day' from account returning id`,
      [first],
    );
    const thing = randomUUID();
    await t.sql('insert into public.proposals (id, block_id, title, body, kind) values ($1, $2, $3, $3, $4)', [thing, BLOCK, 'Noe', 'social']); // prettier-ignore
    await t.sql('insert into public.proposal_authors (proposal_id, person_id) values ($1, $2)', [thing, row!.id]); // prettier-ignore
    await t.sql("insert into public.audit_entries (block_id, act, subject, shape, subject_id, reason) values ($1, 'hide', 'proposal', 'none', $2, $3)", [BLOCK, thing, `${reason} ${first}`]); // prettier-ignore
    if (name !== first)
      await t.sql('update public.people set display_name = $2 where id = $1', [row!.id, name]);
    await t.sql('delete from auth.users where id = $1', [row!.id]);
    return (await t.sql('select reason from public.audit_entries where subject_id = $1', [thing]))[0]; // prettier-ignore
  };
  expect(await person('Trusler mot nabo', 'Fredrikke')).toEqual({ reason: `${reason} Fredrikke` });
  expect(await person('Fredrikke')).toEqual({ reason: `${reason} …` });
});

test.each([
  ['fatuma warsame', ['Hilsen fatuma.', 'Warsames dør', 'WARSAME']],
  ['محمد علي', ['سلام محمد', 'علي']],
  ['Solveig', ['Solveigs benk', "solveig's"]],
])('the name %s is found in texts in every spelling', async (name, said) => {
  const [person] = await t.sql<{ id: string }>(
    `with account as (insert into auth.users (id, aud, role, email) values (gen_random_uuid(), 'authenticated', 'authenticated', gen_random_uuid() || '@x.example') returning id)
     insert into public.people (id, display_name) select id, $1 from account returning id`,
    [name],
  );
  const [row] = await t.sql<{ texts: string[] }>(
    'select array_agg(private.masked(w, private.words_of($1))) as texts from unnest($2::text[]) w',
    [person!.id, said],
  );
  for (const text of row!.texts)
    for (const part of name.split(' '))
      expect(text.toLowerCase()).not.toContain(part.toLowerCase());
});

test('an account without e-mail, and one deleted by another person, leave no more behind', async () => {
  const id = randomUUID();
  const [flat] = await t.sql<{ id: string }>("select id from places where name = 'A301' and kind = 'flat' limit 1"); // prettier-ignore
  const desk = await t.as(CAST.drobak.consultant);
  const made = await desk.rpc('make_account', { id, flat_id: flat!.id, user_name: 'kvikksolvet', new_word: 'fire gode ord', display_name: 'Kvikk' }); // prettier-ignore
  expect(made.data).toBe('made');
  const person = await signedIn(t, id);
  await person.rpc('create_report', { id: randomUUID(), block_id: BLOCK, place_id: YARD, thing: 'rubbish', description: 'Sofa. Hilsen kvikksolvet' }); // prettier-ignore
  expect((await person.rpc('delete_account', { word: 'fire gode ord ' })).data).toBe('wrong_password'); // prettier-ignore
  await t.sql('delete from auth.users where id = $1', [id]);
  expect(await mentions(t, [id, 'kvikk'])).toEqual([]);
});

test('the last of the consultants, Boligbygg and the admins may leave too, and their acts stay', async () => {
  for (const email of [CAST.stovner.consultant, CAST.landlord, CAST.admin]) {
    const db = await t.as(email);
    const [{ id }] = (await t.sql<{ id: string }>('select id from auth.users where email = $1', [email])) as [{ id: string }]; // prettier-ignore
    const acts = () => t.sql<{ n: number }>('select count(*)::int as n from audit_entries');
    const before = await acts();
    expect((await db.rpc('delete_account', { word: PASSWORD })).data).toBe('deleted');
    expect(await acts()).toEqual(before);
    await finishPhotoMoves(t.service());
    expect(await mentions(t, [id, email])).toEqual([]);
  }
});

/** A file was moved, and then the job was interrupted before it could record that. */
async function firstMove(): Promise<[string, string]> {
  const [row] = await t.sql<{ path_from: string; path_to: string }>(
    'select path_from, path_to from private.photo_moves where path_to is not null order by path_from limit 1',
  );
  return [row!.path_from, row!.path_to];
}
