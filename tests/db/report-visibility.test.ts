import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYBODY, NEIGHBOURS, OUTSIDERS, STAFF, YARD, cases, type Cases, type Who } from '../support/cases.ts'; // prettier-ignore
import { BLOCK, FLAT, STAIR, storePhoto } from '../support/reports.ts';

/** Who sees which part of a case, by place and role, and by every kind of request. */

let t: Cases;
const HOUR = 3_600_000;
const SECRETS = {
  description: 'ORDENE-TIL-MELDEREN',
  contact: 'KONTAKT-900',
  resident: 'SVAR-TIL-BEBOER',
  internal: 'HEMMELIG-NOTAT',
  chase: 'HEMMELIG-PURRING',
  question: 'SPØRSMÅL-TIL-BEBOER',
  answer: 'SVAR-FRA-BEBOER',
};

/** A case with everything in it: photo, all messages, a note, a reminder, a question with times, an assignee. */
async function everything(place_id: string) {
  const path = await storePhoto(await t.as('reporter'));
  const id = await t.newCase(place_id, 'reporter', {
    description: `${SECRETS.description} ${randomUUID()}`,
    contact: SECRETS.contact,
    photo_paths: [path],
    thing: 'leak',
  });
  const say = (audience: 'resident' | 'everyone' | 'internal', body: string) =>
    t.call('landlord', 'add_report_message', { id: randomUUID(), report_id: id, body, audience });
  await say('resident', SECRETS.resident);
  await say('internal', SECRETS.internal);
  await say('everyone', 'Til alle.');
  await t.call('consultant', 'chase_report', { report_id: id, body: SECRETS.chase });
  const starts = [24, 48].map((hours) => new Date(Date.now() + hours * HOUR).toISOString());
  const ends = [25, 49].map((hours) => new Date(Date.now() + hours * HOUR).toISOString());
  const question = randomUUID();
  await t.call('landlord', 'ask_report_question', {
    id: question, report_id: id, body: SECRETS.question, starts_at: starts, ends_at: ends,
  }); // prettier-ignore
  await t.call('reporter', 'answer_report_question', {
    question_id: question, chosen_position: 1, answer: SECRETS.answer,
  }); // prettier-ignore
  await t.sql(
    "select private.write_report_event(r, 'landlord', 'assigned') from public.reports r where r.id = $1",
    [id],
  );
  await t.call('neighbour', 'follow_report', { report_id: id });
  return { id, path, question };
}
type Case = Awaited<ReturnType<typeof everything>>;

let flat: Case;
let stair: Case;
beforeAll(async () => {
  t = await cases();
  flat = await everything(FLAT);
  stair = await everything(STAIR);
  await t.call('consultant', 'post_outage', {
    id: stair.id, block_id: BLOCK, place_id: STAIR, thing: 'leak', body: 'Rørlegger kommer.',
  }); // prettier-ignore
});
afterAll(() => t?.close());

const untyped = async (who: Who) => (await t.as(who)) as unknown as SupabaseClient;
/** How many rows a person counts, or the code of the refusal. */
async function count(who: Who, table: string, column: string, value: string) {
  const { count, error } = await (
    await untyped(who)
  )
    .from(table)
    .select('*', { count: 'exact', head: true })
    .eq(column, value);
  // A refusal of a HEAD request has no body to read a code from.
  return error ? 'refused' : count;
}
async function counts(table: string, column: string, value: string) {
  const pairs = EVERYBODY.map(async (who) => [who, await count(who, table, column, value)]);
  return Object.fromEntries(await Promise.all(pairs)) as Record<Who, number | 'refused'>;
}
/** The same number for these people, none for the rest, and a refusal for visitors who are not signed in. */
const only = (numbers: Partial<Record<Who, number>>) =>
  Object.fromEntries(
    EVERYBODY.map((who) => [who, who === 'anonymous' ? 'refused' : (numbers[who] ?? 0)]),
  );
