import type { Tables } from '~/lib/database.types.ts';
import { isId } from '~/lib/forms.ts';
import { periods } from '~/lib/numbers.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { milliseconds } from '~/lib/time.ts';
import type { ClosedPoll, OpenPoll, Poll, TurnoutBand, VoteState } from './polls.ts';

/** A vote with its options and phases, as `toPoll` reads it. */
export const pollFields = '*, poll_options (*), poll_phases (phase, owner, ends_on)' as const;
export type PollRow = Tables<'polls'> & {
  poll_options: Tables<'poll_options'>[];
  poll_phases: Pick<Tables<'poll_phases'>, 'phase' | 'owner' | 'ends_on'>[];
};

/** For `or`: a vote whose time has passed is over whatever its status says. */
export const isOverAt = (now: Date) =>
  `status.eq.closed,and(status.eq.open,closes_at.lte.${now.toISOString()})`;

const inBlock = (db: Db, blockId: string) =>
  db
    .from('polls')
    .select(pollFields)
    .eq('block_id', blockId)
    .order('position', { referencedTable: 'poll_options' })
    .order('phase', { referencedTable: 'poll_phases' });

/** Open votes, the first to close first, with what I can do in each. At most 20. */
export async function listOpenPolls(db: Db, blockId: string, now: Date): Promise<OpenPoll[]> {
  const query = inBlock(db, blockId).eq('status', 'open').gt('closes_at', now.toISOString());
  const polls = rows(await query.order('closes_at').limit(20)).map((row) => toPoll(row, now));
  const [mine, counts] = await Promise.all([myVotes(db, polls), askResults(db, polls)]);
  return polls.map((poll) => ({
    ...poll,
    mine: mine.get(poll.id) ?? 'not_entitled',
    turnout: counts.find(({ poll_id }) => poll_id === poll.id)?.turnout ?? null,
  }));
}

/** Votes that are over, with their results as far as they are counted, the last one first. */
export async function listRecentResults(
  db: Db,
  blockId: string,
  now: Date,
  most = 20,
): Promise<ClosedPoll[]> {
  const query = inBlock(db, blockId).or(isOverAt(now));
  const polls = rows(await query.order('closes_at', { ascending: false }).limit(most));
  return withResults(
    db,
    polls.map((row) => toPoll(row, now)),
  );
}

/** Votes that had opened and were stopped lately, newest first. At most 3. */
export async function listJustStopped(db: Db, blockId: string, now: Date): Promise<Poll[]> {
  const since = new Date(now.getTime() - milliseconds(periods.stopped_shown)).toISOString();
  const query = inBlock(db, blockId).eq('status', 'stopped').gt('stopped_at', since);
  const opened = query.not('opened_at', 'is', null);
  const polls = rows(await opened.order('stopped_at', { ascending: false }).limit(3));
  return polls.map((row) => toPoll(row, now));
}

/** Votes that have not begun, or were stopped: newest first. At most 20. */
export async function listInState(
  db: Db,
  blockId: string,
  state: 'draft' | 'planned' | 'stopped',
  now: Date,
): Promise<Poll[]> {
  const query = inBlock(db, blockId).eq('status', state);
  const polls = rows(await query.order('created_at', { ascending: false }).limit(20));
  return polls.map((row) => toPoll(row, now));
}

/** Votes that are over and wait for the count of paper ballots. */
export async function listUncounted(db: Db, blockId: string, now: Date): Promise<Poll[]> {
  const query = inBlock(db, blockId)
    .is('counted_at', null)
    .in('status', ['open', 'closed'])
    .lte('closes_at', now.toISOString());
  const polls = rows(await query.order('closes_at').limit(20)).map((row) => toPoll(row, now));
  // Reading closes votes whose time has just passed: without paper votes that also counts them.
  return (await withResults(db, polls)).filter(({ result }) => result === null);
}

/** Null for a vote I may not see, and for an invalid id. */
export async function findPoll(
  db: Db,
  blockId: string,
  id: string,
  now: Date,
): Promise<Poll | null> {
  if (!isId(id)) return null;
  const row = rows(await inBlock(db, blockId).eq('id', id).maybeSingle());
  return row && toPoll(row, now);
}

