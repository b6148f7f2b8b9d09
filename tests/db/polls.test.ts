import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { moveIn } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { hold, isWaiting } from '../support/held.ts';
import { countedIn, draft, openVote, runOut } from '../support/polls.ts';

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const block = demoId('drobakgata-1');
const elsewhere = Object.values(stovner) as Email[];

const vote = async (who: Email, pollId: string, optionId: string) =>
  (await (await at.as(who)).rpc('cast_vote', { poll_id: pollId, option_id: optionId })).data;
const stateFor = async (who: Email, pollId: string) =>
  (await (await at.as(who)).rpc('my_votes', { poll_ids: [pollId] })).data?.[0]?.state;
const rowOf = async (id: string) =>
  (await at.sql('select * from public.polls where id = $1', [id]))[0];
const optionsOf = (id: string) =>
  at.sql('select * from public.poll_options where poll_id = $1 order by position', [id]);

describe('one vote per flat', () => {
  test('two people of one flat at the same instant: one ballot, twenty times in twenty', async () => {
    for (let round = 0; round < 20; round++) {
      const { id, options } = await openVote(at);
      const answers = await Promise.all([
        vote(drobak.resident, id, options[0]!),
        vote(drobak.household, id, options[1]!),
      ]);
      expect(answers.toSorted()).toEqual(['already_voted', 'voted']);
      expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    }
  });

  test('a second vote of the household is refused, and each sees that the flat has voted', async () => {
    const { id, options } = await openVote(at);
    expect(await stateFor(drobak.household, id)).toBe('can_vote');
    expect(await vote(drobak.resident, id, options[0]!)).toBe('voted');
    expect(await vote(drobak.resident, id, options[0]!)).toBe('already_voted');
    expect(await vote(drobak.household, id, options[1]!)).toBe('already_voted');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    expect(await stateFor(drobak.resident, id)).toBe('voted');
    expect(await stateFor(drobak.household, id)).toBe('voted');
    expect(await stateFor(drobak.neighbour, id)).toBe('can_vote');
  });

  test('forty phones of eight flats at once: eight ballots', async () => {
    const flats = await at.sql<{ id: string }>(
      "select id from public.places where block_id = $1 and kind = 'flat' and name like 'B%' and name not like 'B3%' limit 8",
      [block],
    );
    const crowd = await moveIn(
      at,
      block,
      Array.from({ length: 40 }, (_, n) => flats[n % 8]!.id),
    );
    const { id, options } = await openVote(at);
    const answers = await Promise.all(
      crowd.map(({ db }, n) => db.rpc('cast_vote', { poll_id: id, option_id: options[n % 2]! })),
    );
    expect(answers.filter(({ data }) => data === 'voted')).toHaveLength(8);
    expect(answers.filter(({ data }) => data === 'already_voted')).toHaveLength(32);
    expect(await countedIn(at, id)).toEqual({ ballots: 8, used: 8 });
  });

  test('somebody who moves into a flat later votes for that flat; who moves out does not', async () => {
    const { id, options } = await openVote(at);
    const [late] = await moveIn(at, block, [demoId('drobakgata-1/flat/A301')]);
    expect((await late!.db.rpc('cast_vote', { poll_id: id, option_id: options[0]! })).data).toBe(
      'voted',
    );
    const [gone] = await moveIn(at, block, [demoId('drobakgata-1/flat/A302')]);
    await at.sql('update public.memberships set ended_at = now() where person_id = $1', [gone!.id]);
    expect((await gone!.db.rpc('cast_vote', { poll_id: id, option_id: options[0]! })).data).toBe(
      'not_entitled',
    );
  });
});

describe('one vote per person', () => {
  test('both of a flat vote, each once', async () => {
    const { id, options } = await openVote(at, { rule: 'per_person' });
    expect(await vote(drobak.resident, id, options[0]!)).toBe('voted');
    expect(await vote(drobak.household, id, options[0]!)).toBe('voted');
    const again = await Promise.all(
      Array.from({ length: 5 }, () => vote(drobak.resident, id, options[1]!)),
    );
    expect(again).toEqual(Array(5).fill('already_voted'));
    expect(await countedIn(at, id)).toEqual({ ballots: 2, used: 2 });
  });

  test('who moved in after the opening is not in the electorate', async () => {
    const { id, options } = await openVote(at, { rule: 'per_person' });
    const [late] = await moveIn(at, block, [demoId('drobakgata-1/flat/A303')]);
    expect((await late!.db.rpc('cast_vote', { poll_id: id, option_id: options[0]! })).data).toBe(
      'not_entitled',
    );
    expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 0 });
  });
});

