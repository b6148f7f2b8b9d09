import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { moderated } from '../support/moderation.ts';
import { newcomer } from '../support/newcomer.ts';
import { openVote } from '../support/polls.ts';
import { personOf } from '../support/proposals.ts';
import { BLOCK, sendReport, STAIR } from '../support/reports.ts';

/** What the append-only tables must keep whatever happens to the people in them. */

let at: TestDb;
let they: Awaited<ReturnType<typeof moderated>>;
beforeAll(async () => {
  at = await testDatabase();
  they = await moderated(at, 3);
});
afterAll(() => at.close());

const { drobak, stovner } = CAST;
const desk = drobak.consultant;
const allOf = (table: string) =>
  at.sql(`select to_jsonb(x) as x from public.${table} x order by to_jsonb(x)::text`);

describe('the owner of the database can not change a row', () => {
  test.each([
    ['audit_entries', 'update public.audit_entries set actor_id = null'],
    ['report_event_actors', 'delete from public.report_event_actors'],
    ['report_event_actors', 'truncate public.report_event_actors'],
    ['signup_events', 'delete from public.signup_events'],
    ['signup_events', "update public.signup_events set actor = 'self'"],
    ['signup_events', 'truncate public.signup_events'],
    ['edits', "update public.edits set reason = 'Annet'"],
    ['edits', 'delete from public.edits'],
    ['edit_texts', "update public.edit_texts set old_body = 'Annet'"],
    ['edit_texts', 'delete from public.edit_texts'],
  ])('of %s: %s', async (table, change) => {
    const before = await allOf(table);
    expect(before.length).toBeGreaterThan(0);
    await expect(at.sql(change)).rejects.toThrow('only ever added to');
    expect(await allOf(table)).toEqual(before);
  });
});

describe('an activity without its host', () => {
  const queueOf = async (id: string) => {
    const { data } = await (await at.as(desk)).rpc('moderation_queue', { block_id: BLOCK });
    return data!.filter((one) => one.id === id);
  };

  test('can still be flagged and moderated when the consultant ended the hosting', async () => {
    const id = await they.make.activity();
    expect(await they.flag(drobak.neighbour, 'activity', id)).toBe('flagged');
    const ended = await (await at.as(desk)).from('activity_hosts').delete().eq('activity_id', id);
    expect(ended.error).toBeNull();
    expect(await at.sql('select from public.activity_hosts where activity_id = $1', [id])).toEqual(
      [],
    );
    expect(await queueOf(id)).toHaveLength(1);
    expect(await they.flag(they.people[0]!.db, 'activity', id)).toBe('flagged');
    expect(await they.judge(desk, 'activity', id, 'hide')).toBe('done');
    expect(await they.sees(drobak.neighbour, 'activity', id)).toBe(false);
    expect(await queueOf(id)).toEqual([]);
  });

  test('can still be flagged and moderated when the account of the host is deleted', async () => {
    const id = await they.make.activity();
    const partner = await personOf(at, stovner.partner);
    await at.sql('update public.activity_hosts set person_id = $2 where activity_id = $1', [
      id,
      partner,
    ]);
    expect(await they.flag(drobak.neighbour, 'activity', id)).toBe('flagged');
    await at.sql('delete from auth.users where id = $1', [partner]);
    expect(await at.sql('select from public.activity_hosts where activity_id = $1', [id])).toEqual(
      [],
    );
    expect(await they.judge(desk, 'activity', id, 'edit', { body: 'Nye ord.' })).toBe('done');
    expect(await they.rowOf('activity', id)).toMatchObject({ body: 'Nye ord.' });
    expect(await queueOf(id)).toEqual([]);
  });

  test('an activity made by the consultant can not be flagged or moderated', async () => {
    const [row] = await at.sql<{ id: string }>(
      `select a.id from public.activities a where a.status = 'published' and not a.was_hosted
        and a.block_id = (select block_id from public.activities where was_hosted order by id limit 1) order by a.id limit 1`,
    );
    expect(await they.flag(drobak.neighbour, 'activity', row!.id)).toBe('not_found');
    expect(await they.judge(desk, 'activity', row!.id, 'hide')).toBe('not_found');
  });
});

