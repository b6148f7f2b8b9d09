import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Enums } from '../../src/lib/database.types.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import {
  BLOCK,
  FLAT,
  OTHER_BLOCK,
  PEOPLE,
  STAIR,
  demoId,
  sendReport,
  storePhoto,
  type Who,
} from '../support/reports.ts';

type Status = Enums<'report_status'>;
let database: TestDb;
const as = (who: Who) => database.as(PEOPLE[who]);
const YARD = demoId('drobakgata-1/yard');
const clearLimit = () =>
  database.sql("update public.reports set created_at = created_at - interval '2 days'");

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('sending a report', () => {
  test('gives a case number, and sets place and status', async () => {
    const { outcome, number, id } = await sendReport(await as('reporter'), {
      contact: ' Ring på ',
    });
    expect(outcome).toBe('created');
    expect(number).toBeGreaterThan(1000);
    const [row] = await database.sql(
      'select * from public.reports r join public.report_details d on d.report_id = r.id where r.id = $1',
      [id],
    );
    expect(row).toMatchObject({
      status: 'received', is_open: true, is_common: false, affected_count: 1, access: 'call_first', contact: 'Ring på',
    }); // prettier-ignore
    const events = await database.sql(
      'select from_status, to_status, actor_role from public.report_events where report_id = $1',
      [id],
    );
    expect(events).toEqual([{ from_status: null, to_status: 'received', actor_role: 'reporter' }]);
  });

  test('stores access for a flat only', async () => {
    const db = await as('reporter');
    const { id } = await sendReport(db, { place_id: YARD, thing: 'snow_ice', access: 'may_enter' });
    const [row] = await database.sql(
      'select access from public.report_details where report_id = $1',
      [id],
    );
    expect(row).toEqual({ access: null });
  });

  test.each([
    ['the flat of a neighbour', { place_id: demoId('drobakgata-1/flat/B302') }, 'wrong_place'],
    [
      'a place of another building',
      { place_id: demoId('stovner-senter/yard'), thing: 'snow_ice' },
      'wrong_place',
    ],
    [
      'another building',
      { block_id: OTHER_BLOCK, place_id: demoId('stovner-senter/yard'), thing: 'snow_ice' },
      'not_member',
    ],
    [
      'a thing that the place does not have',
      { place_id: FLAT, thing: 'lift_stopped' },
      'wrong_thing',
    ],
    [
      'a photo that was never stored',
      { photo_paths: [`${randomUUID()}/${'0'.repeat(64)}_1x1.webp`] },
      'wrong_photo',
    ],
  ] as const)('%s is refused', async (_what, report, outcome) => {
    const sent = await sendReport(await as('reporter'), {
      ...report,
      photo_paths: [...('photo_paths' in report ? report.photo_paths : [])],
    });
    expect(sent).toMatchObject({ outcome, number: null });
    expect(await database.sql('select from public.reports where id = $1', [sent.id])).toEqual([]);
  });

  test('a photo of somebody else and a fifth photo are refused', async () => {
    const db = await as('reporter');
    const theirs = await storePhoto(await as('neighbour'));
    expect((await sendReport(db, { photo_paths: [theirs] })).outcome).toBe('wrong_photo');
    const five = [];
    for (let n = 0; n < 5; n++) five.push(await storePhoto(db));
    expect((await sendReport(db, { photo_paths: five })).outcome).toBe('wrong_photo');
    const { outcome, id } = await sendReport(db, { photo_paths: five.slice(0, 4).toReversed() });
    expect(outcome).toBe('created');
    const stored = await database.sql<{ path: string }>(
      'select path, width, height from public.report_photos where report_id = $1 order by position', [id]); // prettier-ignore
    expect(stored).toEqual(
      five
        .slice(0, 4)
        .toReversed()
        .map((path) => ({ path, width: 40, height: 30 })),
    );
  });

  test('landlord and admin send no reports, the consultant does', async () => {
    const outcome = async (who: Who) =>
      (await sendReport(await as(who), { place_id: YARD, thing: 'snow_ice' })).outcome;
    expect(await outcome('landlord')).toBe('not_member');
    expect(await outcome('admin')).toBe('not_member');
    expect(await outcome('consultant elsewhere')).toBe('not_member');
    expect(await outcome('consultant')).toBe('created');
  });

  test('1000 characters fit, 1001 and blanks do not', async () => {
    const db = await as('reporter');
    expect((await sendReport(db, { description: 'å'.repeat(1000) })).outcome).toBe('created');
    await expect(sendReport(db, { description: 'å'.repeat(1001) })).rejects.toMatchObject({
      code: '23514',
    });
    await expect(sendReport(db, { description: '   ' })).rejects.toMatchObject({ code: '23514' });
  });

  test('the same form sent many times at once is one case with one number', async () => {
    await clearLimit();
    const db = await as('reporter');
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendReport(db, { id })));
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
    expect(await database.sql('select from public.reports where id = $1', [id])).toHaveLength(1);
    expect(
      await database.sql('select from public.report_events where report_id = $1', [id]),
    ).toHaveLength(1);
  });

  test('the id of another person’s case reveals nothing and changes nothing', async () => {
    await clearLimit();
    const { id } = await sendReport(await as('reporter'));
    const again = await sendReport(await as('neighbour'), {
      id,
      place_id: YARD,
      thing: 'snow_ice',
    });
    expect(again).toMatchObject({ outcome: 'id_taken', number: null });
    const both = randomUUID();
    const race = await Promise.all([
      sendReport(await as('reporter'), { id: both }),
      sendReport(await as('neighbour'), { id: both, place_id: YARD, thing: 'snow_ice' }),
    ]);
    expect(race.map(({ outcome }) => outcome).toSorted()).toEqual(['created', 'id_taken']);
  });

  test('of 25 reports at once exactly 10 a day are accepted, and the next day is free again', async () => {
    await clearLimit();
    const db = await as('household');
    const answers = await Promise.all(Array.from({ length: 25 }, () => sendReport(db)));
    const outcomes = Object.groupBy(answers, ({ outcome }) => outcome);
    expect(outcomes.created).toHaveLength(10);
    expect(outcomes.too_many_today).toHaveLength(15);
    await clearLimit();
    expect((await sendReport(db)).outcome).toBe('created');
  });
});

