import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageSize, queueFilter, type QueueFilter } from '../../src/domains/reports/desk/queue.ts';
import { changeMany, findBeside, listQueue } from '../../src/domains/reports/desk/queue.server.ts';
import type { Enums } from '../../src/lib/database.types.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { BLOCK, OTHER_BLOCK, PEOPLE, STAIR, sendReport, type Who } from '../support/reports.ts';

let database: TestDb;
let landlord: Db;
const person = randomUUID();
const firm = randomUUID();
beforeAll(async () => {
  database = await testDatabase();
  landlord = await database.as(PEOPLE.landlord);
  const { error } = await landlord.from('report_assignees').insert([
    { id: person, name: 'Kari Vaktmester', kind: 'person' },
    { id: firm, name: 'Rør og varme', kind: 'contractor' },
  ]);
  expect(error).toBeNull();
});
afterAll(() => database.close());

const everybody = Object.keys(PEOPLE) as Who[];
const stairCase = async () =>
  sendReport(await database.as(PEOPLE.reporter), { place_id: STAIR, thing: 'light' });
/** More cases than the limit of a day allows, inserted into the tables. */
const addCases = (count: number) =>
  database.sql<{ id: string }>(
    `insert into public.reports (id, block_id, place_id, place_kind, thing, is_urgent, affected_count, expected_by, created_at, status_changed_at)
     select gen_random_uuid(), p.block_id, p.id, p.kind, 'light', n % 7 = 0, 1 + n % 3,
       case when n % 4 > 0 then private.today() + n % 5 - 2 end,
       now() - make_interval(days => n % 9), now() - make_interval(hours => n % 6)
     from generate_series(1, $1::integer) n, public.places p where p.id = $2 returning id`,
    [count, STAIR],
  );
const assignment = async (id: string) =>
  (
    await database.sql<{ assignee_id: string | null }>(
      'select assignee_id from public.report_assignments where report_id = $1',
      [id],
    )
  )[0]!.assignee_id;
const give = async (who: Who, ids: string[], assignee: string | null) =>
  (await database.as(PEOPLE[who])).rpc('assign_reports', {
    report_ids: ids,
    ...(assignee && { assignee_id: assignee }),
  });

describe('the assignee of a case', () => {
  test('is set only by the landlord, and everybody else changes nothing', async () => {
    const { id } = await stairCase();
    const answers: Partial<Record<Who, string>> = {};
    for (const who of everybody.filter((one) => one !== 'landlord')) {
      const { data } = await give(who, [id], firm);
      answers[who] = data![0]!.outcome;
      expect(await assignment(id)).toBeNull();
    }
    expect(answers).toEqual({
      reporter: 'not_allowed',
      household: 'not_allowed',
      neighbour: 'not_allowed',
      consultant: 'not_allowed',
      'resident elsewhere': 'not_found',
      'consultant elsewhere': 'not_found',
      admin: 'not_found',
    });
    expect((await give('landlord', [id], firm)).data).toEqual([
      { report_id: id, outcome: 'assigned' },
    ]);
    expect(await assignment(id)).toBe(firm);
  });

  test('is read by the staff of the building; residents, other buildings and the admin get no row, event or note of it', async () => {
    const { id } = await stairCase();
    await give('landlord', [id], person);
    for (const who of everybody) {
      const db = await database.as(PEOPLE[who]);
      const { data: found } = await db.from('report_assignments').select('*').eq('report_id', id);
      const { data: events } = await db
        .from('report_events')
        .select('kind')
        .eq('report_id', id)
        .eq('kind', 'assigned');
      const { data: notes } = await db.from('report_messages').select('body').eq('report_id', id);
      const isStaff = who === 'consultant' || who === 'landlord';
      expect([found!.length, events!.length, notes!.length], who).toEqual(
        isStaff ? [1, 1, 1] : [0, 0, 0],
      );
      const { data: names } = await db.from('report_assignees').select('name').eq('id', person);
      expect(names!.length, who).toBe(isStaff || who === 'consultant elsewhere' ? 1 : 0);
    }
  });

  test('is named in an internal message of its event, and the same assignment again writes nothing', async () => {
    const { id } = await stairCase();
    await give('landlord', [id], firm);
    expect((await give('landlord', [id], firm)).data![0]!.outcome).toBe('unchanged');
    expect((await give('landlord', [id], null)).data![0]!.outcome).toBe('unassigned');
    const told = await database.sql(
      `select e.kind, e.actor_role, m.audience, m.body from public.report_events e
       join public.report_messages m on m.event_id = e.id where e.report_id = $1 order by e.id`,
      [id],
    );
    const event = { kind: 'assigned', actor_role: 'landlord', audience: 'internal' };
    expect(told).toEqual([
      { ...event, body: 'Rør og varme' },
      { ...event, body: 'Ingen' },
    ]);
  });

  test('can not be a person who is no longer on the list', async () => {
    const { id } = await stairCase();
    const gone = randomUUID();
    await landlord
      .from('report_assignees')
      .insert({ id: gone, name: 'Sluttet', kind: 'person', is_active: false });
    expect((await give('landlord', [id], gone)).data![0]!.outcome).toBe('wrong_assignee');
    expect((await give('landlord', [id], randomUUID())).data![0]!.outcome).toBe('wrong_assignee');
    expect(await assignment(id)).toBeNull();
  });

  test("the list is the landlord's: nobody else adds or changes a row, and nobody deletes one", async () => {
    const truth = () => database.sql('select * from public.report_assignees order by id');
    const before = await truth();
    for (const who of everybody) {
      const table = (await database.as(PEOPLE[who])).from('report_assignees');
      if (who !== 'landlord') {
        await table.insert({ id: randomUUID(), name: `Ny ${who}`, kind: 'person' });
        await table.update({ name: 'Endret' }).eq('id', person);
      }
      expect((await table.delete().eq('id', person)).error?.code, who).toBe('42501');
    }
    expect(await truth()).toEqual(before);
  });

  test('a row can be linked to an account of the landlord, never to one of a resident', async () => {
    const idOf = async (email: string) =>
      (
        await database.sql<{ id: string }>('select id from auth.users where email = $1', [email])
      )[0]!.id;
    const row = { id: randomUUID(), name: 'Mottak', kind: 'person' } as const;
    const table = landlord.from('report_assignees');
    const refused = await table.insert({ ...row, person_id: await idOf(PEOPLE.reporter) });
    expect(refused.error?.code).toBe('23514');
    expect(
      await database.sql('select from public.report_assignees where id = $1', [row.id]),
    ).toEqual([]);
    expect(
      (await table.insert({ ...row, person_id: await idOf(PEOPLE.landlord) })).error,
    ).toBeNull();
  });
});

