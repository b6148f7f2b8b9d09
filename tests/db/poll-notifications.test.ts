import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clock } from '../support/clock.ts';
import { demoId } from '../support/demo.ts';
import { EVERYBODY, followUps, type Who } from '../support/follow-ups.ts';
import { runOut } from '../support/polls.ts';

/** Who is notified of a poll and its follow-up: once, in neutral words, and never who voted, what, or how many. */

let t: Awaited<ReturnType<typeof followUps>>;
let time: Awaited<ReturnType<typeof clock>>;
beforeAll(async () => {
  t = await followUps();
  time = await clock(t);
});
beforeEach(() => time.reset());
afterAll(() => t?.close());

const RESIDENTS = ['household', 'neighbour', 'reporter'];
const receipt = () =>
  Array.from({ length: 16 }, () => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Math.floor(Math.random() * 32)]).join(''); // prettier-ignore

/** An open poll between a proposal and another option. */
const opened = async (more: object = {}) => {
  const id = randomUUID();
  const saved = await t.call('consultant', 'save_poll', {
    id, block_id: t.block, title: 'Hva nå?', decides: 'Dere.', afterwards: 'Vi bestiller.', kind: 'single', rule: 'per_flat',
    winner_count: 1, closes_at: new Date(Date.now() + 3_600_000).toISOString(),
    options: [{ title: 'Noe annet' }, { proposal_id: demoId('drobakgata-1/proposal/dinner') }], ...more,
  }); // prettier-ignore
  expect(saved).toBe('saved');
  expect(await t.call('consultant', 'open_poll', { poll_id: id })).toBe('opened');
  const options = await t.sql<{ id: string }>(
    'select id from public.poll_options where poll_id = $1 order by position',
    [id],
  );
  return { id, other: options[0]!.id, dinner: options[1]!.id };
};
const vote = (who: Who, poll_id: string, option: string) =>
  t.call(who, 'cast_vote', { poll_id, choices: [option], receipt: receipt() });
/** The first request after the end starts the count. */
const count = async (id: string, by: Who = 'neighbour') => {
  await time.set(new Date(Date.now() + 2 * 3_600_000).toISOString());
  await t.sql(
    `begin; alter table public.polls disable trigger polls_freeze;
     update public.polls set closes_at = now() - interval '1 second' where id = '${id}';
     alter table public.polls enable trigger polls_freeze; commit`,
  );
  await t.call(by, 'poll_results', { poll_ids: [id] });
  await time.reset();
  expect((await t.sql('select counted_at from public.polls where id = $1', [id]))[0]).not.toEqual({
    counted_at: null,
  });
};
const kinds = async (id: string, kind: string) =>
  (await t.told(id)).filter((line) => line.startsWith(kind)).map((line) => line.split(' ')[1]);

describe('a poll', () => {
  test('notifies the residents when it opens, and when it is counted, each once', async () => {
    const { id, other } = await opened();
    const told = await t.told(id);
    expect(told.filter((line) => !/ somebody$/.test(line))).toEqual(RESIDENTS.map((who) => `poll_opened ${who}`)); // prettier-ignore
    expect(await vote('reporter', id, other)).toBe('voted');
    expect(await t.told(id)).toEqual(told);
    await count(id);
    await Promise.all([1, 2, 3].map(() => t.call('household', 'poll_results', { poll_ids: [id] })));
    const after = await t.told(id);
    expect(after.filter((line) => /poll_counted (?!somebody)/.test(line))).toEqual(RESIDENTS.map((who) => `poll_counted ${who}`)); // prettier-ignore
    expect(after).toHaveLength(told.length * 2);
  });

  test('that is extended, or stopped, notifies the residents, each once and without the reason', async () => {
    const { id } = await opened();
    const others = async (kind: string) => (await kinds(id, kind)).filter((who) => who !== 'somebody');
    const later = new Date(Date.now() + 7_200_000).toISOString();
    expect(await t.call('consultant', 'extend_poll', { poll_id: id, closes_at: later, reason: 'Heisen står.' })).toBe('extended');
    expect([await others('poll_extended'), await others('poll_stopped')]).toEqual([RESIDENTS, []]);
    expect(await t.call('consultant', 'stop_poll', { poll_id: id, reason: 'Feil sum.' })).toBe('stopped');
    expect([await others('poll_extended'), await others('poll_stopped')]).toEqual([RESIDENTS, RESIDENTS]);
    const rows = await t.sql('select * from public.notifications where poll_id = $1', [id]);
    expect(JSON.stringify(rows)).not.toMatch(/Heisen|Feil sum/);
  }); // prettier-ignore

  test('that was not opened notifies nobody', async () => {
    const id = randomUUID();
    await t.call('consultant', 'save_poll', {
      id, block_id: t.block, title: 'Hva nå?', decides: 'Dere.', afterwards: 'Vi bestiller.', kind: 'yes_no', rule: 'per_flat',
      closes_at: new Date(Date.now() + 3_600_000).toISOString(), options: [],
    }); // prettier-ignore
    await t.call('consultant', 'plan_poll', { poll_id: id });
    expect(await t.told(id)).toEqual([]);
    await t.call('consultant', 'stop_poll', { poll_id: id, reason: 'Ikke nå.' });
    expect(await t.told(id)).toEqual([]);
  });

  test('sends the same notification whoever voted, without choices and numbers', async () => {
    const rowsOf = async (voters: Who[]) => {
      const { id, other } = await opened();
      for (const who of voters) await vote(who, id, other);
      await count(id);
      const rows = await t.sql<Record<string, unknown>>(
        'select * from public.notifications where poll_id = $1',
        [id],
      );
      expect(JSON.stringify(rows)).not.toContain(other);
      return rows
        .map(({ id: _id, created_at, poll_id, subject, ...row }) => ({
          ...row, isTimed: !!created_at, isSubject: subject === poll_id,
        }))
        .map((row) => JSON.stringify(row))
        .toSorted(); // prettier-ignore
    };
    expect(await rowsOf(['reporter', 'neighbour'])).toEqual(await rowsOf([]));
  });

  test('sends notifications that only their receivers read', async () => {
    const { id } = await opened();
    for (const who of EVERYBODY) {
      const { data } = await (await t.as(who)).from('notifications').select('person_id').eq('poll_id', id); // prettier-ignore
      expect(data ?? [], who).toEqual(RESIDENTS.includes(who) ? [{ person_id: await t.idOf(who as 'reporter') }] : []); // prettier-ignore
    }
  });
});