/** What I can do in an open vote. */
export async function myVote(db: Db, poll: Poll): Promise<VoteState> {
  return (await myVotes(db, [poll])).get(poll.id) ?? 'not_entitled';
}

/** A vote that is over with its counts, as far as they exist. The first request closes it. */
export async function withResult(db: Db, poll: Poll): Promise<ClosedPoll> {
  return (await withResults(db, [poll]))[0]!;
}

/** How many have voted in an open vote, roughly; null when it is not shown. */
export async function findTurnout(db: Db, poll: Poll): Promise<TurnoutBand | null> {
  return (await askResults(db, [poll]))[0]?.turnout ?? null;
}

async function myVotes(db: Db, polls: Poll[]): Promise<Map<string, VoteState>> {
  if (polls.length === 0) return new Map();
  const states = rows(await db.rpc('my_votes', { poll_ids: polls.map(({ id }) => id) }));
  return new Map(states.map(({ poll_id, state }) => [poll_id, state]));
}

/** The only place in the portal that reads counts: before the count there are none. */
async function askResults(db: Db, polls: Poll[]) {
  if (polls.length === 0) return [];
  return rows(await db.rpc('poll_results', { poll_ids: polls.map(({ id }) => id) }));
}

/** These votes with their counts, as far as they exist. The first request closes them. */
export async function withResults(db: Db, polls: Poll[]): Promise<ClosedPoll[]> {
  const counts = await askResults(db, polls);
  return polls.map((poll) => {
    const own = counts.filter(({ poll_id, is_counted }) => poll_id === poll.id && is_counted);
    const [first] = own;
    if (!first) return { ...poll, result: null };
    const votes = poll.options.flatMap((option) => {
      const row = own.find(({ option_id }) => option_id === option.id);
      return row ? [{ option, count: row.votes as number | null, isWinner: row.is_winner }] : [];
    });
    const { entitled, voted, moves, on_web, on_paper } = first as Counted;
    const ways = on_web === null || on_paper === null ? null : { web: on_web, paper: on_paper };
    // Reading may just have closed it.
    const countedAt = poll.countedAt ?? poll.closesAt;
    return { ...poll, countedAt, result: { votes, entitled, voted, moves, ways } };
  });
}

/** The generated type does not know which results may be null. */
interface Counted {
  entitled: number;
  voted: number | null;
  moves: number;
  on_web: number | null;
  on_paper: number | null;
}

export function toPoll(row: PollRow, now: Date): Poll {
  const closesAt = new Date(row.closes_at);
  const isOver = row.status === 'open' && closesAt <= now;
  const closedAt = row.closed_at ? new Date(row.closed_at) : isOver ? closesAt : null;
  return {
    id: row.id,
    title: row.title,
    body: row.body,
    decides: row.decides,
    afterwards: row.afterwards,
    kind: row.kind,
    maxChoices: row.max_choices,
    winnerCount: row.winner_count,
    budgetNok: row.budget_nok,
    rule: row.rule,
    minAge: row.min_age,
    isListPublished: row.is_list_published,
    entitled: row.entitled,
    state: isOver ? 'closed' : row.status,
    openedAt: row.opened_at ? new Date(row.opened_at) : null,
    closesAt,
    closedAt,
    countedAt: row.counted_at ? new Date(row.counted_at) : null,
    extension:
      row.first_closes_at && row.extension_reason
        ? { firstClosesAt: new Date(row.first_closes_at), reason: row.extension_reason }
        : null,
    stopReason: row.stop_reason,
    phases: row.poll_phases.map(({ phase, owner, ends_on }) => ({ phase, owner, endsOn: ends_on })),
    options: row.poll_options.map((option) => ({
      id: option.id,
      title: option.title,
      body: option.body,
      costNok: option.cost_nok,
      stance: option.stance,
      proposalId: option.proposal_id,
    })),
  };
}