const each = (people: Who[], number: number) =>
  Object.fromEntries(people.map((who) => [who, number]));
const INSIDE: Who[] = ['reporter', ...STAFF];

describe('counted row by row', () => {
  /** Rows by place: `[number for a case in a flat, … in the stair]` of each person. */
  const TABLES: [string, object, object][] = [
    ['reports', only(each(INSIDE, 1)), only(each([...INSIDE, ...NEIGHBOURS], 1))],
    ['report_details', only(each(INSIDE, 1)), only(each(INSIDE, 1))],
    ['report_photos', only(each(INSIDE, 1)), only(each(INSIDE, 1))],
    // received, chased, assigned: the last one is only for the staff
    [
      'report_events',
      only({ reporter: 2, ...each(STAFF, 3) }),
      only({ ...each(['reporter', ...NEIGHBOURS], 2), ...each(STAFF, 3) }),
    ],
    // to the resident, to everyone, a note, the reminder; and the text of an outage in the stair
    [
      'report_messages',
      only({ reporter: 2, ...each(STAFF, 4) }),
      only({ reporter: 3, ...each(NEIGHBOURS, 2), ...each(STAFF, 5) }),
    ],
    ['report_questions', only(each(INSIDE, 1)), only(each(INSIDE, 1))],
    ['report_followers', only({}), only({ neighbour: 1 })],
    ['report_objections', only({}), only({})],
    ['notifications', only({ reporter: 3 }), only({ reporter: 4, neighbour: 1 })],
    ['outages', { ...only({}), anonymous: 0 }, { ...each([...EVERYBODY], 1) }],
  ];
  test.each(TABLES)('%s', async (table, ofFlat, ofStair) => {
    const column = table === 'reports' ? 'id' : 'report_id';
    expect(await counts(table, column, flat.id)).toEqual(ofFlat);
    expect(await counts(table, column, stair.id)).toEqual(ofStair);
  });

  test('only the staff of the building know which member of staff acted', async () => {
    for (const { id } of [flat, stair]) {
      const rows = await t.sql<{ id: string }>(
        "select id from public.report_events where report_id = $1 and kind = 'chased'",
        [id],
      );
      expect(await counts('report_event_actors', 'event_id', rows[0]!.id)).toEqual(
        only(each(STAFF, 1)),
      );
    }
  });

  test('the times of a question are seen with it', async () => {
    for (const { question } of [flat, stair])
      expect(await counts('report_question_times', 'question_id', question)).toEqual(
        only(each(INSIDE, 2)),
      );
  });

  test('only its writer sees an objection', async () => {
    const id = await t.newCase(YARD);
    await t.put(id, 'fixed');
    await t.call('neighbour', 'object_report', { report_id: id });
    expect(await counts('report_objections', 'report_id', id)).toEqual(only({ neighbour: 1 }));
  });

  test('whole tables contain nothing but what was counted: outsiders see no case of this building', async () => {
    for (const who of [...OUTSIDERS, 'anonymous'] as const) {
      for (const table of [
        'reports',
        'report_details',
        'report_photos',
        'report_events',
        'report_messages',
        'report_questions',
        'report_event_actors',
      ])
        /* prettier-ignore */
        expect(await count(who, table, 'block_id', BLOCK), `${who} ${table}`).toBe(
          who === 'anonymous' ? 'refused' : 0,
        );
    }
  });
});

