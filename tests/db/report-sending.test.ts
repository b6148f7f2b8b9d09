import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EVERYBODY, YARD, cases, type Cases, type Who } from '../support/cases.ts';
import { hold, isWaiting } from '../support/held.ts';
import { BLOCK, FLAT, OTHER_BLOCK, STAIR, demoId, sendReport, storePhoto } from '../support/reports.ts'; // prettier-ignore

/** How a case is made, on whose behalf, and what the three parties then ask of each other. */

let t: Cases;
beforeAll(async () => {
  t = await cases();
});
afterAll(() => t?.close());

const THEIR_FLAT = demoId('drobakgata-1/flat/B302');
type Sent = { outcome: string; number: number | null };
const send = async (who: Who, more: Parameters<typeof sendReport>[1] = {}): Promise<Sent> => {
  const { outcome, number } = await sendReport(await t.as(who), more);
  return { outcome, number };
};
const numberOf = async (id: string) => Number((await t.row(id))['number']);
const made = (id: string) => t.sql('select from public.reports where id = $1', [id]);
/** Removes the cases of today from every limit. */
const freshDay = () =>
  t.sql("update public.reports set created_at = '2020-01-01' where created_at > '2020-01-02'");
const ofToday = (id: string, ago = '0') =>
  t.sql(
    "update public.reports set created_at = private.today()::timestamp at time zone 'Europe/Oslo' - $2::interval where id = $1",
    [id, ago],
  );
/** A report of the reporter's flat in an open transaction. */
const holdSending = async (id: string, words: string) => {
  await t.as('reporter'); // signing in is not what the test waits for
  return hold(
    t,
    await t.idOf('reporter'),
    "private.create_report($1, $2, $3, 'leak', false, $4, null, null, '{}', false)",
    [id, BLOCK, FLAT, words],
  );
};

describe('the same description for the same place', () => {
  const WORDS = 'Det drypper fra Taket på badet.';
  beforeEach(async () => {
    await t.sql("update public.report_details set description = gen_random_uuid()::text where description ilike '%taket%'"); // prettier-ignore
    await freshDay();
  });

  test.each([
    ['the same', WORDS],
    ['other capitals', 'DET DRYPPER FRA TAKET PÅ BADET.'],
    ['more blanks and lines', '  Det  drypper\nfra\t Taket \r\n på badet. '],
    ['a line end after it', `${WORDS}\r\n`],
    ['hard spaces', WORDS.replaceAll(' ', '\u00A0')],
    ['urgent now', WORDS, { is_urgent: true }],
  ])('%s: answered with the existing case', async (_what, description, more?: object) => {
    const id = await t.newCase(FLAT, 'reporter', { description: WORDS });
    const again = randomUUID();
    expect(await send('reporter', { id: again, description, ...more })).toEqual({
      outcome: 'sent_already',
      number: await numberOf(id),
    });
    expect(await made(again)).toEqual([]);
  });

  test.each([
    ['other words', 'reporter', { description: `${WORDS} Nå mer.`, place_id: FLAT }],
    ['another place', 'reporter', { description: WORDS, place_id: STAIR }],
    ['somebody else', 'household', { description: WORDS, place_id: FLAT }],
  ] as const)('%s: a case of its own', async (_what, who, report) => {
    await t.newCase(FLAT, 'reporter', { description: WORDS });
    expect(await send(who, report)).toMatchObject({ outcome: 'created' });
  });

  test.each([
    ['open, of long ago', 'in_progress', '90 days', 'sent_already'],
    ['closed, of today', 'closed', '0', 'sent_already'],
    ['withdrawn, of today', 'withdrawn', '0', 'sent_already'],
    ['closed, of yesterday', 'closed', '1 second', 'created'],
    ['fixed, of last week', 'fixed', '7 days', 'created'],
  ] as const)('a case that is %s', async (_what, status, ago, outcome) => {
    const id = await t.newCase(FLAT, 'reporter', { description: WORDS });
    await t.put(id, status);
    await ofToday(id, ago);
    expect(await send('reporter', { description: WORDS })).toMatchObject({ outcome });
  });

  test('the same description of another thing at the same place is another case', async () => {
    await send('reporter', { description: WORDS, place_id: YARD, thing: 'paving' });
    expect(
      await send('reporter', { description: WORDS, place_id: YARD, thing: 'snow_ice' }),
    ).toMatchObject({ outcome: 'created' });
  });

  test('a merged case, sent again the same day, is still that case', async () => {
    const id = await t.newCase(STAIR, 'reporter', { description: WORDS });
    await t.call('landlord', 'merge_report', { report_id: id, into_id: await t.newCase(YARD, 'neighbour') }); // prettier-ignore
    await ofToday(id);
    expect(await send('reporter', { description: WORDS, place_id: STAIR })).toMatchObject({
      outcome: 'sent_already',
    });
  });

  test('from two phones at once it is one case, whatever ids they chose', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send('reporter', { description: WORDS })),
    );
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual([
      'created',
      ...Array<string>(7).fill('sent_already'),
    ]);
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
  });

  test('the second waits until the first is made, and is answered with it', async () => {
    const first = await holdSending(randomUUID(), WORDS);
    const second = send('reporter', { description: WORDS });
    expect(await isWaiting(second)).toBe(true);
    await first.commit();
    expect((await second).outcome).toBe('sent_already');
  });

  test('is answered although ten were sent today, and does not count as one', async () => {
    const id = await t.newCase(FLAT, 'reporter', { description: WORDS });
    for (let n = 0; n < 10; n++) expect((await send('reporter')).outcome).toBe('created');
    expect((await send('reporter')).outcome).toBe('too_many_today');
    expect(await send('reporter', { description: WORDS })).toEqual({
      outcome: 'sent_already',
      number: await numberOf(id),
    });
  });
});