describe('refused, with nothing stored:', () => {
  test.each([...elsewhere, drobak.consultant, landlord, admin])('a vote of %s', async (who) => {
    const { id, options } = await openVote(at);
    expect(await vote(who, id, options[0]!)).toBe('not_entitled');
    expect(await stateFor(who, id)).not.toBe('can_vote');
    expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 0 });
  });

  test('a vote of nobody signed in, or of the server itself', async () => {
    const { id, options } = await openVote(at);
    for (const db of [at.anonymous(), at.service()]) {
      const { error } = await db.rpc('cast_vote', { poll_id: id, option_id: options[0]! });
      expect(error?.code).toBe('42501');
    }
    expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 0 });
  });

  test('an option of another vote', async () => {
    const [one, other] = [await openVote(at), await openVote(at)];
    expect(await vote(drobak.resident, one.id, other.options[0]!)).toBe('wrong_option');
    expect(await vote(drobak.resident, one.id, other.id)).toBe('wrong_option');
    expect(await countedIn(at, one.id)).toEqual({ ballots: 0, used: 0 });
    expect(await stateFor(drobak.resident, one.id)).toBe('can_vote');
  });

  test('a vote in a name or for a flat of my choice: there is no such argument', async () => {
    const { id, options } = await openVote(at);
    const db = await at.as(drobak.resident);
    for (const forged of [
      { flat_id: demoId('drobakgata-1/flat/B302') },
      { person_id: id },
      { auth_uid: id },
    ]) {
      const { error } = await db.rpc('cast_vote', {
        poll_id: id,
        option_id: options[0]!,
        ...forged,
      } as never);
      expect(error?.code).toBe('PGRST202');
    }
    expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 0 });
  });

  test('a vote in a draft, in a closed vote, and in one whose time has passed', async () => {
    const desk = await at.as(drobak.consultant);
    const waiting = draft();
    await desk.rpc('save_poll', waiting);
    const [option] = await optionsOf(waiting.id);
    expect(await vote(drobak.resident, waiting.id, String(option!['id']))).toBe('not_open');

    const stopped = await openVote(at);
    await desk.rpc('close_poll', { poll_id: stopped.id, reason: 'Feil pris' });
    expect(await vote(drobak.resident, stopped.id, stopped.options[0]!)).toBe('not_open');

    const over = await openVote(at);
    await runOut(at, over.id);
    expect(await vote(drobak.resident, over.id, over.options[0]!)).toBe('not_open');
    for (const id of [waiting.id, stopped.id, over.id])
      expect(await countedIn(at, id)).toEqual({ ballots: 0, used: 0 });
  });
});

