import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { BLOCK, FLAT, PEOPLE, STAIR, sendReport, storePhoto } from '../support/reports.ts';
import { fingerprint } from '../support/rights.ts';

/**
 * Everybody who is neither reporter nor staff, with the publishable key, over all that the API offers. Every private text
 * contains HEMMELIG, so that a new table, column or function that leaks one is found here without being named.
 */

let t: TestDb;
let reporterId: string;
const cases: Record<
  'flat' | 'stair' | 'merged',
  { id: string; number: number | null; path: string }
> = {} as never;
const questions: string[] = [];

const ATTACKERS = {
  'the same flat': CAST.drobak.household,
  'a neighbour': CAST.drobak.neighbour,
  'a partner here': CAST.stovner.partner,
  'a resident elsewhere': CAST.stovner.resident,
  'the consultant elsewhere': CAST.stovner.consultant,
  'the admin': CAST.admin,
  'nobody signed in': null,
} as const;
type Attacker = keyof typeof ATTACKERS;
const attackers = Object.keys(ATTACKERS) as Attacker[];
const here: Attacker[] = ['the same flat', 'a neighbour', 'a partner here'];

const clientOf = async (who: Attacker) => {
  const email = ATTACKERS[who];
  return (email ? await t.as(email) : t.anonymous()) as unknown as SupabaseClient;
};
/** The answer of a raw request, with its headers, which carry counts. */
async function ask(
  who: Attacker,
  path: string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
) {
  const email = ATTACKERS[who];
  const session = email && (await (await t.as(email)).auth.getSession()).data.session;
  const authorization = session ? { authorization: `Bearer ${session.access_token}` } : {};
  const answer = await fetch(`${t.url}${path}`, {
    ...init,
    headers: { apikey: t.publishableKey, ...authorization, ...headers },
  });
  return {
    status: answer.status,
    range: answer.headers.get('content-range'),
    body: await answer.text(),
  };
}

beforeAll(async () => {
  t = await testDatabase();
  await t.sql(
    `insert into public.memberships (person_id, role, block_id)
     select id, 'partner', $2 from auth.users where email = $1`,
    [CAST.stovner.partner, BLOCK],
  );
  const reporter = await t.as(PEOPLE.reporter);
  reporterId = (await reporter.auth.getUser()).data.user!.id;
  const landlord = await t.as(PEOPLE.landlord);
  const consultant = await t.as(PEOPLE.consultant);
  for (const [name, placeId] of [
    ['stair', STAIR],
    ['flat', FLAT],
    ['merged', FLAT],
  ] as const) {
    const path = await storePhoto(reporter);
    const description = `HEMMELIG ord ${name}`;
    const report = await sendReport(reporter, {
      place_id: placeId, contact: 'HEMMELIG kontakt', photo_paths: [path], description,
    }); // prettier-ignore
    expect(report.outcome).toBe('created');
    cases[name] = { ...report, path };
    const done = [];
    for (const audience of ['resident', 'internal'] as const)
      done.push(await landlord.rpc('add_report_message', {
        id: randomUUID(), report_id: report.id, body: `HEMMELIG ${audience}`, audience,
      })); // prettier-ignore
    done.push(await reporter.rpc('add_report_message', {
      id: randomUUID(), report_id: report.id, body: 'HEMMELIG svar',
    })); // prettier-ignore
    done.push(
      await consultant.rpc('chase_report', { report_id: report.id, body: 'HEMMELIG purring' }),
    );
    const id = randomUUID();
    questions.push(id);
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
    done.push(await landlord.rpc('ask_report_question', {
      id, report_id: report.id, body: 'HEMMELIG spørsmål', starts_at: [hours(48)], ends_at: [hours(50)],
    })); // prettier-ignore
    done.push(
      await reporter.rpc('answer_report_question', {
        question_id: id,
        chosen_position: 1,
        answer: 'HEMMELIG ja',
      }),
    );
    expect(done.map(({ data, error }) => error ?? data)).toEqual([
      'sent',
      'sent',
      'sent',
      'chased',
      'asked',
      'answered',
    ]);
  }
  const merged = await landlord.rpc('merge_report', {
    report_id: cases.merged.id,
    into_id: cases.stair.id,
  });
  expect(merged.data).toBe('merged');
  await (await t.as(PEOPLE.neighbour)).rpc('follow_report', { report_id: cases.stair.id });
}, 60_000);
afterAll(() => t?.close());