describe('the life of a case', () => {
  const change = async (who: Who, id: string, to_status: Status, reason?: string) => {
    const { data, error } = await (
      await as(who)
    ).rpc('change_report_status', {
      report_id: id,
      to_status,
      ...(reason ? { reason } : {}),
      ...(to_status === 'waiting' && { waiting_for: 'parts' as const }),
    });
    if (error) throw error;
    return data;
  };
  const newCase = async (place_id = YARD) => {
    await clearLimit();
    return (
      await sendReport(await as('reporter'), {
        place_id,
        thing: place_id === YARD ? 'snow_ice' : 'leak',
      })
    ).id;
  };
  const statuses: Status[] = [
    'received',
    'forwarded',
    'in_progress',
    'waiting',
    'fixed',
    'confirmed',
    'reopened',
    'closed',
    'withdrawn',
    'merged',
  ];
  /** As if it had reached this status, without an appeal. */
  const put = (id: string, status: Status) =>
    database.sql(
      `with never as (update public.report_details set appealed_at = null where report_id = $1)
       update public.reports r
       set status = $2::public.report_status, waiting_for = case when $2::public.report_status = 'waiting' then 'parts'::public.report_wait end,
         merged_into = case when $2::public.report_status = 'merged'
           then (select o.id from public.reports o where o.block_id = r.block_id and o.id <> r.id limit 1) end
       where id = $1`,
      [id, status],
    );
  const open: Status[] = ['received', 'forwarded', 'reopened'];
  const allowed: Record<'landlord' | 'consultant' | 'reporter', [Status[], Status[]][]> = {
    landlord: [
      [open, ['in_progress', 'waiting', 'fixed', 'closed']],
      [['in_progress'], ['waiting', 'fixed', 'closed']],
      [['waiting'], ['in_progress', 'fixed', 'closed']],
    ],
    consultant: [[['received', 'reopened'], ['forwarded']]],
    reporter: [
      [['fixed'], ['confirmed', 'reopened']],
      [['closed'], ['reopened']],
      [[...open, 'in_progress', 'waiting'], ['withdrawn']],
    ],
  };

  test.each(['landlord', 'consultant', 'reporter'] as const)(
    '%s makes exactly the changes that are theirs',
    async (who) => {
      const id = await newCase();
      const made: string[] = [];
      for (const from of statuses) {
        for (const to of statuses.filter((one) => one !== from)) {
          await put(id, from);
          const outcome = await change(who, id, to, 'Fordi.');
          const [row] = await database.sql<{ status: Status }>(
            'select status from public.reports where id = $1',
            [id],
          );
          expect(row!.status, `${from} to ${to}`).toBe(outcome === 'changed' ? to : from);
          if (outcome === 'changed') made.push(`${from} ${to}`);
          else expect(outcome).toBe('not_allowed');
        }
      }
      const expected = allowed[who].flatMap(([froms, tos]) =>
        froms.flatMap((from) => tos.map((to) => `${from} ${to}`)),
      );
      expect(made.toSorted()).toEqual(expected.toSorted());
    },
  );

  test('neighbours may not change a case they see, and others are told it does not exist', async () => {
    const common = await newCase();
    const flat = await newCase(FLAT);
    for (const who of ['neighbour', 'household'] as const) {
      expect(await change(who, common, 'fixed')).toBe('not_allowed');
      expect(await change(who, flat, 'fixed')).toBe('not_found');
    }
    for (const who of ['resident elsewhere', 'consultant elsewhere', 'admin'] as const) {
      expect(await change(who, common, 'fixed')).toBe('not_found');
    }
    expect(await change('landlord', randomUUID(), 'fixed')).toBe('not_found');
    const rows = await database.sql('select status from public.reports where id = any ($1)', [
      [common, flat],
    ]);
    expect(rows).toEqual([{ status: 'received' }, { status: 'received' }]);
  });

  test('closing without action needs a reason, which becomes a message to the resident', async () => {
    const id = await newCase();
    expect(await change('landlord', id, 'closed')).toBe('reason_missing');
    expect(await change('landlord', id, 'closed', '  ')).toBe('reason_missing');
    expect(await change('landlord', id, 'closed', 'Isen var borte.')).toBe('changed');
    const { data } = await (
      await as('reporter')
    )
      .from('report_messages')
      .select('body, author_role')
      .eq('report_id', id);
    expect(data).toEqual([{ body: 'Isen var borte.', author_role: 'landlord' }]);
  });

  test('the reporter can not withdraw a case that neighbours follow', async () => {
    const id = await newCase();
    const neighbour = await as('neighbour');
    await neighbour.rpc('follow_report', { report_id: id, is_following: true });
    expect(await change('reporter', id, 'withdrawn')).toBe('others_have_it');
    await neighbour.rpc('follow_report', { report_id: id, is_following: false });
    expect(await change('reporter', id, 'withdrawn', 'Isen smeltet.')).toBe('changed');
    expect((await neighbour.rpc('follow_report', { report_id: id, is_following: true })).data).toBe(
      'finished',
    );
    const [row] = await database.sql('select status, is_open from reports where id = $1', [id]);
    expect(row).toEqual({ status: 'withdrawn', is_open: false });
  });

  test('every change is one event with the role that made it', async () => {
    const id = await newCase();
    await change('consultant', id, 'forwarded');
    await change('landlord', id, 'fixed');
    await change('landlord', id, 'fixed');
    await change('reporter', id, 'reopened', 'Fortsatt glatt.');
    const { data } = await (
      await as('neighbour')
    )
      .from('report_events')
      .select('from_status, to_status, actor_role')
      .eq('report_id', id)
      .order('id');
    expect(data).toEqual([
      { from_status: null, to_status: 'received', actor_role: 'reporter' },
      { from_status: 'received', to_status: 'forwarded', actor_role: 'consultant' },
      { from_status: 'forwarded', to_status: 'fixed', actor_role: 'landlord' },
      { from_status: 'fixed', to_status: 'reopened', actor_role: 'reporter' },
    ]);
  });

  test('of two opposite answers at once one counts and the other is decided after it', async () => {
    const id = await newCase();
    await put(id, 'fixed');
    const answers = await Promise.all([
      change('reporter', id, 'confirmed'),
      change('reporter', id, 'reopened'),
    ]);
    expect(answers.toSorted()).toEqual(['changed', 'not_allowed']);
    expect(
      await database.sql(
        "select from public.report_events where report_id = $1 and from_status = 'fixed'",
        [id],
      ),
    ).toHaveLength(1);
  });
});