/** Functions that staff may call and that write no line themselves, with the reason. */
const TRIGGERS = 'triggers on what it writes do (000805, 000807, 000811)';
const OF_RESIDENTS = 'an act of a resident or a partner; staff are refused or do it for themselves';
const OWN = "about one's own account, messages or reading";
const UNPUBLISHED = 'nothing that the building has seen yet';
const NO_LINE: Record<string, string> = {
  add_block: TRIGGERS,
  save_contact: TRIGGERS,
  change_activity: TRIGGERS,
  cancel_session: TRIGGERS,
  cancel_following: TRIGGERS,
  move_session: TRIGGERS,
  move_following: TRIGGERS,
  restore_session: TRIGGERS,
  count_heads: TRIGGERS,
  set_heads: TRIGGERS,
  tick_attendance: TRIGGERS,
  create_activity: UNPUBLISHED,
  save_poll: UNPUBLISHED,
  make_sessions: TRIGGERS,
  set_series: TRIGGERS,
  set_sessions: TRIGGERS,
  touch_activity: TRIGGERS,
  answer_report_question: OF_RESIDENTS,
  flag_thing: OF_RESIDENTS,
  set_support: OF_RESIDENTS,
  accept_offer: OF_RESIDENTS,
  appeal: OF_RESIDENTS,
  ask_poll_question: OF_RESIDENTS,
  ask_to_join: OF_RESIDENTS,
  cancel_signup: OF_RESIDENTS,
  cast_vote: OF_RESIDENTS,
  change_vote: OF_RESIDENTS,
  comment_proposal: OF_RESIDENTS,
  follow_report: OF_RESIDENTS,
  propose: OF_RESIDENTS,
  propose_activity: OF_RESIDENTS,
  sign_up: OF_RESIDENTS,
  stop_hosting: OF_RESIDENTS,
  support_proposal: OF_RESIDENTS,
  take_back_comment: OF_RESIDENTS,
  withdraw_proposal: OF_RESIDENTS,
  withdraw_support: OF_RESIDENTS,
  answer_pulse: OWN,
  check_password: OWN,
  check_receipt: OWN,
  confirm_phone: OWN,
  count_notice_reads: OWN,
  delete_account: OWN,
  keep_photo: OWN,
  make_calendar_link: OWN,
  poll_results: OWN,
  save_message_settings: OWN,
  subscribe_push: OWN,
};