describe('many at once', () => {
  test('each case is judged separately: changed, already so, and not possible', async () => {
    const [one, two, three] = [await stairCase(), await stairCase(), await stairCase()];
    const set = (id: string, to: Enums<'report_status'>) =>
      landlord.rpc('change_report_status', { report_id: id, to_status: to });
    await set(two.id, 'in_progress');
    await set(three.id, 'fixed');
    const change = { to: 'in_progress' } as const;
    const result = await changeMany(landlord, [one.id, two.id, three.id, randomUUID()], change);
    expect(result.changed).toBe(1);
    // An unknown case is not mentioned.
    expect(result.refused).toHaveLength(2);
    expect(result.refused).toEqual(
      expect.arrayContaining([
        { number: three.number, outcome: 'not_allowed' },
        { number: two.number, outcome: 'unchanged' },
      ]),
    );
    expect((await changeMany(landlord, [one.id], change)).changed).toBe(0);
  });

  test('a status and an assignee together count each case once', async () => {
    const [one, two] = [await stairCase(), await stairCase()];
    const change = { to: 'waiting', waitingFor: 'parts', assignee: firm } as const;
    expect(await changeMany(landlord, [one.id, two.id], change)).toEqual({
      changed: 2,
      refused: [],
    });
    expect(await assignment(one.id)).toBe(firm);
  });

  test('with an unknown assignee nothing is changed at all', async () => {
    const one = (await addCases(1))[0]!;
    const change = { to: 'in_progress', assignee: randomUUID() } as const;
    expect(await changeMany(landlord, [one.id], change)).toEqual({
      changed: 0,
      refused: [{ number: expect.any(Number), outcome: 'wrong_assignee' }],
    });
    const [row] = await database.sql('select status from public.reports where id = $1', [one.id]);
    expect(row).toEqual({ status: 'received' });
  });

  test('of more than 100 the first 100 are changed', async () => {
    const cases = await addCases(101);
    const ids = cases.map(({ id }) => id);
    const { data } = await landlord.rpc('assign_reports', { report_ids: ids, assignee_id: person });
    expect(data!.length).toBe(100);
    expect(await assignment(ids[100]!)).toBeNull();
  });

  test('a neighbour changes none of them', async () => {
    const { id } = await stairCase();
    const db = await database.as(PEOPLE.neighbour);
    expect((await changeMany(db, [id], { to: 'fixed', assignee: firm })).changed).toBe(0);
    expect(await assignment(id)).toBeNull();
  });
});