describe('other kinds of request', () => {
  const EMBEDDED = `*, places (*), report_details (*), report_photos (*), report_events (*, report_event_actors (*), report_messages (*)),
    report_messages (*), report_followers (*), report_objections (*), report_questions!report_questions_report_id_block_id_fkey (*,
    report_question_times!report_question_times_question_id_fkey (*)), notifications (*), outages (*)`.replace(/\s+/g, ' '); // prettier-ignore
  /** Everything a person gets of a case with all related rows, as text, and which of the secrets are in it. */
  const look = async (who: Who, id: string) => {
    const { data, error } = await (await untyped(who)).from('reports').select(EMBEDDED).eq('id', id); // prettier-ignore
    if (who !== 'anonymous') expect(error, who).toBeNull();
    const text = JSON.stringify(data ?? '');
    return Object.entries(SECRETS).flatMap(([name, words]) => (text.includes(words) ? [name] : []));
  };
  const TO_RESIDENT = ['description', 'contact', 'resident', 'question', 'answer'];

  test.each(EVERYBODY)('one query with everything embedded in a case: %s', async (who) => {
    const expected = STAFF.includes(who)
      ? Object.keys(SECRETS)
      : who === 'reporter'
        ? TO_RESIDENT
        : [];
    for (const { id } of [flat, stair])
      expect((await look(who, id)).toSorted()).toEqual(expected.toSorted());
  });

  test.each([...NEIGHBOURS, ...OUTSIDERS])(
    'filters, orders and inner joins on hidden columns give %s nothing',
    async (who) => {
      const db = await untyped(who);
      const reporter = await t.idOf('reporter');
      const both = [flat.id, stair.id];
      const from = (table: string, columns: string) =>
        db
          .from(table)
          .select(columns)
          .in(table === 'reports' ? 'id' : 'report_id', both);
      const asked = [
        from('reports', 'id, report_details!inner(report_id)').eq('report_details.reporter_id', reporter),
        from('reports', 'id, report_details!inner(report_id)').ilike('report_details.description', '%MELDEREN%'),
        from('reports', 'id, report_messages!inner(id)').eq('report_messages.audience', 'internal'),
        from('reports', 'id, report_messages!inner(id)').eq('report_messages.audience', 'resident'),
        from('report_messages', 'id').ilike('body', '%HEMMELIG%'),
        from('report_messages', 'id').or('audience.eq.internal,author_role.eq.reporter'),
        from('report_events', 'id, report_event_actors!inner(person_id)'),
        from('report_events', 'id').eq('kind', 'assigned'),
        from('report_photos', 'path').like('path', `${reporter}/%`),
        from('report_followers', 'person_id').neq('person_id', await t.idOf(who as 'neighbour')),
        from('report_questions', 'answer').not('answer', 'is', null),
        db.from('report_question_times').select('starts_at').in('question_id', [flat.question, stair.question]),
        db.from('people').select('id').eq('id', reporter),
      ]; // prettier-ignore
      for (const [n, { data, error }] of (await Promise.all(asked)).entries())
        expect({ data, error }, `question ${n}`).toEqual({ data: [], error: null });
    },
  );

  test('ordering by a hidden text reveals nothing to neighbours', async () => {
    const db = await untyped('neighbour');
    const { data } = await db
      .from('reports')
      .select('id, report_details(description)')
      .eq('id', stair.id)
      .order('description', { referencedTable: 'report_details' });
    expect(data).toEqual([{ id: stair.id, report_details: null }]);
  });

  test('a neighbour who follows counts only what they see', async () => {
    const db = await untyped('neighbour');
    const { count: events } = await db
      .from('reports')
      .select('id, report_events!inner(id)', { count: 'exact', head: true })
      .eq('report_events.kind', 'assigned');
    expect(events).toBe(0);
    const { count: notes } = await db
      .from('reports')
      .select('id, report_messages!inner(id)', { count: 'exact', head: true })
      .eq('report_messages.audience', 'internal');
    expect(notes).toBe(0);
  });

  test.each(EVERYBODY.filter((who) => !INSIDE.includes(who)))(
    'functions let %s change nothing in a case and answer no more than that it is visible',
    async (who) => {
      const before = [await t.row(flat.id), await t.row(stair.id)];
      for (const [{ id, question }, sees] of [
        [flat, false],
        [stair, NEIGHBOURS.includes(who)],
      ] as const) {
        const outcome = who === 'anonymous' ? '42501' : sees ? 'not_allowed' : 'not_found';
        const args = { report_id: id };
        expect(await t.call(who, 'add_report_message', { ...args, id: randomUUID(), body: 'x' })).toBe(outcome);
        expect(await t.call(who, 'add_report_message', { ...args, id: randomUUID(), body: 'x', audience: 'internal' })).toBe(outcome);
        expect(await t.call(who, 'share_report_photos', { ...args, are_shared: true })).toBe(outcome);
        expect(await t.call(who, 'chase_report', args)).toBe(outcome);
        expect(await t.call(who, 'merge_report', { ...args, into_id: stair.id })).toBe(outcome);
        expect(await t.call(who, 'unmerge_report', args)).toBe(outcome);
        expect(await t.call(who, 'ask_report_question', { ...args, id: randomUUID(), body: 'x' })).toBe(outcome);
        expect(await t.call(who, 'answer_report_question', { question_id: question, chosen_position: 1 })).toBe(
          who === 'anonymous' ? '42501' : 'not_found',
        );
      } // prettier-ignore
      expect([await t.row(flat.id), await t.row(stair.id)]).toEqual(before);
      if (who === 'anonymous') return;
      const mine = await t.call(who, 'my_reports', { block_id: BLOCK });
      const ids = (mine as { id: string }[]).map(({ id }) => id);
      expect(ids).not.toContain(flat.id);
      expect(ids).not.toContain(stair.id);
    },
  );
});

