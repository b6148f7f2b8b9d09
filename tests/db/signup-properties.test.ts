import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CAST } from '../support/cast.ts';
import { crowd } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { MAX_PARTY, Model, type When } from '../support/signup-model.ts';
import { makeActivity, startsIn, WRONG } from '../support/signups.ts';

let t: TestDb;
let client: pg.Client;
let people: string[];
let consultantId: string;

beforeAll(async () => {
  t = await testDatabase();
  people = (await crowd(t, 7)).map(({ id }) => id);
  consultantId = (
    await t.sql<{ id: string }>('select id from auth.users where email = $1', [
      CAST.drobak.consultant,
    ])
  )[0]!.id;
  client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client?.end();
  await t?.close();
});

const WAIT: Record<When, string> = { far: '3 days', near: '5 hours', begun: '-10 minutes' };
const who = fc.nat({ max: 6 });
const party = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: MAX_PARTY + 1 }) },
);
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('signUp' as const), who, party }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('accept' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('runOut' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('runJobs' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('setPlaces' as const),
      places: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('setDate' as const),
      when: fc.constantFrom<When>('far', 'near', 'near', 'begun'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stranger' as const), party }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('end' as const), index: fc.nat({ max: 15 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('moveOut' as const), who }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const asPerson = (id: string) =>
  client.query("select set_config('request.jwt.claims', $1, false)", [
    JSON.stringify({ sub: id, role: 'authenticated' }),
  ]);
const answer = async (personId: string, call: string, params: unknown[]) => {
  await asPerson(personId);
  const { rows } = await client.query<{ answer: string }>(`select ${call} as answer`, params);
  return rows[0]!.answer;
};

/** Does the step in both, and compares the answers. */
async function take(one: Step, id: string, model: Model) {
  const sameAnswer = async (work: Promise<string>, expected: string) =>
    expect(await work).toBe(expected);
  switch (one.do) {
    case 'signUp':
      return sameAnswer(
        answer(people[one.who]!, 'public.sign_up($1, $2)', [id, one.party]),
        model.signUp(one.who, one.party),
      );
    case 'leave':
      return sameAnswer(
        answer(people[one.who]!, 'public.cancel_signup($1)', [id]),
        model.leave(one.who),
      );
    case 'accept':
      return sameAnswer(
        answer(people[one.who]!, 'public.accept_offer($1)', [id]),
        model.accept(one.who),
      );
    case 'stranger':
      return sameAnswer(
        answer(
          consultantId,
          "public.sign_up_for($1, gen_random_uuid(), first_name => 'Kari', party_size => $2)",
          [id, one.party],
        ),
        model.signUpStranger(one.party),
      );
    case 'end': {
      const { rows } = await client.query<{ id: string }>(
        'select id from signups where activity_id = $1 order by queue_number offset $2 limit 1',
        [id, one.index],
      );
      return sameAnswer(
        answer(consultantId, 'public.end_signup($1)', [rows[0]?.id ?? crypto.randomUUID()]),
        model.end(model.rows[one.index]),
      );
    }
    case 'moveOut':
      model.moveOut(one.who);
      await client.query('update memberships set ended_at = now() where person_id = $1', [
        people[one.who],
      ]);
      await client.query('update memberships set ended_at = null where person_id = $1', [
        people[one.who],
      ]);
      return;
    case 'runOut':
      model.runOut();
      await client.query(
        `update signups set offer_expires_at = now() - interval '1 second'
         where activity_id = $1 and status = 'offered'`,
        [id],
      );
      return;
    case 'runJobs':
      model.runJobs();
      await client.query('select public.run_activity_jobs()');
      return;
    case 'setPlaces':
      model.setPlaces(one.places);
      await client.query('update activities set capacity = $2 where id = $1', [id, one.places]);
      return;
    case 'setDate':
      model.setDate(one.when);
      await startsIn(t, id, WAIT[one.when]);
  }
}

const ROWS = `
  select s.status, s.party_size as party, (
      select count(*)::int from (
        select e.status is distinct from lag(e.status) over (order by e.id) as is_step from signup_events e where e.signup_id = s.id
      ) e where e.is_step) as steps,
    array(select n.kind::text from notifications n where n.signup_id = s.id and n.kind in ('place_won', 'place_offered')
      order by n.created_at) as told
  from signups s where s.activity_id = $1 order by s.queue_number`;

let steps = 0;

it('any sequence of steps gives the state that the model predicts, and consistent counts', async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 6 }),
    fc.array(step, { minLength: 30, maxLength: 60 }),
    async (places, sequence) => {
      const id = await makeActivity(t, { capacity: places, maxParty: MAX_PARTY });
      const model = new Model(places);
      for (const one of sequence) {
        steps++;
        const before = model.taken();
        await take(one, id, model);
        const { rows } = await client.query(ROWS, [id]);
        expect(rows).toEqual(
          model.rows.map(({ status, party, steps, told }) => ({ status, party, steps, told })),
        );
        expect((await client.query(WRONG, [id])).rows).toEqual([]);
        // Checked without the model: never more than the places, unless places were removed, and then never a further one.
        const taken = sum(rows, 'signed_up') + sum(rows, 'offered');
        expect(taken).toBeLessThanOrEqual(Math.max(model.places, before));
        // Nobody waits who would fit, as long as there is a date left.
        if (model.when !== 'begun')
          for (const { status, party } of rows)
            expect(status === 'waitlisted' && party <= model.places - taken).toBe(false);
      }
      await client.query('delete from activities where id = $1', [id]);
    },
  );
  // A failure prints its seed and path: fc.assert(property, { seed, path }) runs it again.
  await fc.assert(property, { numRuns: 50, interruptAfterTimeLimit: 60_000 });
  expect(steps).toBeGreaterThan(1500);
}, 180_000);

const sum = (rows: { status: string; party: number }[], status: string) =>
  rows.filter((row) => row.status === status).reduce((all, { party }) => all + party, 0);
