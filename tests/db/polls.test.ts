import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { phaseRows } from '../../src/domains/polls/desk/phase-rows.ts';
import { fieldOf, setupForm } from '../../src/domains/polls/desk/setup.ts';
import { savePoll } from '../../src/domains/polls/desk/setup.server.ts';
import { findPoll } from '../../src/domains/polls/polls.server.ts';
import { hasFewVoters } from '../../src/domains/polls/vote/vote.server.ts';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { building } from '../support/electorate.ts';
import {
  ask,
  close,
  draft,
  inDays,
  KINDS,
  openVote,
  optionsOf,
  runOut,
  savedVote,
  titles,
} from '../support/polls.ts';

/** Setting up a poll, and what can happen to it as a whole: planned, opened, extended, stopped. */

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const block = demoId('drobakgata-1');
const dayIn = (days: number) => inDays(days).slice(0, 10);
const desk = () => at.as(drobak.consultant);
const rowOf = async (id: string) =>
  (await at.sql('select * from public.polls where id = $1', [id]))[0];
const whole = async (id: string) => [
  await rowOf(id),
  await at.sql('select * from public.poll_options where poll_id = $1 order by position', [id]),
  await at.sql('select * from public.poll_phases where poll_id = $1 order by phase', [id]),
];
const decide = async (name: string, poll_id: string, more = {}) =>
  ask(await desk(), name, { poll_id, ...more });

describe('an option in free text', () => {
  const dinner = demoId('drobakgata-1/proposal/dinner'); // Felles middag en fredag i måneden
  const yoga = demoId('drobakgata-1/proposal/dinner-2');
  const save = (options: object[]) => {
    const sent = draft({ options });
    return desk().then(async (db) => ({ sent, answer: await ask(db, 'save_poll', sent) }));
  };

  test.each([
    'Felles middag en fredag i måneden',
    'FELLES MIDDAG EN FREDAG I MÅNEDEN',
    '  felles   middag\u00a0en\u2009fredag i måneden ',
    'Felles middag en fredag i ma\u030aneden',
    'Fel\u00adles mid\u200bdag en fredag i måneden',
    '\uff26elles middag en fredag i måneden',
  ])('that reads like an included proposal (%j) is refused, whichever comes first', async (title) => {
    for (const options of [[{ proposal_id: dinner }, { title }], [{ title }, { proposal_id: dinner }]]) {
      const { sent, answer } = await save([...options, { title: 'Grill' }]);
      expect(answer).toBe('23514');
      expect(await rowOf(sent.id)).toBeUndefined();
    }
  }); // prettier-ignore

  test('that reads like another in free text is refused, and the stored ones stay', async () => {
    const { id, sent } = await savedVote(at);
    const before = await whole(id);
    const twice = { ...sent, options: [{ title: 'Grill' }, { title: 'Benk' }, { title: 'GRILL ' }] };
    expect(await ask(await desk(), 'save_poll', twice)).toBe('23514');
    expect(await whole(id)).toEqual(before);
  }); // prettier-ignore

  test('that says more is accepted, and so is a duplicate in a yes-or-no poll', async () => {
    const more = [{ proposal_id: dinner }, { title: 'Felles middag en fredag i måneden, med dans' }];
    expect((await save(more)).answer).toBe('saved');
    const { answer } = await save([{ proposal_id: dinner }, { title: 'Felles middag' }]);
    expect(answer).toBe('saved');
    expect((await savedVote(at, { ...KINDS.yes_no, options: [{ title: 'Ja' }] })).options).toHaveLength(3);
  }); // prettier-ignore

  test('two proposals with the same text may be included together', async () => {
    await at.sql(
      `insert into public.proposals select (jsonb_populate_record(p, jsonb_build_object('id', $2::uuid))).*
       from public.proposals p where p.id = $1`,
      [dinner, yoga],
    );
    expect((await save([{ proposal_id: dinner }, { proposal_id: yoga }])).answer).toBe('saved');
  });
});