describe('setting up a vote', () => {
  const others = [drobak.resident, drobak.neighbour, landlord, admin, ...elsewhere] as Email[];

  test.each(others)('%s makes, opens and closes none', async (who) => {
    const db = await at.as(who);
    const sent = draft();
    expect((await db.rpc('save_poll', sent)).error?.code).toBe('42501');
    expect(await rowOf(sent.id)).toBeUndefined();
    const { id } = await openVote(at);
    const before = await rowOf(id);
    expect((await db.rpc('open_poll', { poll_id: id })).data).toBe('not_allowed');
    expect((await db.rpc('close_poll', { poll_id: id, reason: 'Nå' })).data).toBe('not_allowed');
    expect((await db.rpc('follow_up_poll', { poll_id: id, text: 'Ferdig' })).data).toBe(
      'not_allowed',
    );
    await db.from('polls').update({ title: 'Annet' }).eq('id', id);
    await db.from('polls').delete().eq('id', id);
    expect(await rowOf(id)).toEqual(before);
  });

  test('a draft is seen by the consultant alone, an open vote by those who live or work there', async () => {
    const waiting = draft();
    await (await at.as(drobak.consultant)).rpc('save_poll', waiting);
    const { id } = await openVote(at);
    const sees = async (who: Email, poll: string) => {
      const db = await at.as(who);
      const { data } = await db.from('polls').select('id, poll_options (id)').eq('id', poll);
      const options = await db.from('poll_options').select('id').eq('poll_id', poll);
      expect(options.data).toHaveLength(data!.length ? 2 : 0);
      return data!.length;
    };
    expect(await sees(drobak.consultant, waiting.id)).toBe(1);
    for (const who of others) expect(await sees(who, waiting.id), who).toBe(0);
    for (const who of [drobak.resident, drobak.neighbour, drobak.consultant, landlord] as Email[])
      expect(await sees(who, id), who).toBe(1);
    for (const who of [...elsewhere, admin] as Email[]) expect(await sees(who, id), who).toBe(0);
    for (const db of [at.anonymous(), at.service()])
      for (const table of ['polls', 'poll_options'] as const)
        expect((await db.from(table).select('id')).error?.code).toBe('42501');
  });

  test('takes its words from approved proposals of the same building only', async () => {
    const db = await at.as(drobak.consultant);
    const flowers = demoId('drobakgata-1/proposal/flowers');
    const good = draft({
      options: [{ proposal_id: flowers, cost_nok: 5000, title: 'Løgn' }, { title: 'Grill' }],
    });
    expect((await db.rpc('save_poll', good)).data).toBe('saved');
    expect((await optionsOf(good.id))[0]).toMatchObject({
      title: 'Blomsterkasser langs veggen',
      proposal_id: flowers,
      cost_nok: 5000,
    });
    for (const other of ['drobakgata-1/proposal/homework', 'stovner-senter/proposal/raised-beds']) {
      const bad = draft({ options: [{ proposal_id: demoId(other) }, { title: 'Grill' }] });
      expect((await db.rpc('save_poll', bad)).error, other).not.toBeNull();
      expect(await rowOf(bad.id)).toBeUndefined();
    }
  });

  test('is saved anew with the same key, until it opens', async () => {
    const db = await at.as(drobak.consultant);
    const sent = draft();
    expect((await db.rpc('save_poll', sent)).data).toBe('saved');
    const more = [{ title: 'En' }, { title: 'To' }, { title: 'Tre' }];
    expect((await db.rpc('save_poll', { ...sent, title: 'Ny tittel', options: more })).data).toBe(
      'saved',
    );
    expect(await rowOf(sent.id)).toMatchObject({ title: 'Ny tittel', status: 'draft' });
    expect(await optionsOf(sent.id)).toHaveLength(3);
    expect((await db.rpc('open_poll', { poll_id: sent.id })).data).toBe('opened');
    expect((await db.rpc('save_poll', sent)).data).toBe('not_draft');
    expect(await rowOf(sent.id)).toMatchObject({ title: 'Ny tittel', status: 'open' });
  });

  test('has between two and twenty options and ends in the future', async () => {
    const db = await at.as(drobak.consultant);
    const one = draft({ options: [{ title: 'Bare én' }] });
    await db.rpc('save_poll', one);
    expect((await db.rpc('open_poll', { poll_id: one.id })).data).toBe('too_few_options');
    const past = draft({ closes_at: new Date(Date.now() - 1000).toISOString() });
    await db.rpc('save_poll', past);
    expect((await db.rpc('open_poll', { poll_id: past.id })).data).toBe('closes_too_early');
    for (const { id } of [one, past]) expect(await rowOf(id)).toMatchObject({ status: 'draft' });
    const options = (count: number) => ({
      options: Array.from({ length: count }, (_, n) => ({ title: `Valg ${n}` })),
    });
    expect((await db.rpc('save_poll', draft(options(20)))).data).toBe('saved');
    expect((await db.rpc('save_poll', draft(options(21)))).error?.code).toBe('23514');
  });
});

/** An open vote, and the neighbour's ballot in a transaction that is not over. */
async function voteOnItsWay(more: object) {
  const { id, options } = await openVote(at, more);
  const find = 'select id from auth.users where email = $1';
  const [me] = await at.sql<{ id: string }>(find, [drobak.neighbour]);
  const cast = await hold(at, me!.id, 'public.cast_vote($1, $2)', [id, options[0]]);
  return { id, cast };
}