describe('messages', () => {
  const say = async (
    who: Who,
    report_id: string,
    audience: Enums<'message_audience'> = 'resident',
    id = randomUUID(),
  ) =>
    (
      await (
        await as(who)
      ).rpc('add_report_message', { id, report_id, audience, body: `Fra ${who}` })
    ).data;
  const waits = async (id: string) =>
    (
      await database.sql<{ waits: boolean }>(
        'select asked_at is not null as waits from public.report_details where report_id = $1',
        [id],
      )
    )[0]!.waits;

  test('reporter and staff write to each other; neighbours and other buildings do not', async () => {
    await clearLimit();
    const { id } = await sendReport(await as('reporter'), { place_id: STAIR, thing: 'light' });
    for (const who of ['reporter', 'consultant', 'landlord'] as const)
      expect(await say(who, id)).toBe('sent');
    for (const who of ['neighbour', 'household'] as const)
      expect(await say(who, id)).toBe('not_allowed');
    for (const who of ['resident elsewhere', 'consultant elsewhere', 'admin'] as const)
      expect(await say(who, id)).toBe('not_found');
    const rows = await database.sql<{ author_role: string }>(
      'select author_role from public.report_messages where report_id = $1 order by created_at',
      [id],
    );
    expect(rows.map((row) => row.author_role)).toEqual(['reporter', 'consultant', 'landlord']);
  });

  test('the reporter writes no internal note', async () => {
    const { id } = await sendReport(await as('reporter'));
    expect(await say('reporter', id, 'internal')).toBe('not_allowed');
    expect(
      await database.sql('select from public.report_messages where report_id = $1', [id]),
    ).toEqual([]);
  });

  test('the same message sent twice is stored once', async () => {
    const { id } = await sendReport(await as('reporter'));
    const message = randomUUID();
    await Promise.all([
      say('reporter', id, 'resident', message),
      say('reporter', id, 'resident', message),
    ]);
    expect(
      await database.sql('select from public.report_messages where report_id = $1', [id]),
    ).toHaveLength(1);
  });

  test('a resident’s message waits until staff answer the resident; an internal note is not an answer', async () => {
    const { id } = await sendReport(await as('reporter'));
    expect(await waits(id)).toBe(false);
    await say('reporter', id);
    expect(await waits(id)).toBe(true);
    await say('landlord', id, 'internal');
    expect(await waits(id)).toBe(true);
    await say('landlord', id);
    expect(await waits(id)).toBe(false);
  });

  test('2000 characters fit, 2001 do not', async () => {
    const { id } = await sendReport(await as('reporter'));
    const db = await as('reporter');
    const send = (body: string) =>
      db.rpc('add_report_message', { id: randomUUID(), report_id: id, body });
    expect((await send('ø'.repeat(2000))).data).toBe('sent');
    expect((await send('ø'.repeat(2001))).error?.code).toBe('23514');
  });
});