describe('the follow-up', () => {
  const support = async (...people: Who[]) => {
    await t.sql('delete from public.proposal_supporters where proposal_id = $1', [demoId('drobakgata-1/proposal/dinner')]); // prettier-ignore
    for (const who of people)
      expect(await t.call(who, 'support_proposal', { proposal_id: demoId('drobakgata-1/proposal/dinner') })).toBe('supported'); // prettier-ignore
  };

  test('notifies those who supported the winning proposal, once for each update', async () => {
    await support('reporter', 'neighbour');
    const { id, dinner } = await opened();
    await vote('reporter', id, dinner);
    await count(id);
    const key = { id: randomUUID() };
    await Promise.all([1, 2].map(() => t.say('consultant', id, key)));
    expect(await kinds(id, 'follow_up_changed')).toEqual(['neighbour', 'reporter']);
    await t.say('consultant', id, { status: 'done' });
    expect(await kinds(id, 'follow_up_changed')).toEqual(['neighbour', 'neighbour', 'reporter', 'reporter']); // prettier-ignore
  });

  test('notifies nobody when another option won', async () => {
    await support('reporter', 'neighbour');
    const { id, other } = await opened();
    await vote('reporter', id, other);
    await count(id);
    await t.say('consultant', id);
    expect(await kinds(id, 'follow_up_changed')).toEqual([]);
  });

  test('does not notify people who have moved out', async () => {
    await support('reporter', 'neighbour');
    const { id, dinner } = await opened();
    await vote('reporter', id, dinner);
    await count(id);
    const person = await t.idOf('neighbour');
    await t.sql('update public.memberships set ended_at = now() where person_id = $1', [person]);
    await t.say('consultant', id);
    await t.sql('update public.memberships set ended_at = null where person_id = $1', [person]);
    expect(await kinds(id, 'follow_up_changed')).toEqual(['reporter']);
  });

  test('notifies nobody of a refused update', async () => {
    await support('reporter');
    const { id, dinner } = await opened();
    await vote('reporter', id, dinner);
    await count(id);
    expect(await t.say('consultant', id, { next_on: null })).toBe('next_missing');
    expect(await kinds(id, 'follow_up_changed')).toEqual([]);
  });
});