describe('a vote that has opened', () => {
  test('keeps question, rule, time and options, whoever asks', async () => {
    const { id, options } = await openVote(at);
    const before = { poll: await rowOf(id), options: await optionsOf(id) };
    const db = await at.as(drobak.consultant);
    await db.from('polls').update({ title: 'Annet' }).eq('id', id);
    await db.from('polls').update({ rule: 'per_person' }).eq('id', id);
    await db.from('polls').delete().eq('id', id);
    expect(
      (
        await db
          .from('polls')
          .update({ status: 'draft' } as never)
          .eq('id', id)
      ).error?.code,
    ).toBe('42501');
    const added = { poll_id: id, block_id: block, position: 3, title: 'Sen' };
    expect((await db.from('poll_options').insert(added)).error?.code).toBe('23514');
    expect((await db.from('poll_options').delete().eq('id', options[0]!)).error?.code).toBe(
      '23514',
    );
    for (const change of [
      "update public.polls set closes_at = closes_at + interval '1 day' where id = $1",
      "update public.polls set rule = 'per_person' where id = $1",
      "update public.polls set status = 'draft', opened_at = null where id = $1",
      "update public.poll_options set title = 'Annet' where poll_id = $1",
      'delete from public.poll_options where poll_id = $1',
    ])
      await expect(at.sql(change, [id])).rejects.toThrow('a vote that has opened does not change');
    expect({ poll: await rowOf(id), options: await optionsOf(id) }).toEqual(before);
  });

  test('an option written at the instant of opening is in before or not at all', async () => {
    for (let round = 0; round < 10; round++) {
      const db = await at.as(drobak.consultant);
      const sent = draft();
      await db.rpc('save_poll', sent);
      const extra = { poll_id: sent.id, block_id: block, position: 3, title: 'Sen' };
      const [opened, added] = await Promise.all([
        db.rpc('open_poll', { poll_id: sent.id }),
        db.from('poll_options').insert(extra),
      ]);
      expect(opened.data).toBe('opened');
      expect(await optionsOf(sent.id)).toHaveLength(added.error ? 2 : 3);
    }
  });

  test('is closed early only with a reason, and keeps the votes that were on their way', async () => {
    const db = await at.as(drobak.consultant);
    for (let round = 0; round < 10; round++) {
      const { id, options } = await openVote(at);
      expect((await db.rpc('close_poll', { poll_id: id })).data).toBe('reason_missing');
      const [, ...votes] = await Promise.all([
        db.rpc('close_poll', { poll_id: id, reason: 'Prisen var feil' }),
        vote(drobak.resident, id, options[0]!),
        vote(drobak.neighbour, id, options[0]!),
      ]);
      const cast = votes.filter((outcome) => outcome === 'voted').length;
      expect(await countedIn(at, id)).toEqual({ ballots: cast, used: cast });
      const { data } = await db.rpc('poll_results', { poll_ids: [id] });
      expect(data!.reduce((sum, { votes }) => sum + votes, 0)).toBe(cast);
      expect((await db.rpc('close_poll', { poll_id: id, reason: 'Igjen' })).data).toBe(
        'already_closed',
      );
      expect(await rowOf(id)).toMatchObject({ status: 'closed', early_reason: 'Prisen var feil' });
    }
  });

  test('is closed by hand only after a vote that is on its way', async () => {
    const { id, cast } = await voteOnItsWay({});
    const db = await at.as(drobak.consultant);
    const closing = db.rpc('close_poll', { poll_id: id, reason: 'Nok' }).then(({ data }) => data);
    expect(await isWaiting(closing)).toBe(true);
    await cast.commit();
    expect(await closing).toBe('closed');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
  });

  test('is counted at its end only after a vote that is on its way', async () => {
    const end = Date.now() + 1500;
    const { id, cast } = await voteOnItsWay({ closes_at: new Date(end).toISOString() });
    await sleep(end - Date.now() + 100);
    const db = await at.as(drobak.resident);
    const counting = db.rpc('poll_results', { poll_ids: [id] }).then(({ data }) => data);
    expect(await isWaiting(counting)).toBe(true);
    await cast.commit();
    expect((await counting)![0]).toMatchObject({ votes: 1, voted: 1 });
  });

  test('gets its follow-up after closing, every version in the trail', async () => {
    const db = await at.as(drobak.consultant);
    const { id } = await openVote(at);
    const tell = async (text: string) =>
      (await db.rpc('follow_up_poll', { poll_id: id, text })).data;
    expect(await tell('Bestilt')).toBe('not_closed');
    await runOut(at, id);
    expect(await tell('Bestilt')).toBe('saved');
    expect(await tell('Levert')).toBe('saved');
    expect(await rowOf(id)).toMatchObject({
      follow_up: 'Levert',
      status: 'closed',
      early_reason: null,
    });
    const trail = await at.sql(
      'select act, reason from public.audit_entries where subject_id = $1 order by acted_at',
      [id],
    );
    expect(trail).toEqual([
      { act: 'open', reason: null },
      { act: 'follow_up', reason: 'Bestilt' },
      { act: 'follow_up', reason: 'Levert' },
    ]);
  });
});