describe('ten a day', () => {
  beforeEach(freshDay);

  test('40 at once with ids of their own are ten', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => send('neighbour', { place_id: YARD, thing: 'light' }))); // prettier-ignore
    const outcomes = Object.groupBy(answers, ({ outcome }) => outcome);
    expect(outcomes['created']).toHaveLength(10);
    expect(outcomes['too_many_today']).toHaveLength(30);
  });

  test('the eleventh waits for the tenth', async () => {
    for (let n = 0; n < 9; n++) expect((await send('reporter')).outcome).toBe('created');
    const tenth = await holdSending(randomUUID(), 'Den tiende.');
    const eleventh = send('reporter');
    expect(await isWaiting(eleventh)).toBe(true);
    await tenth.commit();
    expect((await eleventh).outcome).toBe('too_many_today');
  });

  test('an eleventh is refused in the last minute of the day’s ten, and taken on the next day', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 10; n++) {
      const id = randomUUID();
      expect((await send('household', { id })).outcome).toBe('created');
      ids.push(id);
    }
    await t.sql('update public.reports set created_at = now() where id = any ($1)', [ids]);
    expect((await send('household')).outcome).toBe('too_many_today');
    await ofToday(ids[0]!, '1 second');
    expect((await send('household')).outcome).toBe('created');
    expect((await send('household')).outcome).toBe('too_many_today');
  });

  test('what was refused does not count', async () => {
    for (let n = 0; n < 12; n++)
      expect((await send('partner', { place_id: YARD, thing: 'leak' })).outcome).toBe(
        'wrong_thing',
      );
    expect((await send('partner', { place_id: YARD, thing: 'light' })).outcome).toBe('created');
  });
});

test.each([
  ['reporter', FLAT, 'created'],
  ['household', FLAT, 'created'],
  ['neighbour', FLAT, 'wrong_place'],
  ['partner', FLAT, 'wrong_place'],
  ['consultant', FLAT, 'wrong_place'],
  ['partner', STAIR, 'created'],
  ['consultant', STAIR, 'created'],
  ['observer', STAIR, 'not_member'],
  ['landlord', STAIR, 'not_member'],
  ['admin', STAIR, 'not_member'],
  ['resident elsewhere', STAIR, 'not_member'],
  ['consultant elsewhere', STAIR, 'not_member'],
] as const)('a report of their own by %s (place %s): %s', async (who, place_id, outcome) => {
  await freshDay();
  const id = randomUUID();
  expect((await send(who, { id, place_id, thing: 'leak' })).outcome).toBe(outcome);
  expect(await made(id)).toHaveLength(outcome === 'created' ? 1 : 0);
});