/** What must not be in an answer: the texts, the files, and the persons. */
const secrets = () => [
  'HEMMELIG',
  reporterId,
  ...Object.values(cases).map(({ path }) => path.split('/')[1]!),
];
const expectNothing = (answer: unknown, who: string) => {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  for (const secret of secrets())
    expect(text.includes(secret), `${who}: ${text.slice(0, 400)}`).toBe(false);
};
const publicTables = async () =>
  (
    await t.sql<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'p')`,
    )
  ).map(({ name }) => name);

test('the secrets are there for the staff: the tests below can fail', async () => {
  const landlord = await t.as(PEOPLE.landlord);
  const all = await Promise.all([
    landlord.from('report_messages').select('*').like('body', 'HEMMELIG%'),
    landlord.from('report_details').select('*').like('description', 'HEMMELIG%'),
    landlord.from('report_questions').select('*').like('body', 'HEMMELIG%'),
    landlord
      .from('report_photos')
      .select('*')
      .in(
        'report_id',
        Object.values(cases).map(({ id }) => id),
      ),
    landlord.from('report_event_actors').select('*'),
  ]);
  expect(all.map(({ data }) => data!.length >= 3)).toEqual([true, true, true, true, true]);
});

describe.each(attackers)('%s', (who) => {
  test('reads no secret in any table, as JSON or CSV', async () => {
    for (const table of await publicTables()) {
      // The admin sees who is a member where, and nothing of cases.
      if (who === 'the admin' && table === 'memberships') continue;
      for (const accept of ['application/json', 'text/csv'])
        expectNothing(
          (await ask(who, `/rest/v1/${table}?select=*`, { accept })).body,
          `${who} ${table}`,
        );
    }
  });

  test('reads no secret through rows embedded in a case, in either direction', async () => {
    const inside = ['report_details', 'report_photos', 'report_messages', 'report_events', 'report_followers', 'report_objections', 'report_questions', 'outages']; // prettier-ignore
    const selects = [
      `reports?select=*,${inside.map((one) => `${one}(*)`).join(',')}`,
      'reports?select=*,report_events(*,report_event_actors(*),report_messages(*))',
      'reports?select=*,report_questions(*,report_question_times!report_question_times_question_id_fkey(*))',
      'report_events?select=*,report_event_actors(*,people(*)),reports(*,report_details(*,people(*)))',
      'report_followers?select=*,people(*),reports(*,report_details(*),report_messages(*))',
      'blocks?select=*,reports(*,report_details(*),report_messages(*),report_photos(*))',
      'places?select=*,reports(*,report_details(*),report_messages(*),report_photos(*))',
      'notifications?select=*,reports(*,report_details(*),report_messages(*))',
      'people?select=*,report_details(*),report_event_actors(*)',
    ];
    const statuses = [];
    for (const select of selects) {
      const answer = await ask(who, `/rest/v1/${select}`);
      statuses.push(answer.status);
      expectNothing(answer.body, `${who} ${select}`);
    }
    // These requests are valid: they are not refused for a mistake in them.
    if (who !== 'nobody signed in') expect(statuses.slice(0, 2)).toEqual([200, 200]);
  });

  test('counts nothing that they do not see, and does not find it by filter, order or guess', async () => {
    const ids = `in.(${Object.values(cases)
      .map(({ id }) => id)
      .join(',')})`;
    const questionsAsked = [
      `report_details?report_id=${ids}`,
      `report_photos?report_id=${ids}`,
      `report_messages?report_id=${ids}`,
      `report_messages?audience=eq.internal&block_id=eq.${BLOCK}`,
      `report_messages?body=ilike.*HEMMELIG*`,
      `report_details?description=ilike.HEMMELIG*`,
      `report_details?reporter_id=eq.${reporterId}`,
      `report_questions?report_id=${ids}`,
      `report_event_actors?select=event_id&block_id=eq.${BLOCK}`,
      `report_objections?report_id=${ids}`,
      `reports?select=id,report_details!inner(reporter_id)&report_details.reporter_id=eq.${reporterId}`,
      `reports?select=id,report_messages!inner(id)&report_messages.audience=in.(internal,resident)&id=${ids}`,
      `reports?select=id,report_photos!inner(report_id)&id=${ids}`,
      `reports?id=eq.${cases.flat.id}`,
      `reports?number=eq.${cases.flat.number}`,
      `report_events?report_id=eq.${cases.flat.id}`,
      `report_events?report_id=eq.${cases.merged.id}`,
    ];
    for (const question of questionsAsked) {
      const answer = await ask(who, `/rest/v1/${question}`, { prefer: 'count=exact' });
      expect(who === 'nobody signed in' ? [401, 403] : [200], question).toContain(answer.status);
      if (answer.status === 200)
        expect([question, answer.body, answer.range]).toEqual([question, '[]', '*/0']);
    }
  });

  test('is shown no query plan', async () => {
    const answer = await ask(who, '/rest/v1/report_messages', {
      accept: 'application/vnd.pgrst.plan+json',
    });
    expect(answer.status).not.toBe(200);
  });

  test('learns nothing from a function, and changes no case with it', async () => {
    const tables = [
      'reports',
      'report_details',
      'report_events',
      'report_messages',
      'report_photos',
      'report_questions',
      'outages',
    ];
    const state = () => Promise.all(tables.map((table) => fingerprint(t, `public.${table}`)));
    const before = await state();
    const client = await clientOf(who);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const latest = new Date(Date.now() + 7_200_000).toISOString();
    for (const [name, { id }] of Object.entries(cases)) {
      const other = name === 'stair' ? cases.flat.id : cases.stair.id;
      const calls: [string, object][] = [
        ['add_report_message', { id: randomUUID(), report_id: id, body: 'x' }],
        [
          'add_report_message',
          { id: randomUUID(), report_id: id, body: 'x', audience: 'internal' },
        ],
        ['change_reports_status', { report_ids: [id], to_status: 'fixed' }],
        ['share_report_photos', { report_id: id, are_shared: true }],
        ['merge_report', { report_id: id, into_id: other }],
        ['unmerge_report', { report_id: id }],
        ['chase_report', { report_id: id, body: 'x' }],
        [
          'ask_report_question',
          { id: randomUUID(), report_id: id, body: 'x', starts_at: [later], ends_at: [latest] },
        ],
        ['post_outage', { id, block_id: BLOCK, place_id: STAIR, thing: 'leak', body: 'x' }],
        [
          'create_report_for',
          { id: randomUUID(), block_id: BLOCK, place_id: STAIR, thing: 'leak', description: 'x' },
        ],
        [
          'create_report',
          {
            id,
            block_id: BLOCK,
            place_id: STAIR,
            thing: 'leak',
            description: 'HEMMELIG ord stair'.slice(0, 3),
          },
        ],
        ...(
          [
            'received',
            'forwarded',
            'in_progress',
            'fixed',
            'confirmed',
            'reopened',
            'closed',
            'withdrawn',
            'merged',
          ] as const
        ).map((to_status): [string, object] => [
          'change_report_status',
          { report_id: id, to_status, reason: 'x' },
        ]),
        ...questions.map((question_id): [string, object] => [
          'answer_report_question',
          { question_id, answer: 'x' },
        ]),
        ['my_reports', { block_id: BLOCK }],
      ];
      for (const [call, args] of calls) {
        const { data, error } = await client.rpc(call, args);
        const said = JSON.stringify(data ?? error);
        expectNothing(said, `${who} ${call}`);
        // About a case in a flat they get the same answer as about an unknown one.
        if (name !== 'stair' && typeof data === 'string')
          expect(['not_found', 'not_allowed'], `${who} ${call} ${said}`).toContain(data);
      }
    }
    expect(await state()).toEqual(before);
  });

  test('gets the same answer about a case in a flat as about an unknown one', async () => {
    const client = await clientOf(who);
    const calls = (id: string): [string, object][] => [
      ['add_report_message', { id: randomUUID(), report_id: id, body: 'x' }],
      ['change_report_status', { report_id: id, to_status: 'fixed' }],
      ['change_reports_status', { report_ids: [id], to_status: 'fixed' }],
      ['follow_report', { report_id: id }],
      ['object_report', { report_id: id }],
      ['share_report_photos', { report_id: id, are_shared: true }],
      ['merge_report', { report_id: id, into_id: cases.stair.id }],
      ['unmerge_report', { report_id: id }],
      ['chase_report', { report_id: id }],
      ['ask_report_question', { id: randomUUID(), report_id: id, body: 'x' }],
    ];
    const asked = async (id: string) => {
      const heard = [];
      for (const [name, args] of calls(id)) {
        const { data, error } = await client.rpc(name, args);
        heard.push(`${name} ${JSON.stringify(data ?? error?.code).replaceAll(id, '')}`);
      }
      return heard;
    };
    const nowhere = await asked(randomUUID());
    expect(await asked(cases.flat.id)).toEqual(nowhere);
    expect(await asked(cases.merged.id)).toEqual(nowhere);
  });

  test('opens, lists, signs, copies and moves no photo of a case', async () => {
    const client = await clientOf(who);
    const bucket = client.storage.from('report-photos');
    const mine = (await client.auth.getUser()).data.user?.id ?? randomUUID();
    const files = () => t.sql('select id, name, updated_at from storage.objects order by id');
    const before = await files();
    // One of a common area and one of a flat: the policies distinguish only these kinds.
    for (const { path } of [cases.stair, cases.flat]) {
      const [folder, name] = path.split('/') as [string, string];
      const answers = [
        await bucket.download(path),
        await bucket.info(path),
        await bucket.createSignedUrl(path, 60),
        await bucket.copy(path, `${mine}/${name}`),
        await bucket.move(path, `${mine}/${name}`),
        await bucket.createSignedUploadUrl(path, { upsert: true }),
        await bucket.update(path, new Uint8Array([1]), { contentType: 'image/webp' }),
      ];
      for (const { error } of answers) expect(error).not.toBeNull();
      const head = await ask(
        who,
        `/storage/v1/object/report-photos/${path}`,
        {},
        { method: 'HEAD' },
      );
      expect(head.status).not.toBe(200);
      await bucket.remove([path]);
      for (const prefix of ['', folder, folder.slice(0, 8)])
        expectNothing((await bucket.list(prefix)).data ?? [], `${who} list ${prefix}`);
      const signed = await bucket.createSignedUrls([path], 60);
      expect((signed.data ?? []).every(({ signedUrl }) => !signedUrl)).toBe(true);
      for (const kind of ['public', 'authenticated', 'sign'])
        expect(
          (await ask(who, `/storage/v1/object/${kind}/report-photos/${path}`)).status,
          kind,
        ).not.toBe(200);
    }
    expect(await files()).toEqual(before);
  });
});

test('a neighbour who follows is notified of an update, and not of what was written to the reporter', async () => {
  const neighbour = await t.as(PEOPLE.neighbour);
  const { data } = await neighbour
    .from('notifications')
    .select('*, reports (*, report_messages (*))');
  expect(here).toContain('a neighbour');
  expectNothing(data, 'a neighbour');
});

test('the reporter can not read internal notes or which member of staff acted, by any query', async () => {
  const reporter = (await t.as(PEOPLE.reporter)) as unknown as SupabaseClient;
  const answers = [];
  for (const table of await publicTables()) answers.push(await reporter.from(table).select('*'));
  answers.push(
    await reporter
      .from('reports')
      .select('*, report_events (*, report_event_actors (*), report_messages (*))'),
  );
  answers.push(await reporter.from('report_messages').select('*').eq('audience', 'internal'));
  const text = JSON.stringify(answers);
  expect(text).toContain('HEMMELIG resident');
  for (const secret of ['HEMMELIG internal', 'HEMMELIG purring'])
    expect(text).not.toContain(secret);
  const actors = await reporter.from('report_event_actors').select('*', { count: 'exact' });
  expect([actors.data, actors.count]).toEqual([[], 0]);
});