describe('a follow-up of the landlord', () => {
  const given = (id: string) => kinds(id, 'follow_up_given');

  test('notifies the landlord’s people each time it is handed over, and nobody else', async () => {
    const id = await t.counted({ status: 'work' });
    const key = { id: randomUUID(), owner: 'landlord', delayed_because: 'Is.' };
    await Promise.all([1, 2, 3].map(() => t.say('consultant', id, key)));
    expect(await given(id)).toEqual(['landlord']);
    await t.say('consultant', id, { owner: 'landlord' });
    await t.say('landlord', id);
    expect(await given(id)).toEqual(['landlord']);
    await t.say('consultant', id, { owner: 'consultant' });
    expect(await given(id)).toEqual(['landlord']);
    await t.say('consultant', id, { owner: 'landlord' });
    expect(await given(id)).toEqual(['landlord', 'landlord']);
  });

  test('notifies when it is resumed, and not when it is handed over as done', async () => {
    const id = await t.counted({ status: 'work' });
    await t.say('consultant', id, { owner: 'landlord', status: 'done' });
    expect(await given(id)).toEqual([]);
    await t.say('consultant', id, { is_reopened: true });
    expect(await given(id)).toEqual(['landlord']);
  });

  test('is not handed over by a refused update', async () => {
    const id = await t.counted();
    expect(await t.say('consultant', id, { owner: 'landlord', next_on: null })).toBe('next_missing');
    expect(await given(id)).toEqual([]);
  });

  test.each(['landlord', 'consultant'])('with a decision promised by the %s is notified at the count, and not before', async (owner) => {
    const { id, other } = await opened({ phases: [{ phase: 'decision', owner, ends_on: t.day(30) }] });
    await vote('reporter', id, other);
    expect(await given(id)).toEqual([]);
    await count(id);
    expect(await given(id)).toEqual(owner === 'landlord' ? ['landlord'] : []);
  });

  test('after a poll with paper ballots is notified when these are counted', async () => {
    const { id, other } = await opened({ phases: [{ phase: 'decision', owner: 'landlord', ends_on: t.day(30) }] });
    const [flat] = (await t.call('consultant', 'paper_electors', { poll_id: id })) as unknown as { elector_id: string }[];
    expect(await t.call('consultant', 'mark_paper_vote', { poll_id: id, elector_id: flat!.elector_id })).toBe('marked');
    await runOut(t, id);
    await t.call('neighbour', 'poll_results', { poll_ids: [id] });
    expect(await given(id)).toEqual([]);
    expect(await t.call('consultant', 'count_paper_votes', { poll_id: id, ballots: [[other]] })).toBe('counted');
    expect(await given(id)).toEqual(['landlord']);
  });

  test('is notified to a landlord who lives nowhere in the building', async () => {
    const id = await t.counted();
    await t.say('consultant', id, { owner: 'landlord' });
    const [answer] = await t.sql<{ may: boolean }>(
      `select private.may_be_told(n) as may from public.notifications n where n.poll_id = $1 and n.kind = 'follow_up_given'`,
      [id],
    );
    expect(answer).toEqual({ may: true });
  });
}); // prettier-ignore

describe('an overdue follow-up', () => {
  const run = async () => {
    const { data, error } = await t.service().rpc('run_follow_up_jobs');
    if (error) throw error;
    return (data as { late_follow_ups: number }).late_follow_ups;
  };
  const late = (id: string) => kinds(id, 'follow_up_late');
  beforeEach(() =>
    t.sql(
      "update public.follow_ups set next_on = null, status = 'done', body = 'Ferdig.', closed_at = now()",
    ),
  );

  test('sends a reminder to the consultants of the building, or to the landlord’s people', async () => {
    const [ours, theirs] = [await t.counted({ days: -1 }), await t.counted({ days: -1, owner: 'landlord' })]; // prettier-ignore
    expect(await run()).toBe(2);
    expect(await late(ours)).toEqual(['consultant']);
    expect(await late(theirs)).toEqual(['landlord']);
  });

  test('is overdue from the day after, in Oslo', async () => {
    const id = await t.counted();
    await t.sql("update public.follow_ups set next_on = '2027-06-10' where poll_id = $1", [id]);
    await time.set('2027-06-10T23:59:00+02:00');
    expect(await run()).toBe(0);
    await time.set('2027-06-11T00:01:00+02:00');
    expect(await run()).toBe(1);
  });

  test('is never one that is done or declined', async () => {
    for (const status of ['done', 'declined']) await t.counted({ status, days: -9 });
    expect(await run()).toBe(0);
  });

  test('sends a reminder once in seven days, also with four servers at once', async () => {
    const id = await t.counted({ days: -1 });
    const answers = await Promise.all([run(), run(), run(), run()]);
    expect(answers.reduce((sum, one) => sum + one)).toBe(1);
    expect(await late(id)).toEqual(['consultant']);
    const from = Date.now();
    const after = (hours: number) => time.set(new Date(from + hours * 3_600_000).toISOString());
    await after(7 * 24 - 1);
    expect(await run()).toBe(0);
    await after(7 * 24 + 1);
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    expect(await late(id)).toEqual(['consultant', 'consultant']);
  });

  test('whose day is moved with a reason is overdue again only after the new day', async () => {
    const id = await t.counted({ days: -1 });
    expect(await run()).toBe(1);
    expect(await t.say('consultant', id, { next_on: t.day(10), delayed_because: 'Is.' })).toBe('updated'); // prettier-ignore
    await time.set(`${t.day(9)}T12:00:00+01:00`);
    expect(await run()).toBe(0);
    await time.set(`${t.day(11)}T12:00:00+01:00`);
    expect(await run()).toBe(1);
    expect(await late(id)).toEqual(['consultant', 'consultant']);
  });

  test('sends reminders for many at once, and to nobody else', async () => {
    const ids = [];
    for (let n = 0; n < 5; n++) ids.push(await t.counted({ days: -n - 1 }));
    expect(await run()).toBe(5);
    for (const id of ids) expect(await t.told(id)).toEqual(expect.arrayContaining(['follow_up_late consultant'])); // prettier-ignore
    expect((await t.told(ids[0]!)).filter((line) => /late/.test(line))).toEqual(['follow_up_late consultant']); // prettier-ignore
  });

  test('only the server runs the jobs', async () => {
    const id = await t.counted({ days: -1 });
    for (const who of EVERYBODY)
      expect(await t.call(who, 'run_follow_up_jobs', {}), who).toBe('42501');
    expect(await late(id)).toEqual([]);
  });
});