describe('on behalf of a person without an account', () => {
  const sendFor = async (who: Who, more: object = {}) => {
    const id = randomUUID();
    const answer = await t.call(who, 'create_report_for', {
      id, block_id: BLOCK, place_id: THEIR_FLAT, thing: 'leak', description: 'Beboeren ringte.', ...more,
    }); // prettier-ignore
    return Array.isArray(answer) ? (answer[0] as Sent).outcome : answer;
  };

  test.each(EVERYBODY.filter((who) => who !== 'consultant' && who !== 'landlord'))(
    '%s makes none',
    async (who) => {
      const id = randomUUID();
      expect(await sendFor(who, { id })).toBe(who === 'anonymous' ? '42501' : 'not_member');
      expect(await made(id)).toEqual([]);
    },
  );

  test.each(['consultant', 'landlord'] as const)(
    '%s makes one for any flat, and it has no reporter',
    async (who) => {
      const id = randomUUID();
      expect(await sendFor(who, { id, contact: ' Ring på \n', access: 'may_enter' })).toBe('created');
      const [row] = await t.sql('select reporter_id, contact, access from public.report_details where report_id = $1', [id]);
      expect(row).toEqual({ reporter_id: null, contact: 'Ring på', access: 'may_enter' });
      expect(await t.events(id)).toMatchObject([{ from_status: null, to_status: 'received', actor_role: who }]);
      expect(await t.told(id)).toEqual([]);
      expect(await t.call(who, 'my_reports', { block_id: BLOCK })).not.toContainEqual(expect.objectContaining({ id }));
    },
  ); // prettier-ignore

  test('residents of the flat do not see it', async () => {
    const id = await t.newCaseFor(THEIR_FLAT, 'consultant', 'leak');
    const { data } = await (await t.as('neighbour')).from('reports').select('id').eq('id', id);
    expect(data).toEqual([]);
  });

  test.each([
    ['another building', { block_id: OTHER_BLOCK, place_id: demoId('stovner-senter/yard'), thing: 'light' }, 'not_member'],
    ['a place of another building', { place_id: demoId('stovner-senter/yard'), thing: 'light' }, 'wrong_place'],
    ['a place that does not exist', { place_id: randomUUID() }, 'wrong_place'],
    ['a thing that is not there', { thing: 'lift_stopped' }, 'wrong_thing'],
    ['blanks and line ends', { description: ' \n\t ' }, '23514'],
    ['4001 signs, as much as a system may write', { description: 'x'.repeat(4001) }, '23514'],
  ])('refused: %s', async (_what, more, outcome) => {
    const id = randomUUID();
    expect(await sendFor('consultant', { id, ...more })).toBe(outcome);
    expect(await made(id)).toEqual([]);
  }); // prettier-ignore

  test('the landlord makes one in every building', async () => {
    expect(
      await sendFor('landlord', { block_id: OTHER_BLOCK, place_id: demoId('stovner-senter/yard'), thing: 'light' }),
    ).toBe('created'); // prettier-ignore
  });

  test('pictures must belong to the sender', async () => {
    const theirs = await storePhoto(await t.as('reporter'));
    const mine = await storePhoto(await t.as('consultant'));
    expect(await sendFor('consultant', { photo_paths: [mine, theirs] })).toBe('wrong_photo');
    expect(await sendFor('consultant', { photo_paths: [null] })).toBe('wrong_photo');
    const id = randomUUID();
    expect(await sendFor('consultant', { id, photo_paths: [mine, mine] })).toBe('created');
    expect(await t.sql('select path from public.report_photos where report_id = $1', [id])).toEqual([{ path: mine }]); // prettier-ignore
  });

  test('the same id sent many times at once is one case; the id of another person’s case makes none', async () => {
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 6 }, () => sendFor('consultant', { id })));
    expect(new Set(answers)).toEqual(new Set(['created']));
    expect(await t.events(id)).toHaveLength(1);
    expect(await sendFor('landlord', { id })).toBe('id_taken');
    const ofReporter = await t.newCase();
    expect(await sendFor('consultant', { id: ofReporter })).toBe('id_taken');
    expect((await send('reporter', { id })).outcome).toBe('id_taken');
  }); // prettier-ignore

  test('a hundred a day, and not one more at once', async () => {
    const hash = 'private.hash_attempt($1::text)';
    const who = await t.idOf('landlord');
    await t.sql(
      `insert into private.attempts (kind, key_hash) select 'report_for', ${hash} from generate_series(1, 97 - (
         select count(*)::int from private.attempts where kind = 'report_for' and key_hash = ${hash}))`,
      [who],
    );
    const answers = await Promise.all(Array.from({ length: 6 }, () => sendFor('landlord')));
    expect(answers.toSorted()).toEqual([
      ...Array<string>(3).fill('created'),
      ...Array<string>(3).fill('too_many_today'),
    ]);
    expect(await sendFor('consultant')).toBe('created');
    await t.sql("delete from private.attempts where kind = 'report_for'");
  });
});