describe('“Jeg har det også”', () => {
  const follow = async (who: Who, report_id: string, is_following = true) =>
    (await (await as(who)).rpc('follow_report', { report_id, is_following })).data;
  const count = async (id: string) =>
    (
      await database.sql<{ affected_count: number }>(
        'select affected_count from public.reports where id = $1',
        [id],
      )
    )[0]!.affected_count;
  const common = async () => {
    await clearLimit();
    return (await sendReport(await as('reporter'), { place_id: STAIR, thing: 'light' })).id;
  };

  test('a neighbour counts once, and can stop following', async () => {
    const id = await common();
    expect(await follow('neighbour', id)).toBe('followed');
    expect(await follow('neighbour', id)).toBe('unchanged');
    expect(await follow('household', id)).toBe('followed');
    expect(await count(id)).toBe(3);
    expect(await follow('neighbour', id, false)).toBe('unfollowed');
    expect(await follow('neighbour', id, false)).toBe('unchanged');
    expect(await count(id)).toBe(2);
  });

  test('many presses at the same moment count each person once', async () => {
    const id = await common();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => follow(n % 2 ? 'neighbour' : 'household', id)),
    );
    expect(await count(id)).toBe(3);
  });

  test('one’s own cases, cases of flats, other buildings and finished cases can not be joined', async () => {
    const id = await common();
    const flat = (await sendReport(await as('reporter'))).id;
    expect(await follow('reporter', id)).toBe('own_report');
    expect(await follow('household', flat)).toBe('not_found');
    expect(await follow('resident elsewhere', id)).toBe('not_found');
    expect(await follow('landlord', id)).toBe('not_found');
    await database.sql("update public.reports set status = 'fixed' where id = $1", [id]);
    expect(await follow('neighbour', id)).toBe('finished');
    expect(await count(id)).toBe(1);
  });

  test('a deleted account is removed from the count, and a deleted reporter leaves the case without contact', async () => {
    const id = await common();
    await database.sql(
      "update public.report_details set contact = '900 00 000' where report_id = $1",
      [id],
    );
    await follow('household', id);
    await follow('neighbour', id);
    const remove = (email: string) =>
      database.sql('delete from auth.users where email = $1', [email]);
    await remove(CAST.drobak.household);
    expect(await count(id)).toBe(2);
    await remove(CAST.drobak.resident);
    const details = await database.sql(
      'select reporter_id, contact from public.report_details where report_id = $1',
      [id],
    );
    expect(details).toEqual([{ reporter_id: null, contact: null }]);
    const { data } = await (await as('neighbour')).from('reports').select('number').eq('id', id);
    expect(data).toHaveLength(1);
  });
});

test('my cases are those I reported, also for the consultant who sees all', async () => {
  const db = await as('consultant');
  await sendReport(db, { place_id: YARD, thing: 'greenery' });
  const { data } = await db.rpc('my_reports', { block_id: BLOCK });
  const { count } = await db
    .from('reports')
    .select('*', { count: 'exact', head: true })
    .eq('block_id', BLOCK);
  expect(data!.every(({ thing }) => thing === 'greenery' || thing === 'snow_ice')).toBe(true);
  expect(data!.length).toBeLessThan(count!);
});
