import { randomUUID } from 'node:crypto';
import { CAST } from './cast.ts';
import type { TestDb } from './database.ts';
import { demoId } from './demo.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** What save_poll takes: a vote of Drøbakgata 1 between two options, open for a week. */
export const draft = (more = {}) => ({
  id: randomUUID(),
  block_id: demoId('drobakgata-1'),
  title: 'Hva kjøper vi?',
  decides: 'Dere velger. Bomiljøkonsulenten bestiller.',
  afterwards: 'Vi bestiller med en gang.',
  rule: 'per_flat' as 'per_flat' | 'per_person',
  closes_at: inDays(7),
  options: [{ title: 'Grill' }, { title: 'Hengekøye', cost_nok: 900 }],
  ...more,
});

/** A vote made and opened by the consultant, with its options in order. */
export async function openVote(at: TestDb, more = {}) {
  const desk = await at.as(CAST.drobak.consultant);
  const sent = draft(more);
  await desk.rpc('save_poll', sent);
  await desk.rpc('open_poll', { poll_id: sent.id });
  const { data } = await desk
    .from('poll_options')
    .select('id')
    .eq('poll_id', sent.id)
    .order('position');
  return { id: sent.id, options: data!.map(({ id }) => id) };
}

/** Lets the time of a vote run out; past the trigger that forbids exactly this. */
export const runOut = (at: TestDb, pollId: string) =>
  at.sql(
    `begin; alter table public.polls disable trigger polls_freeze;
     update public.polls set closes_at = now() - interval '1 second' where id = '${pollId}';
     alter table public.polls enable trigger polls_freeze; commit`,
  );

/** The truth: stored ballots and used votes. */
export async function countedIn(at: TestDb, pollId: string) {
  const [row] = await at.sql<{ ballots: number; used: number }>(
    `select (select count(*)::int from private.ballots where poll_id = $1) as ballots,
      (select count(*)::int from private.electors where poll_id = $1 and has_voted) as used`,
    [pollId],
  );
  return row!;
}