describe('the queue', () => {
  const filter = (query: string): QueueFilter => queueFilter(new URLSearchParams(query));
  /** All cases of a filter, page by page, and the number of pages. */
  async function all(db: Db, query: string, size = pageSize) {
    const found: number[] = [];
    let after: QueueFilter['after'];
    for (let pages = 1; ; pages++) {
      const page = await listQueue(db, { ...filter(query), after }, { size });
      found.push(...page.reports.map(({ number }) => number));
      if (!page.next) return { found, pages };
      after = page.next;
    }
  }
  const truth = async (where: string, order: string) =>
    (
      await database.sql<{ number: string }>(
        `select r.number from public.reports r
         left join public.report_details d on d.report_id = r.id
         left join public.report_assignments a on a.report_id = r.id
         where ${where} order by ${order}`,
      )
    ).map(({ number }) => Number(number));

  beforeAll(async () => {
    await addCases(40);
  });

  const orders = {
    oldest: 'r.created_at, r.number',
    newest: 'r.created_at desc, r.number desc',
    changed: 'r.status_changed_at desc, r.number desc',
    affected: 'r.affected_count desc, r.number desc',
    deadline: `coalesce(r.expected_by, '9999-12-31'), r.number`,
  };
  const filters: [string, string][] = [
    ['', 'r.is_open'],
    [`gard=${BLOCK}`, `r.is_open and r.block_id = '${BLOCK}'`],
    ['hva=light', `r.is_open and r.thing = 'light'`],
    ['alder=7', `r.is_open and r.created_at <= now() - interval '7 days'`],
    ['bare=urgent&bare=late', 'r.is_open and r.is_urgent and r.expected_by < private.today()'],
    ['bare=awaiting', 'r.is_open and d.asked_at is not null'],
    ['hvem=ingen', 'r.is_open and a.assignee_id is null'],
    [`hvem=${person}&hva=light`, `r.is_open and a.assignee_id = '${person}' and r.thing = 'light'`],
  ];
  test.each(
    Object.entries(orders).flatMap(([sort, order]) =>
      filters.map(([query, where]) => [`${query}&sorter=${sort}`, where, order] as const),
    ),
  )('%s: the pages hold every case once, in order', async (query, where, order) => {
    const expected = await truth(where, order);
    expect((await all(landlord, query, 23)).found).toEqual(expected);
  });

  test.each([
    ['status=all', 'true'],
    ['status=fixed', `r.status = 'fixed'`],
    [
      `status=all&gard=${BLOCK}&alder=14`,
      `r.block_id = '${BLOCK}' and r.created_at <= now() - interval '14 days'`,
    ],
  ])('%s: finished cases are included too, by age and by change', async (query, where) => {
    for (const sort of ['oldest', 'newest', 'changed'] as const)
      expect((await all(landlord, `${query}&sorter=${sort}`, 11)).found).toEqual(
        await truth(where, orders[sort]),
      );
  });

  describe('with more cases than are searched for one page', () => {
    beforeAll(async () => {
      await addCases(1100);
    });

    test.each(
      Object.entries(orders).flatMap(([sort, order]) =>
        [
          ['hva=light&hvem=ingen', `r.thing = 'light' and a.assignee_id is null`] as const,
          [
            `gard=${BLOCK}&alder=7`,
            `r.block_id = '${BLOCK}' and r.created_at <= now() - interval '7 days'`,
          ] as const,
        ].map(([query, where]) => [`${query}&sorter=${sort}`, where, order] as const),
      ),
    )('%s: the pages hold every case once, in order', async (query, where, order) => {
      const expected = await truth(`r.is_open and ${where}`, order);
      expect((await all(landlord, query, 99)).found).toEqual(expected);
    });

    test('a search that stops before it finds anything tells so, and continues to the end', async () => {
      const narrow = filter(`hva=light&gard=${BLOCK}&alder=30&sorter=changed`);
      const page = await listQueue(landlord, narrow);
      expect(page).toMatchObject({ reports: [], isPartial: true });
      const rest = await listQueue(landlord, { ...narrow, after: page.next! });
      expect(rest).toMatchObject({ reports: [], isPartial: false, next: null });
    });
  });

  test('a case number finds that case, finished or not', async () => {
    const [fixed] = await truth(`r.status = 'fixed'`, 'r.number');
    expect((await all(landlord, `nr=${fixed}`)).found).toEqual([fixed]);
    expect((await all(landlord, 'nr=999999999')).found).toEqual([]);
  });

  test('the case before and after follow the same order and filter', async () => {
    const query = `gard=${BLOCK}&sorter=affected`;
    const { found } = await all(landlord, query);
    const [at, number] = [5, found[5]!];
    expect(await findBeside(landlord, filter(query), number, 'after')).toBe(found[at + 1]);
    expect(await findBeside(landlord, filter(query), number, 'before')).toBe(found[at - 1]);
    expect(await findBeside(landlord, filter(query), found[0]!, 'before')).toBeNull();
  });

  test('a consultant sees their building, and nobody else of the cast sees a line', async () => {
    const consultant = await database.as(PEOPLE.consultant);
    const own = await truth(`r.is_open and r.block_id = '${BLOCK}'`, orders.oldest);
    expect((await all(consultant, `gard=${BLOCK}`)).found).toEqual(own);
    expect((await all(consultant, `gard=${OTHER_BLOCK}`)).found).toEqual([]);
    expect((await all(consultant, '')).found).toEqual([]);
    for (const who of everybody.filter((one) => !['consultant', 'landlord'].includes(one)))
      for (const query of ['', `gard=${BLOCK}`, `nr=${own[0]}`])
        expect((await all(await database.as(PEOPLE[who]), query)).found, who).toEqual([]);
    const { error } = await database.anonymous().rpc('list_report_queue');
    expect(error?.code).toBe('42501');
  });

  test('a manipulated address gets an answer, not a server error', async () => {
    for (const after of ['9999999999999999_1', '-9999999999999999_1', '_999999999999999', '5_5'])
      for (const sort of Object.keys(orders))
        expect(await listQueue(landlord, filter(`sorter=${sort}&etter=${after}`))).toHaveProperty(
          'reports',
        );
  });
});