describe('a reminder to the landlord', () => {
  const chase = (who: Who, report_id: string, body?: string) =>
    t.call(who, 'chase_report', { report_id, ...(body && { body }) });

  test('from the consultant is an event for all, with a text for the staff', async () => {
    const id = await t.newCase();
    expect(await chase('consultant', id, ' Beboeren fryser. \n')).toBe('chased');
    expect((await t.events(id)).at(-1)).toMatchObject({ kind: 'chased', actor_role: 'consultant' });
    expect(await t.messages(id)).toMatchObject([{ audience: 'internal', body: 'Beboeren fryser.', event_id: expect.anything() }]);
    expect(await t.row(id)).toMatchObject({ chase_count: 1, status: 'received' });
    expect(await t.told(id)).toEqual([]);
  }); // prettier-ignore

  test('without a text, or with blanks, is only an event', async () => {
    const id = await t.newCase();
    expect(await chase('consultant', id, ' \n ')).toBe('chased');
    expect(await t.messages(id)).toEqual([]);
  });

  test('is sent once in 24 hours, and many at once are one', async () => {
    const id = await t.newCase();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => chase('consultant', id, 'x')),
    );
    expect(answers.toSorted()).toEqual(['chased', ...Array<string>(5).fill('chased_today')]);
    await t.sql("update public.reports set chased_at = now() - interval '23 hours 59 minutes' where id = $1", [id]); // prettier-ignore
    expect(await chase('consultant', id)).toBe('chased_today');
    await t.sql("update public.reports set chased_at = now() - interval '24 hours 1 minute' where id = $1", [id]); // prettier-ignore
    expect(await chase('consultant', id)).toBe('chased');
    expect(await t.row(id)).toMatchObject({ chase_count: 2 });
    expect(await t.events(id)).toHaveLength(3);
  });

  test.each(['reporter', 'landlord', 'neighbour'] as const)('is not for %s', async (who) => {
    const id = await t.newCase();
    expect(await chase(who, id)).toBe('not_allowed');
    expect(await t.row(id)).toMatchObject({ chase_count: 0, chased_at: null });
  });

  test.each(['fixed', 'confirmed', 'closed', 'withdrawn', 'merged'] as const)(
    'is not sent about a case that is %s',
    async (status) => {
      const id = await t.newCase();
      await t.put(id, status, await t.newCase());
      expect(await chase('consultant', id)).toBe('not_open');
      expect(await t.row(id)).toMatchObject({ chase_count: 0 });
    },
  );
});