test('every function that changes something, and that staff may call, reaches the log', async () => {
  const all = await at.sql<{ name: string; source: string; is_asked: boolean }>(
    `select p.proname as name, p.prosrc as source, p.provolatile = 'v' and p.prorettype <> 'trigger'::regtype
        and has_function_privilege('authenticated', p.oid, 'execute') as is_asked
     from pg_proc p where p.pronamespace in ('private'::regnamespace, 'public'::regnamespace) order by p.proname`,
  );
  const callsOf = (source: string) =>
    [...source.matchAll(/\b(?:private|public)\.(\w+)\(/g)].map(([, name]) => name!);
  const reaching = new Set(['log_act']);
  for (let size = 0; size < reaching.size;) {
    size = reaching.size;
    for (const { name, source } of all)
      if (callsOf(source).some((one) => reaching.has(one))) reaching.add(name);
  }
  const asked = new Set(all.filter((one) => one.is_asked).map(({ name }) => name));
  const silent = [...asked].filter((name) => !reaching.has(name));
  expect(silent.toSorted()).toEqual(Object.keys(NO_LINE).toSorted());
  expect(asked.size - silent.length).toBeGreaterThan(40);
});

/** What is logged while the work is done, the oldest first. */
async function linesOf(work: () => Promise<unknown>) {
  const before = await at.sql<{ id: string }>('select id from public.audit_entries');
  await work();
  return at.sql(
    `select act, subject, subject_id, actor_role, block_id, details, reason from public.audit_entries
     where not id = any ($1::uuid[]) order by acted_at, act::text, subject_id`,
    [before.map(({ id }) => id)],
  );
}
const aboutMe = async (who: Email) => (await (await at.as(who)).rpc('acts_about_me')).data!;

describe('the log gets a line', () => {
  test('for a new building, and for a place in it that is added later', async () => {
    const admin = await at.as(CAST.admin);
    const building = {
      slug: `nybygg-${randomUUID().slice(0, 8)}`,
      name: 'Nybygget',
      address: 'Nygata 1',
      district: 'Bydel Ny',
      owner_type: 'heleid' as const,
      stairs: ['A'],
      floors: 2,
      flats_per_floor: 2,
    };
    let id = '';
    expect(
      await linesOf(async () => {
        id = (await admin.rpc('add_block', building)).data!;
      }),
    ).toMatchObject([{ act: 'add', subject: 'block', subject_id: id, actor_role: 'admin' }]);
    const place = { id: randomUUID(), block_id: id, kind: 'yard' as const, name: 'Tun' };
    expect(await linesOf(async () => admin.from('places').insert(place))).toMatchObject([
      { act: 'add', subject: 'place', subject_id: place.id, actor_role: 'admin' },
    ]);
  });

  test('for a key of another system that Boligbygg makes and revokes', async () => {
    const landlord = await at.as(CAST.landlord);
    const lines = await linesOf(async () => {
      await landlord.rpc('make_api_key', { name: 'Mitt', scopes: ['create'] });
      const { data } = await landlord.from('api_keys').select('id').eq('name', 'Mitt').single();
      expect((await landlord.rpc('revoke_api_key', { id: data!.id })).data).toBe(true);
      expect((await landlord.rpc('revoke_api_key', { id: data!.id })).data).toBe(false);
    });
    expect(lines).toMatchObject([
      { act: 'add', subject: 'api_key', actor_role: 'landlord', block_id: null },
      { act: 'remove', subject: 'api_key', actor_role: 'landlord', block_id: null },
    ]);
  });

  test('when the consultant signs a person up and off and writes to all, never for whom or what', async () => {
    const db = await at.as(desk);
    const activity_id = await they.make.activity();
    const person_id = await personOf(at, drobak.neighbour);
    const [signup_id, message_id] = [randomUUID(), randomUUID()];
    const lines = await linesOf(async () => {
      expect((await db.rpc('sign_up_for', { activity_id, signup_id, person_id })).data).toBe(
        'signed_up',
      );
      const sent = { activity_id, message_id, body: 'Husk sko.' };
      expect((await db.rpc('send_activity_message', sent)).data).toBe('sent');
      expect((await db.rpc('end_signup', { signup_id })).data).toBe('cancelled');
    });
    const line = { actor_role: 'consultant', reason: null };
    expect(lines).toMatchObject([
      { ...line, act: 'sign_up_for', subject: 'signup', subject_id: activity_id },
      { ...line, act: 'send', subject: 'message', subject_id: message_id },
      { ...line, act: 'end_signup', subject: 'signup', subject_id: activity_id },
    ]);
    const host = await at.as(they.author);
    const byHost = { activity_id, signup_id: randomUUID(), first_name: 'Ali' };
    expect(
      await linesOf(async () => {
        expect((await host.rpc('sign_up_for', byHost)).data).toBe('signed_up');
      }),
    ).toEqual([]);
  });

  test('when the hours of a contact change, and none when they are saved unchanged', async () => {
    const db = await at.as(desk);
    const card = {
      block_id: BLOCK,
      contact_id: null as string | null,
      kind: 'duty_phone' as const,
      title: 'Vakta',
      person_name: null,
      phone: '22 00 00 00',
      email: null,
      whereabouts: null,
      note: null,
      hours: [{ weekday: 1, opens_at: '08:00', closes_at: '10:00' }],
    };
    const save = (more = {}) => db.rpc('save_contact', { ...card, ...more } as never);
    expect(await linesOf(() => Promise.resolve(save()))).toMatchObject([
      { act: 'add', subject: 'contact' },
    ]);
    const { data } = await db.from('contacts').select('id').eq('title', 'Vakta').single();
    const contact_id = data!.id;
    expect(await linesOf(() => Promise.resolve(save({ contact_id })))).toEqual([]);
    const hours = [...card.hours, { weekday: 2, opens_at: '08:00', closes_at: '10:00' }];
    expect(await linesOf(() => Promise.resolve(save({ contact_id, hours })))).toMatchObject([
      { act: 'change', subject: 'contact', subject_id: contact_id, actor_role: 'consultant' },
    ]);
  });

  test('with who did what in a case, without its text; the admin reads it', async () => {
    const { id } = await sendReport(await at.as(drobak.resident), {
      place_id: STAIR,
      thing: 'light',
    });
    const landlord = await at.as(CAST.landlord);
    const lines = await linesOf(async () => {
      const to_status = 'in_progress' as const;
      await landlord.rpc('change_report_status', {
        report_id: id,
        to_status,
        reason: 'Vi kommer.',
      });
      const audience = 'internal' as const;
      const said = { id: randomUUID(), report_id: id, body: 'Hemmelig', audience };
      await landlord.rpc('add_report_message', said);
    });
    expect(lines).toMatchObject([
      { act: 'change_status', subject_id: id, actor_role: 'landlord', details: { status: 'in_progress' } }, // prettier-ignore
      { act: 'write_message', subject_id: id, actor_role: 'landlord', reason: null },
    ]);
    const { data } = await (
      await at.as(CAST.admin)
    )
      .from('audit_entries')
      .select('act, actor_name')
      .eq('subject_id', id)
      .order('acted_at');
    expect(data!.map(({ act }) => act)).toEqual(['change_status', 'write_message']);
    expect(data!.every(({ actor_name }) => Boolean(actor_name))).toBe(true);
  });

  test('when staff show or hide the pictures of a case, which its reporter reads', async () => {
    const reporter = await at.as(drobak.resident);
    const { id } = await sendReport(reporter, { place_id: STAIR, thing: 'light' });
    const share = async (who: Email, are_shared: boolean) =>
      (await (await at.as(who)).rpc('share_report_photos', { report_id: id, are_shared })).data;
    expect(
      await linesOf(async () => {
        expect(await share(drobak.resident, true)).toBe('shared');
      }),
    ).toEqual([]);
    const lines = await linesOf(async () => {
      expect(await share(desk, false)).toBe('hidden');
      expect(await share(desk, false)).toBe('hidden');
      expect(await share(desk, true)).toBe('shared');
    });
    expect(lines.map(({ act }) => act)).toEqual(['hide_photos', 'share_photos']);
    const read = async (who: Email) =>
      (await aboutMe(who)).filter((one) => one.subject_id === id).map(({ act }) => act);
    expect(await read(drobak.resident)).toEqual(['share_photos', 'hide_photos']);
    expect(await read(drobak.neighbour)).toEqual([]);
  });

  test('that a flat was marked as voting on paper, which that flat reads', async () => {
    const db = await at.as(desk);
    const { id } = await openVote(at);
    const { data } = await db.rpc('paper_electors', { poll_id: id });
    const elector_id = data!.find(({ name }) => name === 'A201')!.elector_id;
    expect((await db.rpc('mark_paper_vote', { poll_id: id, elector_id })).data).toBe('marked');
    const read = async (who: Email) =>
      (await aboutMe(who)).filter((one) => one.subject_id === id).map(({ act }) => act);
    expect(await read(drobak.resident)).toEqual(['mark_paper']);
    expect(await read(drobak.household)).toEqual(['mark_paper']);
    expect(await read(drobak.neighbour)).toEqual([]);
  });
});

describe('the reason', () => {
  test('for locking a person out is required, and that person reads it', async () => {
    const db = await at.as(desk);
    const person = they.people[2]!;
    const [row] = await at.sql<{ id: string }>(
      'select id from public.memberships where person_id = $1',
      [person.id],
    );
    const lockOut = async (reason?: string) =>
      (
        await db.rpc('end_membership', {
          membership_id: row!.id,
          lock_out: true,
          ...(reason && { reason }),
        })
      ).data;
    for (const none of [undefined, '  ']) expect(await lockOut(none)).toBe(false);
    const [left] = await at.sql(
      'select ended_at, blocked_at from public.memberships where id = $1',
      [row!.id],
    );
    expect(left).toEqual({ ended_at: null, blocked_at: null });
    expect(await lockOut('Trusler i gangen')).toBe(true);
    const { data } = await person.db.rpc('acts_about_me');
    expect(data).toMatchObject([{ act: 'lock_out', reason: 'Trusler i gangen' }]);
  });

  test('for refusing a request to join is optional, and that person reads it', async () => {
    const { client } = await newcomer(at);
    const asked = { block_id: BLOCK, display_name: 'Ny', flat_text: 'B401' };
    const id = randomUUID();
    expect((await client.rpc('ask_to_join', { id, ...asked })).data).toBe('asked');
    const said = { request_id: id, reason: 'Du må ha leiekontrakt her' };
    expect((await (await at.as(desk)).rpc('decide_join_request', said)).data).toBe('declined');
    expect((await client.rpc('acts_about_me')).data).toMatchObject([
      { act: 'decline_join_request', reason: 'Du må ha leiekontrakt her' },
    ]);
  });
});

test('an edit of an activity applies to all its texts, and keeps the replaced ones', async () => {
  const id = await they.make.activity();
  await at.sql(
    `update public.activities set what_to_expect = 'Kari i A101 er teit', food = 'Vafler', host = 'Beboere' where id = $1`,
    [id],
  );
  await at.sql(
    `insert into public.activity_translations (activity_id, block_id, language, title, body) values ($1, $2, 'en', 'Football', 'We play.')`,
    [id, BLOCK],
  );
  const as = async (who: Email, parts?: Record<string, string>) =>
    (
      await (
        await at.as(who)
      ).rpc('moderate', {
        kind: 'activity',
        id,
        act: 'edit',
        reason: 'Navn tatt ut',
        body: 'Vi spiller.',
        ...(parts && { parts }),
      })
    ).data;
  const same = { what_to_expect: 'Kari i A101 er teit', food: ' Vafler ', body: 'Vi spiller.' };
  expect(await as(desk, same)).toBe('nothing_to_do');
  expect(await as(drobak.neighbour, { what_to_expect: '' })).toBe('not_found');
  expect(await as(desk, { ...same, what_to_expect: '', host: 'Naboer' })).toBe('done');
  expect(await they.rowOf('activity', id)).toMatchObject({
    what_to_expect: null,
    food: 'Vafler',
    host: 'Naboer',
    body: 'Vi spiller.',
  });
  const gone = [
    'host\nBeboere',
    'what_to_expect\nKari i A101 er teit',
    'translation:en\nFootball\nWe play.',
  ];
  const read = async (who: Email) =>
    (await (await at.as(who)).from('edit_texts').select('old_parts').eq('thing_id', id)).data;
  for (const who of [they.author, desk, CAST.admin] as Email[])
    expect(await read(who), who).toEqual([{ old_parts: gone }]);
  expect(await read(drobak.neighbour)).toEqual([]);
});