describe('pictures', () => {
  const download = async (who: Who, path: string) =>
    (await (await t.as(who)).storage.from('report-photos').download(path)).error === null;
  const readers = async (path: string) => {
    const all = await Promise.all(EVERYBODY.map(async (who) => [who, await download(who, path)] as const)); // prettier-ignore
    return all.flatMap(([who, can]) => (can ? [who] : []));
  };
  const share = (who: Who, report_id: string, are_shared = true) =>
    t.call(who, 'share_report_photos', { report_id, are_shared });
  const BUILDING = EVERYBODY.filter((who) => [...INSIDE, ...NEIGHBOURS].includes(who));

  test.each(['reporter', 'consultant', 'landlord'] as const)(
    'of a case in a common area: shared and hidden again by %s, row and file',
    async (who) => {
      expect(await readers(stair.path)).toEqual(INSIDE);
      expect(await share(who, stair.id)).toBe('shared');
      expect(await readers(stair.path)).toEqual(BUILDING);
      expect(await counts('report_photos', 'report_id', stair.id)).toEqual(only(each(BUILDING, 1)));
      expect(await share(who, stair.id, false)).toBe('hidden');
      expect(await readers(stair.path)).toEqual(INSIDE);
      expect(await counts('report_photos', 'report_id', stair.id)).toEqual(only(each(INSIDE, 1)));
    },
  );

  test('of a flat are never shared, whoever asks', async () => {
    for (const who of INSIDE) expect(await share(who, flat.id)).toBe('not_allowed');
    expect(await t.row(flat.id)).toMatchObject({ are_photos_shared: false });
    expect(await readers(flat.path)).toEqual(INSIDE);
    await expect(
      t.sql('update public.reports set are_photos_shared = true where id = $1', [flat.id]),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('shared when the case is sent: those of a common area are, those of a flat are not', async () => {
    for (const [place, expected] of [[STAIR, BUILDING], [FLAT, INSIDE]] as const) {
      const path = await storePhoto(await t.as('reporter'));
      await t.newCase(place, 'reporter', { photo_paths: [path], are_photos_shared: true });
      expect(await readers(path)).toEqual(expected);
    } // prettier-ignore
  });

  test('a shared picture is listed only among the files of the reporter', async () => {
    const path = await storePhoto(await t.as('reporter'));
    await t.newCase(STAIR, 'reporter', { photo_paths: [path], are_photos_shared: true });
    const [folder, file] = path.split('/') as [string, string];
    for (const who of OUTSIDERS) {
      const { data } = await (await t.as(who)).storage.from('report-photos').list(folder);
      expect(data ?? [], who).toEqual([]);
    }
    const { data } = await (await t.as('neighbour')).storage.from('report-photos').list(folder);
    const mayRead = await t.sql<{ path: string }>(
      `select p.path from public.report_photos p join public.reports r on r.id = p.report_id where r.are_photos_shared`,
    );
    expect(data!.map(({ name }) => name)).toContain(file);
    for (const { name } of data!) expect(mayRead.map((one) => one.path)).toContain(`${folder}/${name}`); // prettier-ignore
  });

  test('a picture in a shared and an unshared case is visible as the shared one, and hidden with it', async () => {
    const path = await storePhoto(await t.as('reporter'));
    await t.newCase(FLAT, 'reporter', { photo_paths: [path] });
    const shared = await t.newCase(STAIR, 'reporter', { photo_paths: [path], are_photos_shared: true }); // prettier-ignore
    expect(await download('neighbour', path)).toBe(true);
    await share('reporter', shared, false);
    expect(await download('neighbour', path)).toBe(false);
  });
});

describe('people who moved out', () => {
  const moved = async (who: 'reporter' | 'neighbour', check: () => Promise<void>) => {
    const end = (at: string) =>
      t.sql(`update public.memberships set ended_at = ${at} where person_id = $1`, [id]);
    const id = await t.idOf(who);
    await end('now()');
    try {
      await check();
    } finally {
      await end('null');
    }
  };

  test('the reporter still sees all of their case, and nothing of other cases', () =>
    moved('reporter', async () => {
      for (const { id } of [flat, stair]) {
        expect(await count('reporter', 'report_details', 'report_id', id)).toBe(1);
        expect(await count('reporter', 'report_photos', 'report_id', id)).toBe(1);
      }
      expect(await count('reporter', 'report_messages', 'report_id', flat.id)).toBe(2);
      const others = await t.sql<{ id: string }>(
        `select r.id from public.reports r join public.report_details d on d.report_id = r.id
         where r.block_id = $1 and r.is_common and d.reporter_id is distinct from $2`,
        [BLOCK, await t.idOf('reporter')],
      );
      expect(others.length).toBeGreaterThan(0);
      for (const { id } of others) expect(await count('reporter', 'reports', 'id', id)).toBe(0);
    }));

  test('the neighbour only sees that they pressed “Jeg har det også”', () =>
    moved('neighbour', async () => {
      for (const table of ['report_events', 'report_messages', 'report_photos', 'report_details'])
        expect(await count('neighbour', table, 'report_id', stair.id), table).toBe(0);
      expect(await count('neighbour', 'reports', 'id', stair.id)).toBe(0);
      expect(await count('neighbour', 'report_followers', 'report_id', stair.id)).toBe(1);
      expect(await t.call('neighbour', 'object_report', { report_id: stair.id })).toBe('not_found');
    }));

  test('a consultant who left sees nothing of it', async () => {
    const id = await t.idOf('consultant');
    await t.sql('update public.memberships set ended_at = now() where person_id = $1', [id]);
    try {
      for (const table of ['report_events', 'report_messages', 'report_photos', 'report_details'])
        expect(await count('consultant', table, 'report_id', flat.id), table).toBe(0);
      expect(await t.change('consultant', flat.id, 'forwarded')).toBe('not_found');
    } finally {
      await t.sql('update public.memberships set ended_at = null where person_id = $1', [id]);
    }
  });
});

describe('after a merge', () => {
  const merge = (report_id: string, into_id: string) =>
    t.call('landlord', 'merge_report', { report_id, into_id });
  const pieces = async (who: Who, id: string) =>
    Object.fromEntries(
      await Promise.all(
        ['report_details', 'report_photos', 'report_messages', 'report_questions', 'report_events'].map(
          async (table) => [table, await count(who, table, 'report_id', id)],
        ),
      ),
    ) as object; // prettier-ignore

  test('of two cases of one flat the other reporter sees the status and not the messages', async () => {
    const into = await everything(FLAT);
    const theirs = await t.newCase(FLAT, 'household');
    expect(await count('household', 'reports', 'id', into.id)).toBe(0);
    expect(await merge(theirs, into.id)).toBe('merged');
    await t.change('landlord', into.id, 'in_progress', 'Vi kommer i morgen.');
    expect(await count('household', 'reports', 'id', into.id)).toBe(1);
    expect(await pieces('household', into.id)).toEqual({
      report_details: 0, report_photos: 0, report_messages: 0, report_questions: 0,
      report_events: 4, // received, chased, merged in, in progress; not the assignee
    }); // prettier-ignore
    // the reporter of the other one sees nothing of what was merged into it
    expect(await count('reporter', 'reports', 'id', theirs)).toBe(0);
    expect(await pieces('reporter', theirs)).toEqual({
      report_details: 0, report_photos: 0, report_messages: 0, report_questions: 0, report_events: 0,
    }); // prettier-ignore
    await t.call('landlord', 'unmerge_report', { report_id: theirs });
    expect(await count('household', 'reports', 'id', into.id)).toBe(0);
  });

  test('a flat’s case merged into a common one stays hidden from the neighbours', async () => {
    const one = await everything(FLAT);
    const into = await t.newCase(YARD, 'household');
    await merge(one.id, into);
    for (const who of NEIGHBOURS) {
      expect(await count(who, 'reports', 'id', one.id), who).toBe(0);
      expect(await count(who, 'reports', 'merged_into', into), who).toBe(0);
      const { data } = await (
        await untyped(who)
      )
        .from('reports')
        .select('id, merged:reports!merged_into(id)')
        .eq('id', into);
      expect(JSON.stringify(data)).not.toContain(one.id);
    }
    const { data } = await (await t.as('household')).from('report_followers').select('merged_from').eq('report_id', into); // prettier-ignore
    expect(data).toEqual([]);
  });

  test('a person who moved out follows their own case along a chain of merges, and no further', async () => {
    const [a, b, c] = [await t.newCase(YARD), await t.newCase(YARD, 'household'), await t.newCase(YARD, 'neighbour')]; // prettier-ignore
    await merge(a, b);
    await merge(b, c);
    const id = await t.idOf('reporter');
    await t.sql('update public.memberships set ended_at = now() where person_id = $1', [id]);
    try {
      for (const one of [a, b, c]) expect(await count('reporter', 'reports', 'id', one)).toBe(1);
      expect(await count('reporter', 'report_details', 'report_id', b)).toBe(0);
      await t.call('landlord', 'unmerge_report', { report_id: b });
      expect(await count('reporter', 'reports', 'id', b)).toBe(1);
      expect(await count('reporter', 'reports', 'id', c)).toBe(0);
    } finally {
      await t.sql('update public.memberships set ended_at = null where person_id = $1', [id]);
    }
  });
});

test('a note, a reminder and an assignment change nothing that the reporter reads of the messages and the case', async () => {
  const id = await t.newCase(FLAT);
  const look = async () => {
    const { chased_at: _at, chase_count: _n, ...row } = (await (await t.as('reporter')).from('reports').select('*, report_details(*), report_messages(*)').eq('id', id).single()).data!; // prettier-ignore
    return row;
  };
  const before = await look();
  await t.call('landlord', 'add_report_message', { id: randomUUID(), report_id: id, body: 'x', audience: 'internal' }); // prettier-ignore
  await t.call('consultant', 'chase_report', { report_id: id, body: 'x' });
  await t.sql("select private.write_report_event(r, 'landlord', 'assigned') from public.reports r where r.id = $1", [id]); // prettier-ignore
  expect(await look()).toEqual(before);
});