describe('the days of the phases', () => {
  const save = async (ends_on: string, phase = 'work', more = {}) => {
    const sent = draft({ phases: [{ phase, owner: 'landlord', ends_on }], ...more });
    return { sent, answer: await ask(await desk(), 'save_poll', sent) };
  };
  const daysOfYears = (years: number, days: number) => {
    const at = new Date(`${dayIn(0)}T12:00:00Z`);
    at.setUTCFullYear(at.getUTCFullYear() + years);
    return new Date(at.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  };

  test.each([
    ['1900-01-01', 'work'],
    ['9999-12-31', 'work'],
    ['9999-12-31', 'vote'],
    [daysOfYears(-1, -3), 'ideas'],
    [daysOfYears(5, 3), 'done'],
  ])('%s is not allowed for the phase %s, and nothing is stored', async (day, phase) => {
    const { sent, answer } = await save(day, phase);
    expect(answer).toBe('23514');
    expect(await rowOf(sent.id)).toBeUndefined();
  });

  test.each([daysOfYears(-1, 3), dayIn(0), daysOfYears(5, -3)])('%s is allowed', async (day) => {
    const { sent, answer } = await save(day);
    expect(answer).toBe('saved');
    const wrong = { ...sent, title: 'Ny', phases: [{ phase: 'work', owner: 'landlord', ends_on: '9999-12-31' }] };
    expect(await ask(await desk(), 'save_poll', wrong)).toBe('23514');
    expect(await whole(sent.id)).toMatchObject([{ title: sent.title }, [{}, {}], [{}]]);
  }); // prettier-ignore

  test('count from when the poll was made, not from when it is changed', async () => {
    const { sent } = await save(daysOfYears(-1, 3));
    await at.sql("update public.polls set created_at = now() - interval '2 years' where id = $1", [sent.id]); // prettier-ignore
    const older = { ...sent, phases: [{ phase: 'ideas', owner: 'residents', ends_on: daysOfYears(-3, 3) }] }; // prettier-ignore
    expect(await ask(await desk(), 'save_poll', older)).toBe('saved');
  });

  test('the form names the phase that is out of range, including the closing day, and the duplicate option', async () => {
    const blockId = demoId('drobakgata-1');
    const input = (days: Partial<Record<string, string>>, closesOn = dayIn(7)) =>
      setupForm.parse({
        id: randomUUID(), title: 'Hva?', kind: 'yes_no', decides: 'Dere.', afterwards: 'Alt.', rule: 'per_flat', list: 'kept',
        closesOn, closesAt: '20:00', chosen: [], proposalId: [], proposalCost: [], optionTitle: [], optionBody: [], optionCost: [],
        phase: [...phaseRows], phaseOwner: phaseRows.map(() => 'landlord'), phaseEndsOn: phaseRows.map((phase) => days[phase] ?? ''),
      });
    const told = async (form: ReturnType<typeof input>) => {
      const saved = await savePoll(await desk(), blockId, form);
      return 'part' in saved ? [saved.outcome, fieldOf(saved, form)] : saved.outcome;
    };
    expect(await told(input({ ideas: '1900-01-01' }))).toEqual(['out_of_reach', 'phaseEndsOn']);
    expect(await told(input({ done: '9999-01-01' }))).toEqual(['out_of_reach', 'phaseEndsOn-5']);
    const far = daysOfYears(6, 0);
    expect(await told(input({}, far))).toEqual(['out_of_reach', 'closesOn']);
    expect(await told(input({ questions: dayIn(5), decision: far }, far))).toEqual(['out_of_reach', 'closesOn']);
    expect(await told(input({ done: dayIn(700) }))).toBe('saved');
    const taken = demoId('drobakgata-1/proposal/dinner');
    const twin = {
      ...input({}), kind: 'single' as const, chosen: [taken], proposalId: [taken], proposalCost: [''],
      optionTitle: ['Grill', '', 'felles middag  en fredag i måneden'], optionBody: [null, null, null], optionCost: ['', '', ''],
    };
    expect(await told(twin)).toEqual(['same_title', 'optionTitle-2']);
  }); // prettier-ignore
});

describe('a draft', () => {
  const outsiders = [
    ...[drobak.resident, drobak.neighbour, landlord, admin],
    ...Object.values(stovner),
  ] as Email[];

  test.each(outsiders)('is made by the consultant, not by %s', async (who) => {
    const sent = draft();
    expect(await ask(await at.as(who), 'save_poll', sent)).toBe('42501');
    expect(await rowOf(sent.id)).toBeUndefined();
  });

  test('is seen only by the consultant; once planned it is seen by those who live or work there', async () => {
    const phases = [{ phase: 'vote', owner: 'residents', ends_on: dayIn(400) }];
    const { id } = await savedVote(at, { phases });
    const sees = async (who: Email) => {
      const db = await at.as(who);
      const { data } = await db.from('polls').select('id').eq('id', id);
      for (const [table, rows] of [
        ['poll_options', 2],
        ['poll_phases', 1],
      ] as const) {
        const part = await db.from(table).select('poll_id').eq('poll_id', id);
        expect(part.data, `${who} ${table}`).toHaveLength(data!.length ? rows : 0);
      }
      return data!.length;
    };
    expect(await sees(drobak.consultant)).toBe(1);
    for (const who of outsiders) expect(await sees(who), who).toBe(0);
    expect(await decide('plan_poll', id)).toBe('planned');
    for (const who of [...Object.values(drobak), landlord] as Email[])
      expect(await sees(who), who).toBe(1);
    for (const who of [...Object.values(stovner), admin] as Email[])
      expect(await sees(who), who).toBe(0);
  });

  test('takes its text from approved proposals of the same building only', async () => {
    const dinner = demoId('drobakgata-1/proposal/dinner');
    const good = await savedVote(at, {
      options: [{ proposal_id: dinner, cost_nok: 5000, title: 'Løgn' }, { title: 'Grill' }],
    });
    expect((await whole(good.id))[1]).toMatchObject([
      { title: 'Felles middag en fredag i måneden', proposal_id: dinner, cost_nok: 5000 },
      { title: 'Grill' },
    ]);
    for (const other of ['drobakgata-1/proposal/homework', 'stovner-senter/proposal/raised-beds']) {
      const bad = draft({ options: [{ proposal_id: demoId(other) }, { title: 'Grill' }] });
      expect(await ask(await desk(), 'save_poll', bad), other).not.toBe('saved');
      expect(await rowOf(bad.id)).toBeUndefined();
    }
  });

  test('is replaced as a whole with the same key, also when it is planned, until it opens', async () => {
    const { id, sent } = await savedVote(at, {
      phases: [{ phase: 'work', owner: 'landlord', ends_on: dayIn(400) }],
    });
    const changed = {
      ...sent,
      ...KINDS.multiple,
      title: 'Ny tittel',
      phases: [{ phase: 'decision', owner: 'consultant', ends_on: dayIn(430) }],
    };
    expect(await decide('plan_poll', id)).toBe('planned');
    expect(await ask(await desk(), 'save_poll', changed)).toBe('saved');
    expect(await whole(id)).toMatchObject([
      { title: 'Ny tittel', status: 'planned', kind: 'multiple', max_choices: 2, winner_count: 2 },
      [{}, {}, {}, {}],
      [{ phase: 'decision', owner: 'consultant' }],
    ]);
    expect(await decide('open_poll', id)).toBe('opened');
    const before = await whole(id);
    expect(await ask(await desk(), 'save_poll', sent)).toBe('not_draft');
    expect(await whole(id)).toEqual(before);
  });

  test('of another building keeps its text when somebody knows its key', async () => {
    const { id, sent } = await savedVote(at);
    const before = await whole(id);
    const other = await at.as(stovner.consultant);
    for (const block_id of [block, demoId('stovner-senter')])
      expect(await ask(other, 'save_poll', { ...sent, block_id, title: 'Kapret' })).not.toBe(
        'saved',
      );
    expect(await whole(id)).toEqual(before);
  });

  test('with yes or no has its own three options, whatever is sent', async () => {
    const { id } = await savedVote(at, { ...KINDS.yes_no, options: titles(5) });
    const [, options] = await whole(id);
    expect(options).toMatchObject([{ stance: 'yes' }, { stance: 'no' }, { stance: 'abstain' }]);
  });

  test.each([
    ['21 options', { options: titles(21) }],
    ['a choice of one', { ...KINDS.multiple, max_choices: 1 }],
    ['a choice of 21', { ...KINDS.multiple, max_choices: 21 }],
    ['several, and not how many', { ...KINDS.multiple, max_choices: null }],
    ['one, and how many may be chosen', { max_choices: 2 }],
    ['two winners of one choice', { winner_count: 2 }],
    ['no winner', { ...KINDS.multiple, winner_count: 0 }],
    ['a winner of yes or no', { ...KINDS.yes_no, winner_count: 1 }],
    ['a budget without a sum', { ...KINDS.budget, budget_nok: null }],
    ['a budget of nothing', { ...KINDS.budget, budget_nok: 0 }],
    ['a person without an age', { rule: 'per_person' }],
    ['an age of 16', { rule: 'per_person', min_age: 16 }],
    ['an age of a flat', { min_age: 18 }],
    ['a blank title', { title: ' ' }],
    ['a negative cost', { options: titles(2, [-1, 0]) }],
  ])('with %s is refused as a whole', async (_what, more) => {
    const sent = draft(more);
    expect(await ask(await desk(), 'save_poll', sent)).toBe('23514');
    expect(await rowOf(sent.id)).toBeUndefined();
  });

  test.each([
    [13, 20],
    [18, 2],
  ])('per person from %i years and with %i options is accepted', async (min_age, count) => {
    expect(
      await savedVote(at, { rule: 'per_person', min_age, options: titles(count) }),
    ).toBeDefined();
  });
});

describe('opening', () => {
  const status = async (id: string) => (await rowOf(id))!['status'];

  test.each([
    ['one option', { options: titles(1) }, 'too_few_options'],
    ['none', { options: [] }, 'too_few_options'],
    ['fewer than may be chosen', { ...KINDS.multiple, max_choices: 5 }, 'too_few_options'],
    [
      'a budget with an option without cost',
      { ...KINDS.budget, options: titles(3, [5, 6]) },
      'cost_missing',
    ],
  ] as const)('with %s is refused, and planning too', async (_what, more, answer) => {
    const { id } = await savedVote(at, more);
    const before = await whole(id);
    expect(await decide('plan_poll', id)).toBe(answer);
    expect(await decide('open_poll', id)).toBe(answer);
    expect(await whole(id)).toEqual(before);
  });

  test('after its own end, before the check, or for nobody is refused', async () => {
    const past = await savedVote(at, { closes_at: new Date(Date.now() - 1000).toISOString() });
    expect(await decide('open_poll', past.id)).toBe('closes_too_early');

    const bench = demoId('drobakgata-1/proposal/flowers');
    await at.sql(
      `update public.proposals set is_possible = null, checked_at = null, checked_by_role = null, check_reason = null, cost_nok = null
       where id = $1`,
      [bench],
    );
    const unchecked = await savedVote(at, {
      options: [{ proposal_id: bench }, { title: 'Grill' }],
    });
    expect(await decide('open_poll', unchecked.id)).toBe('not_checked');

    const empty = await building(at, 0);
    const alone = await savedVote(at, { block_id: empty.id });
    expect(await decide('open_poll', alone.id)).toBe('nobody_entitled');
    for (const { id } of [past, unchecked, alone]) expect(await status(id)).toBe('draft');
    const electors = await at.sql('select from private.electors where poll_id = any ($1)', [
      [past.id, unchecked.id, alone.id],
    ]);
    expect(electors).toEqual([]);
  });

  test('with a proposal that Boligbygg has refused is refused, and allowed after its approval', async () => {
    const idea = demoId('drobakgata-1/proposal/flowers');
    const { id } = await savedVote(at, { options: [{ proposal_id: idea }, { title: 'Grill' }] });
    const check = (verdict: boolean) =>
      at.sql(
        `update public.proposals set is_possible = $2, checked_at = now(), checked_by_role = 'landlord', check_reason = 'Nei.', cost_nok = null
         where id = $1`,
        [idea, verdict],
      );
    await check(false);
    expect(await decide('open_poll', id)).toBe('not_checked');
    await check(true);
    expect(await decide('open_poll', id)).toBe('opened');
  });

  test('with a proposal that was hidden meanwhile is refused, and opened when it is shown again', async () => {
    const idea = demoId('drobakgata-1/proposal/flowers');
    const { id } = await savedVote(at, { options: [{ proposal_id: idea }, { title: 'Grill' }] });
    const hide = (by: 'flags' | null) =>
      at.sql(
        `update public.proposals set is_possible = true, checked_at = now(), checked_by_role = 'landlord',
           hidden_at = case when $2::text is not null then now() end, hidden_by = $2::public.hidden_by
         where id = $1`,
        [idea, by],
      );
    await hide('flags');
    expect(await decide('open_poll', id)).toBe('not_checked');
    await hide(null);
    expect(await decide('open_poll', id)).toBe('opened');
  });

  test('records every flat, or everybody who lives there now, and how many', async () => {
    const { id: house } = await building(at, 3, 2);
    const flats = await openVote(at, { block_id: house });
    const people = await openVote(at, { block_id: house, rule: 'per_person', min_age: 18 });
    expect(await rowOf(flats.id)).toMatchObject({ entitled: 3, status: 'open' });
    expect(await rowOf(people.id)).toMatchObject({ entitled: 6 });
    const [moves] = await at.sql<{ id: string }>(
      `update public.memberships set ended_at = now() where block_id = $1 and role = 'resident'
       and id = (select id from public.memberships where block_id = $1 and role = 'resident' limit 1) returning id`,
      [house],
    );
    expect(moves).toBeDefined();
    const counted = await at.sql<{ poll_id: string; n: number }>(
      'select poll_id, count(*)::int as n from private.electors where poll_id = any ($1) group by 1',
      [[flats.id, people.id]],
    );
    expect(new Map(counted.map(({ poll_id, n }) => [poll_id, n]))).toEqual(
      new Map([
        [flats.id, 3],
        [people.id, 6],
      ]),
    );
  });

  test('includes an option that is written at the same instant, or not at all', async () => {
    for (let round = 0; round < 4; round++) {
      const { id } = await savedVote(at);
      const extra = { poll_id: id, block_id: block, position: 3, title: 'Sen' };
      const [opened, added] = await Promise.all([
        decide('open_poll', id),
        (await desk()).from('poll_options').insert(extra),
      ]);
      expect(opened).toBe('opened');
      expect(await optionsOf(at, id)).toHaveLength(added.error ? 2 : 3);
    }
  });

  test('keeps the whole of a draft that is saved at the same instant, the old or the new', async () => {
    for (let round = 0; round < 4; round++) {
      const { id, sent } = await savedVote(at);
      const [opened, saved] = await Promise.all([
        decide('open_poll', id),
        ask(await desk(), 'save_poll', { ...sent, title: 'Ny', options: titles(3) }),
      ]);
      expect(opened).toBe('opened');
      expect((await whole(id)).slice(0, 2)).toMatchObject(
        saved === 'saved' ? [{ title: 'Ny' }, [{}, {}, {}]] : [{ title: sent.title }, [{}, {}]],
      );
    }
  });
});

describe('before it opens, whether fewer than ten could vote', () => {
  const people = ['resident', 'neighbour', 'consultant'] as const;
  const few = async (who: Email, poll_id: string) => ask(await at.as(who), 'has_few_voters', { poll_id }); // prettier-ignore
  const perPerson = { rule: 'per_person', min_age: 13 } as const;

  test('is answered yes or no: for the consultant of a draft, for those who see it once it is planned, for nobody afterwards', async () => {
    const { id } = await savedVote(at, perPerson);
    const all = Object.values(CAST.drobak) as Email[];
    const strangers = [...Object.values(stovner), admin] as Email[];
    for (const who of [...all, landlord, ...strangers])
      expect(await few(who, id), who).toBe(who === drobak.consultant ? true : null);
    expect(await decide('plan_poll', id)).toBe('planned');
    for (const who of [...all, landlord]) expect(await few(who, id), who).toBe(true);
    for (const who of strangers) expect(await few(who, id), who).toBeNull();
    expect(await decide('open_poll', id)).toBe('opened');
    expect((await rowOf(id))!['entitled']).toBeLessThan(10);
    for (const name of people) expect(await few(drobak[name], id), name).toBeNull();
    expect(await ask(at.service(), 'has_few_voters', { poll_id: id })).toBe('42501');
  });

  test.each([
    ['nine people', 9, perPerson, true],
    ['ten people', 10, perPerson, false],
    ['nine flats', 9, {}, true],
    ['ten flats', 10, {}, false],
  ])('%s', async (_what, size, rule, expected) => {
    const { id: house } = await building(at, size);
    const { id } = await savedVote(at, { block_id: house, ...rule });
    expect(await few(drobak.consultant, id)).toBe(expected);
    expect(await decide('open_poll', id)).toBe('opened');
    expect((await rowOf(id))!['entitled']).toBe(size);
  });

  test('follows who moves in, and is shown on the page of the poll', async () => {
    const { id: house, voters } = await building(at, 10);
    const { id } = await savedVote(at, { block_id: house, ...perPerson });
    const page = async () => hasFewVoters(await desk(), (await findPoll(await desk(), house, id, new Date()))!);
    expect(await page()).toBe(false);
    await at.sql('update public.memberships set ended_at = now() where person_id = $1 and block_id = $2', [voters[0]!.id, house]);
    expect(await page()).toBe(true);
    expect(await decide('open_poll', id)).toBe('opened');
    expect(await page()).toBe(true);
  }); // prettier-ignore
});

describe('a poll that has opened stays as it was:', () => {
  const phases = [{ phase: 'decision', owner: 'landlord', ends_on: dayIn(400) }];

  test('the consultant changes nothing of it, neither by the functions nor by the tables', async () => {
    const { id, sent, options } = await openVote(at, { phases });
    const before = await whole(id);
    const db = await desk();
    expect(await ask(db, 'save_poll', { ...sent, title: 'Annet' })).toBe('not_draft');
    expect(await decide('plan_poll', id)).toBe('not_draft');
    expect(await decide('open_poll', id)).toBe('not_draft');
    const tries = [
      db.from('polls').update({ title: 'Annet' }).eq('id', id),
      db.from('polls').update({ rule: 'per_person', min_age: 13 }).eq('id', id),
      db
        .from('polls')
        .update({ status: 'draft' } as never)
        .eq('id', id),
      db
        .from('polls')
        .update({ counted_at: inDays(0) } as never)
        .eq('id', id),
      db.from('polls').delete().eq('id', id),
      db.from('poll_options').insert({ poll_id: id, block_id: block, position: 3, title: 'Sen' }),
      db.from('poll_options').delete().eq('id', options[0]!),
      db
        .from('poll_options')
        .update({ title: 'Annet' } as never)
        .eq('id', options[0]!),
      db.from('poll_phases').delete().eq('poll_id', id),
      db
        .from('poll_phases')
        .update({ owner: 'residents' } as never)
        .eq('poll_id', id),
      db.from('poll_phases').insert({
        poll_id: id,
        block_id: block,
        phase: 'done',
        owner: 'residents',
        ends_on: dayIn(700),
      }),
    ];
    for (const one of tries) await one;
    expect(await whole(id)).toEqual(before);
  });

  test('the owner of the tables changes nothing of it either', async () => {
    const { id } = await openVote(at, { phases });
    const before = await whole(id);
    for (const change of [
      "update public.polls set closes_at = closes_at + interval '1 day' where id = $1",
      "update public.polls set closes_at = closes_at - interval '1 day' where id = $1",
      "update public.polls set rule = 'per_person', min_age = 13 where id = $1",
      "update public.polls set kind = 'multiple', max_choices = 2 where id = $1",
      "update public.polls set title = 'Annet' where id = $1",
      'update public.polls set is_list_published = false where id = $1',
      'update public.polls set entitled = 3 where id = $1',
      "update public.polls set status = 'draft', opened_at = null, entitled = null where id = $1",
      "update public.polls set status = 'planned', opened_at = null, entitled = null where id = $1",
      "update public.poll_options set title = 'Annet' where poll_id = $1",
      'update public.poll_options set cost_nok = 1 where poll_id = $1',
      'delete from public.poll_options where poll_id = $1',
      "insert into public.poll_options (poll_id, block_id, position, title) select id, block_id, 9, 'Sen' from public.polls where id = $1",
      "update public.poll_phases set owner = 'residents' where poll_id = $1",
      'delete from public.poll_phases where poll_id = $1',
      "insert into public.poll_phases select id, block_id, 'done', 'residents', current_date + 700 from public.polls where id = $1",
    ])
      await expect(at.sql(change, [id]), change).rejects.toThrow(
        'a vote that has opened does not change',
      );
    expect(await whole(id)).toEqual(before);
  });

  test.each(['closed', 'stopped'])('and it stays %s', async (end) => {
    const { id } = await openVote(at);
    if (end === 'closed') await close(at, id);
    else await decide('stop_poll', id, { reason: 'Feil' });
    const before = await whole(id);
    for (const change of [
      "status = 'open', closed_at = null, counted_at = null, stopped_at = null, stop_reason = null",
      "status = 'stopped', stopped_at = now(), stop_reason = 'x', closed_at = null, counted_at = null",
      "closes_at = now() + interval '1 day'",
      "stop_reason = 'Annet', stopped_at = now()",
      "extended_at = now(), extension_reason = 'x', first_closes_at = closes_at, closes_at = now() + interval '1 day'",
      'counted_at = null',
      "counted_at = now() + interval '1 hour'",
    ])
      await at
        .sql(`update public.polls set ${change} where id = $1`, [id])
        .catch((error: unknown) => error);
    expect(await whole(id)).toEqual(before);
  });
});

describe('extending', () => {
  test('is done once, to a later time, with a reason that everybody sees', async () => {
    const { id, sent } = await openVote(at);
    const later = inDays(14);
    const before = await rowOf(id);
    expect(await decide('extend_poll', id, { closes_at: later, reason: ' ' })).toBe(
      'reason_missing',
    );
    for (const early of [inDays(6), sent.closes_at])
      expect(await decide('extend_poll', id, { closes_at: early, reason: 'x' })).toBe('too_early');
    expect(await decide('extend_poll', id, { closes_at: inDays(68), reason: 'x' })).toBe(
      'too_late',
    );
    expect(await rowOf(id)).toEqual(before);
    expect(await decide('extend_poll', id, { closes_at: later, reason: ' Ferie ' })).toBe(
      'extended',
    );
    const row = await rowOf(id);
    expect(row).toMatchObject({
      closes_at: new Date(later),
      first_closes_at: new Date(sent.closes_at),
      extension_reason: 'Ferie',
      status: 'open',
    });
    expect(await decide('extend_poll', id, { closes_at: inDays(20), reason: 'Igjen' })).toBe(
      'already_extended',
    );
    expect(await rowOf(id)).toEqual(row);
    const { data } = await (
      await at.as(drobak.neighbour)
    )
      .from('polls')
      .select('extension_reason')
      .eq('id', id);
    expect(data).toEqual([{ extension_reason: 'Ferie' }]);
  });

  test('is too late once the time is out, counted or not', async () => {
    const { id } = await openVote(at);
    await runOut(at, id);
    const before = await rowOf(id);
    expect(await decide('extend_poll', id, { closes_at: inDays(9), reason: 'x' })).toBe('not_open');
    expect(await rowOf(id)).toEqual(before);
    await close(at, id);
    expect(await decide('extend_poll', id, { closes_at: inDays(9), reason: 'x' })).toBe('not_open');
  });
});

describe('stopping', () => {
  test('needs a reason that everybody sees, and destroys the ballots for good', async () => {
    const { id, options } = await openVote(at);
    await ask(await at.as(drobak.resident), 'cast_vote', {
      poll_id: id,
      choices: [options[0]],
      receipt: 'ABCD-EFGH-JKMN-PQRS',
    });
    const before = await rowOf(id);
    expect(await decide('stop_poll', id, { reason: ' ' })).toBe('reason_missing');
    expect(await rowOf(id)).toEqual(before);
    expect(await decide('stop_poll', id, { reason: ' Feil pris ' })).toBe('stopped');
    expect(await rowOf(id)).toMatchObject({ status: 'stopped', stop_reason: 'Feil pris' });
    expect(await at.sql('select from private.ballots_in($1)', [id])).toEqual([]);
    const db = await at.as(drobak.neighbour);
    expect(await ask(db, 'poll_results', { poll_ids: [id] })).toEqual([]);
    expect(await ask(db, 'poll_ballots', { poll_id: id })).toEqual([]);
    const { data } = await db.from('polls').select('stop_reason').eq('id', id);
    expect(data).toEqual([{ stop_reason: 'Feil pris' }]);
    expect(await decide('stop_poll', id, { reason: 'Igjen' })).toBe('not_open');
  });

  test('applies to a planned poll too; a draft, and one whose time is out, cannot be stopped', async () => {
    const planned = await savedVote(at);
    await decide('plan_poll', planned.id);
    expect(await decide('stop_poll', planned.id, { reason: 'Feil' })).toBe('stopped');
    expect(await decide('open_poll', planned.id)).toBe('not_draft');
    const waiting = await savedVote(at);
    expect(await decide('stop_poll', waiting.id, { reason: 'Feil' })).toBe('not_open');
    const over = await openVote(at);
    await runOut(at, over.id);
    expect(await decide('stop_poll', over.id, { reason: 'Taper' })).toBe('not_open');
    await close(at, over.id);
    expect(await decide('stop_poll', over.id, { reason: 'Taper' })).toBe('not_open');
    expect(await rowOf(over.id)).toMatchObject({ status: 'closed', stop_reason: null });
  });

  test('everything the consultant does to a poll is in the audit trail, with the reason', async () => {
    const { id } = await savedVote(at);
    await decide('plan_poll', id);
    await decide('open_poll', id);
    await decide('extend_poll', id, { closes_at: inDays(9), reason: 'Ferie' });
    await decide('stop_poll', id, { reason: 'Feil' });
    const trail = await at.sql(
      'select act, reason from public.audit_entries where subject_id = $1 order by acted_at',
      [id],
    );
    expect(trail).toEqual([
      { act: 'plan', reason: null },
      { act: 'open', reason: null },
      { act: 'extend', reason: 'Ferie' },
      { act: 'stop', reason: 'Feil' },
    ]);
  });
});
