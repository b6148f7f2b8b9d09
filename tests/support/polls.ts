import { randomInt, randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { CAST } from './cast.ts';
import type { TestDb } from './database.ts';
import { demoId } from './demo.ts';

export const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** A receipt as the portal makes it. */
export const receipt = () => Array.from({ length: 16 }, () => SIGNS[randomInt(32)]).join('');

/** What save_poll takes: a poll of Drøbakgata 1 between two options, open for a week. */
export const draft = (more = {}) => ({
  id: randomUUID(),
  block_id: demoId('drobakgata-1'),
  title: 'Hva kjøper vi?',
  decides: 'Dere velger. Bomiljøkonsulenten bestiller.',
  afterwards: 'Vi bestiller med en gang.',
  kind: 'single' as 'yes_no' | 'single' | 'multiple' | 'budget',
  rule: 'per_flat' as 'per_flat' | 'per_person',
  closes_at: inDays(7),
  winner_count: 1,
  options: [{ title: 'Grill' }, { title: 'Hengekøye', cost_nok: 900 }],
  ...more,
});

/** What else save_poll takes for each kind, with four options where the kind has options of its own. */
export const KINDS = {
  yes_no: { kind: 'yes_no', winner_count: null, options: [] },
  single: { kind: 'single', winner_count: 1, options: titles(4) },
  multiple: { kind: 'multiple', max_choices: 2, winner_count: 2, options: titles(4) },
  budget: {
    kind: 'budget',
    winner_count: null,
    budget_nok: 100,
    options: titles(4, [60, 50, 40, 30]),
  },
} as const;

/** That many options, with these costs. */
export function titles(count: number, costs: number[] = []) {
  return Array.from({ length: count }, (_, n) => ({
    title: `Valg ${n + 1}`,
    ...(costs[n] === undefined ? {} : { cost_nok: costs[n] }),
  }));
}

/** Calls a function: its answer, or the code of the error. Untyped on purpose, to send what the types forbid. */
export async function ask(db: unknown, name: string, args: object = {}): Promise<unknown> {
  const { data, error } = await (db as SupabaseClient).rpc(name, args);
  return error ? error.code : data;
}

/** A draft as the consultant has saved it, with its options in order. */
export async function savedVote(at: TestDb, more = {}) {
  const desk = await at.as(CAST.drobak.consultant);
  const sent = draft(more);
  const saved = await ask(desk, 'save_poll', sent);
  if (saved !== 'saved') throw new Error(`save_poll answers ${String(saved)}`);
  return { id: sent.id, options: await optionsOf(at, sent.id), sent };
}

/** A poll made and opened by the consultant, with its options in order. */
export async function openVote(at: TestDb, more = {}) {
  const vote = await savedVote(at, more);
  const opened = await ask(await at.as(CAST.drobak.consultant), 'open_poll', { poll_id: vote.id });
  if (opened !== 'opened') throw new Error(`open_poll answers ${String(opened)}`);
  return vote;
}

/** The ids of the options in the order of the list. */
export async function optionsOf(at: TestDb, pollId: string) {
  const rows = await at.sql<{ id: string }>(
    'select id from public.poll_options where poll_id = $1 order by position',
    [pollId],
  );
  return rows.map(({ id }) => id);
}

/** Lets the time of a poll run out, now or at an instant; bypasses the trigger that forbids exactly this. */
export const runOut = (at: Pick<TestDb, 'sql'>, pollId: string, end = Date.now() - 1000) =>
  at.sql(
    `begin; alter table public.polls disable trigger polls_freeze;
     update public.polls set closes_at = '${new Date(end).toISOString()}' where id = '${pollId}';
     alter table public.polls enable trigger polls_freeze; commit`,
  );

/** Lets the time run out and has the jobs close and count it. */
export async function close(at: TestDb, pollId: string) {
  await runOut(at, pollId);
  const { error } = await (at.service() as SupabaseClient).rpc('run_poll_jobs');
  if (error) throw new Error(error.message);
}

/** The poll's own table of ballots. */
export const ballotsOf = (pollId: string) => `private.ballots_${pollId.replaceAll('-', '')}`;

/** That many votes for an option from flats (or people) that have not voted, first from flats without anybody of the cast. */
export async function othersVote(
  at: Pick<TestDb, 'sql'>,
  pollId: string,
  option: string,
  count: number,
) {
  await at.sql(
    `insert into ${ballotsOf(pollId)} (choices, receipt_hash)
     select array[$1::uuid], extensions.gen_random_bytes(32) from generate_series(1, $2)`,
    [option, count],
  );
  await at.sql(
    `update private.electors set used_on = private.today(), way = 'web' where id in (
       select e.id from private.electors e where e.poll_id = $1 and e.used_on is null
       order by exists (select from public.memberships m where m.flat_id = e.flat_id), e.id limit $2)`,
    [pollId, count],
  );
}

/** The numbers as they are stored, in the order of the list, even when nobody is shown them. */
export async function tallyOf(at: Pick<TestDb, 'sql'>, pollId: string) {
  const rows = await at.sql<{ votes: number }>(
    `select t.votes from public.polls p cross join lateral private.tally_poll(p) t where p.id = $1 order by t.option_position`,
    [pollId],
  );
  return rows.map(({ votes }) => votes);
}

/** The truth: stored ballots and used votes. */
export async function countedIn(at: Pick<TestDb, 'sql'>, pollId: string) {
  const [row] = await at.sql<{ ballots: number; used: number }>(
    `select (select count(*)::int from private.ballots_in($1)) as ballots,
      (select count(*)::int from private.electors where poll_id = $1 and used_on is not null) as used`,
    [pollId],
  );
  return row!;
}