describe('“Når kan vi komme?”', () => {
  // Counted from one moment, so that equal hours are equal times.
  const now = Date.now();
  const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
  type Times = [number, number][];
  const ask = (who: Who, report_id: string, times: Times = [], more: object = {}) =>
    t.call(who, 'ask_report_question', {
      id: randomUUID(), report_id, body: 'Når kan vi komme?',
      starts_at: times.map(([from]) => at(from)), ends_at: times.map(([, to]) => at(to)), ...more,
    }); // prettier-ignore
  const answer = (who: Who, question_id: string, chosen_position: number | null, words: string | null = null) =>
    t.call(who, 'answer_report_question', { question_id, chosen_position, answer: words }); // prettier-ignore
  const asked = async (place = FLAT, times: Times = [[24, 25], [48, 50]]) => {
    const report = await t.newCase(place);
    const id = randomUUID();
    expect(await ask('landlord', report, times, { id })).toBe('asked');
    return { report, id };
  }; // prettier-ignore
  const question = async (id: string) =>
    (await t.sql('select * from public.report_questions where id = $1', [id]))[0]!;
  const six: Times = Array.from({ length: 6 }, (_, n) => [24 + n, 25 + n]);

  test.each([
    ['in the past', [[-2, -1]]],
    ['begun', [[-1, 1]]],
    ['one good, one past', [[24, 25], [-2, -1]]],
    ['ended before it begins', [[25, 24]]],
    ['of no length', [[24, 24]]],
    ['of 25 hours', [[24, 49]]],
    ['half a year away', [[24 * 181, 24 * 181 + 1]]],
    ['seven', [...six, [40, 41]]],
  ] as [string, Times][])('a time %s is not proposed', async (_what, times) => {
    const report = await t.newCase(FLAT);
    const before = await asked();
    expect(await ask('landlord', report, times)).toBe('wrong_times');
    expect(await ask('landlord', before.report, times)).toBe('wrong_times');
    expect(await t.sql('select from public.report_questions where report_id = $1', [report])).toEqual([]);
    expect(await question(before.id)).toMatchObject({ withdrawn_at: null });
  }); // prettier-ignore

  test.each([
    ['more starts than ends', { starts_at: [at(24), at(26)], ends_at: [at(25)] }],
    ['ends without starts', { starts_at: [], ends_at: [at(25)] }],
    ['no starts', { starts_at: null, ends_at: [at(25)] }],
    ['an empty time', { starts_at: [null], ends_at: [null] }],
  ])('refused: %s', async (_what, more) => {
    const report = await t.newCase(FLAT);
    expect(await ask('landlord', report, [], more)).toBe('wrong_times');
    expect(await t.sql('select from public.report_questions where report_id = $1', [report])).toEqual([]); // prettier-ignore
  });

  test('six times are kept in order, equal ones once, and a day is long enough', async () => {
    const report = await t.newCase(FLAT);
    const id = randomUUID();
    const equal = [at(30), at(30), at(24), at(48)];
    const ends = [at(31), at(31), at(25), at(72)];
    expect(await ask('landlord', report, [], { id, starts_at: equal, ends_at: ends })).toBe('asked');
    const rows = await t.sql<{ position: number; starts_at: Date }>('select position, starts_at from public.report_question_times where question_id = $1 order by position', [id]);
    expect(rows.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(rows.map(({ starts_at }) => starts_at.toISOString())).toEqual([equal[2], equal[0], equal[3]]);
    expect(await ask('consultant', report, six)).toBe('asked');
  }); // prettier-ignore

  test.each([
    ['reporter', FLAT, 'not_allowed'],
    ['household', FLAT, 'not_found'],
    ['neighbour', STAIR, 'not_allowed'],
    ['partner', STAIR, 'not_allowed'],
    ['observer', STAIR, 'not_found'],
    ['consultant elsewhere', STAIR, 'not_found'],
    ['admin', STAIR, 'not_found'],
    ['anonymous', STAIR, '42501'],
  ] as const)('%s can not ask', async (who, place, outcome) => {
    const report = await t.newCase(place);
    expect(await ask(who, report)).toBe(outcome);
    expect(await t.sql('select from public.report_questions where report_id = $1', [report])).toEqual([]); // prettier-ignore
  });

  test('a question is asked once per id, and an id of another case is refused', async () => {
    const { report, id } = await asked();
    expect(await ask('landlord', report, [], { id, body: 'Noe annet?' })).toBe('asked');
    expect(await question(id)).toMatchObject({ body: 'Når kan vi komme?', withdrawn_at: null });
    expect(await ask('landlord', await t.newCase(FLAT), [], { id })).toBe('not_allowed');
    expect(await t.told(report)).toEqual(['report_question reporter']);
  });

  test('the same question sent many times at once is one, notified once', async () => {
    const report = await t.newCase(FLAT);
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('landlord', report, [[24, 25]], { id }))); // prettier-ignore
    expect(new Set(answers)).toEqual(new Set(['asked']));
    expect(await t.told(report)).toEqual(['report_question reporter']);
  });

  test('a new question replaces the waiting one, also at the same instant', async () => {
    const { report, id } = await asked();
    const answers = await Promise.all([ask('landlord', report), ask('consultant', report), ask('landlord', report)]); // prettier-ignore
    expect(answers).toEqual(['asked', 'asked', 'asked']);
    expect((await question(id))['withdrawn_at']).toBeInstanceOf(Date);
    const waiting = await t.sql('select from public.report_questions where report_id = $1 and withdrawn_at is null', [report]); // prettier-ignore
    expect(waiting).toHaveLength(1);
    expect(await answer('reporter', id, 1)).toBe('closed');
    expect(await question(id)).toMatchObject({ answered_at: null, chosen_position: null });
  });

  test('a new question leaves an answered one as it is', async () => {
    const { report, id } = await asked();
    await answer('reporter', id, 2);
    await ask('landlord', report);
    expect(await question(id)).toMatchObject({ withdrawn_at: null, chosen_position: 2 });
  });

  test.each(['fixed', 'confirmed', 'closed', 'withdrawn', 'merged'] as const)(
    'no question can be asked about a case that is %s',
    async (status) => {
      const report = await t.newCase(FLAT);
      await t.put(report, status, await t.newCase());
      expect(await ask('landlord', report)).toBe('closed');
    },
  );

  test.each([
    ['one of the times', 2, null, { chosen_position: 2, answer: null }],
    ['words', null, ' Ring på.\n', { chosen_position: null, answer: 'Ring på.' }],
    ['both', 1, 'Ring på.', { chosen_position: 1, answer: 'Ring på.' }],
    ['that none suits', null, ' ', { chosen_position: null, answer: null }],
  ] as const)('the reporter answers with %s, and the case then waits for the staff', async (_what, position, words, kept) => {
    const { report, id } = await asked();
    expect(await answer('reporter', id, position, words)).toBe('answered');
    expect(await question(id)).toMatchObject({ ...kept, answered_by: 'reporter', answered_at: expect.any(Date) });
    const [row] = await t.sql('select asked_at from public.report_details where report_id = $1', [report]);
    expect(row!['asked_at']).toBeInstanceOf(Date);
  }); // prettier-ignore

  test('a past time, one that was not proposed, and no time are not valid answers', async () => {
    const { id } = await asked();
    await t.sql("update public.report_question_times set starts_at = now() - interval '1 minute' where question_id = $1 and position = 1", [id]); // prettier-ignore
    for (const position of [1, 3, 0, -1]) expect(await answer('reporter', id, position)).toBe('wrong_times'); // prettier-ignore
    const open = await asked(FLAT, []);
    expect(await answer('reporter', open.id, null, ' ')).toBe('wrong_times');
    expect(await answer('reporter', open.id, 1)).toBe('wrong_times');
    for (const one of [id, open.id])
      expect(await question(one)).toMatchObject({ answered_at: null });
    expect(await answer('reporter', id, 2)).toBe('answered');
  });

  test('is answered once, and of many answers at once one counts', async () => {
    const { id } = await asked();
    const answers = await Promise.all([1, 2, 1, 2].map((position) => answer('reporter', id, position)));
    expect(answers.toSorted()).toEqual(['answered', 'closed', 'closed', 'closed']);
    const kept = (await question(id))['chosen_position'];
    expect(kept).toBe([1, 2, 1, 2][answers.indexOf('answered')]);
    expect(await answer('reporter', id, null, 'Likevel ikke.')).toBe('closed');
    expect(await question(id)).toMatchObject({ answer: null, chosen_position: kept });
  }); // prettier-ignore

  test.each([
    ['landlord', 'not_allowed'],
    ['consultant', 'not_allowed'],
    ['household', 'not_found'],
    ['neighbour', 'not_found'],
    ['partner', 'not_found'],
    ['observer', 'not_found'],
    ['resident elsewhere', 'not_found'],
    ['consultant elsewhere', 'not_found'],
    ['admin', 'not_found'],
    ['anonymous', '42501'],
  ] as const)('%s does not answer for the reporter: %s', async (who, outcome) => {
    for (const place of [FLAT, STAIR]) {
      const { id } = await asked(place);
      expect(await answer(who, id, 1)).toBe(outcome);
      expect(await question(id)).toMatchObject({ answered_at: null });
    }
  });

  test('an unknown question is not found', async () => {
    expect(await answer('reporter', randomUUID(), 1)).toBe('not_found');
  });

  test('for a case without an account the consultant answers, not the landlord', async () => {
    const report = await t.newCaseFor(FLAT, 'landlord', 'leak');
    const id = randomUUID();
    await ask('landlord', report, [[24, 25]], { id });
    expect(await t.told(report)).toEqual([]);
    expect(await answer('landlord', id, 1)).toBe('not_allowed');
    expect(await answer('consultant elsewhere', id, 1)).toBe('not_found');
    expect(await answer('consultant', id, 1)).toBe('answered');
    expect(await question(id)).toMatchObject({ answered_by: 'consultant', chosen_position: 1 });
  });
});
