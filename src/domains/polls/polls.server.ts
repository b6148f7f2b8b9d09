import type { Tables } from '~/lib/database.types.ts';
import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { closingTime, optionsOf, type PollInput } from './poll-form.ts';
import type { ClosedPoll, OpenPoll, Poll, PollResult, VoteState } from './polls.ts';

const fields = '*, poll_options (*)' as const;
type Row = Tables<'polls'> & { poll_options: Tables<'poll_options'>[] };

const inBlock = (db: Db, blockId: string) =>
  db
    .from('polls')
    .select(fields)
    .eq('block_id', blockId)
    .order('position', { referencedTable: 'poll_options' });

/** Votes that are going on, the first to close first, with what I can do in each. At most 20. */
export async function listOpenPolls(db: Db, blockId: string, now: Date): Promise<OpenPoll[]> {
  const query = inBlock(db, blockId).eq('status', 'open').gt('closes_at', now.toISOString());
  const polls = rows(await query.order('closes_at').limit(20)).map((row) => toPoll(row, now));
  const mine = await myVotes(db, polls);
  return polls.map((poll) => ({ ...poll, mine: mine.get(poll.id) ?? 'not_entitled' }));
}

/** Votes that are over, with their results, the last one first. */
export async function listRecentResults(
  db: Db,
  blockId: string,
  now: Date,
  most = 20,
): Promise<ClosedPoll[]> {
  const query = inBlock(db, blockId)
    .neq('status', 'draft')
    .or(`status.eq.closed,closes_at.lte.${now.toISOString()}`);
  const polls = rows(await query.order('closes_at', { ascending: false }).limit(most));
  return withResults(
    db,
    polls.map((row) => toPoll(row, now)),
  );
}

/** The consultant's drafts, newest first. */
export async function listDrafts(db: Db, blockId: string, now: Date): Promise<Poll[]> {
  const query = inBlock(db, blockId).eq('status', 'draft');
  const polls = rows(await query.order('created_at', { ascending: false }).limit(20));
  return polls.map((row) => toPoll(row, now));
}

/** Null for what I may not see, and for what is no id at all. */
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

/** The counts of a closed vote; null before that. */
export async function findResult(db: Db, poll: Poll): Promise<PollResult | null> {
  return (await withResults(db, [poll]))[0]?.result ?? null;
}

export async function castVote(db: Db, pollId: string, optionId: string) {
  return rows(await db.rpc('cast_vote', { poll_id: pollId, option_id: optionId }));
}

/** Makes or changes a draft. */
export async function savePoll(db: Db, blockId: string, input: PollInput) {
  const { id, title, decides, afterwards, rule, body, budget } = input;
  const maybe = { ...(body && { body }), ...(budget !== null && { budget_nok: budget }) };
  const closes_at = closingTime(input).toISOString();
  const options = optionsOf(input);
  const draft = { id, block_id: blockId, title, decides, afterwards, rule, closes_at, options };
  return rows(await db.rpc('save_poll', { ...draft, ...maybe }));
}

export async function openPoll(db: Db, id: string) {
  return rows(await db.rpc('open_poll', { poll_id: id }));
}

export async function closePoll(db: Db, id: string, reason: string) {
  return rows(await db.rpc('close_poll', { poll_id: id, reason }));
}

export async function followUpPoll(db: Db, id: string, text: string) {
  return rows(await db.rpc('follow_up_poll', { poll_id: id, text }));
}

/** False when there is no draft with this id that I may remove. */
export async function removeDraft(db: Db, id: string): Promise<boolean> {
  return rows(await db.from('polls').delete().eq('id', id).select('id')).length > 0;
}

async function myVotes(db: Db, polls: Poll[]): Promise<Map<string, VoteState>> {
  if (polls.length === 0) return new Map();
  const states = rows(await db.rpc('my_votes', { poll_ids: polls.map(({ id }) => id) }));
  return new Map((states ?? []).map(({ poll_id, state }) => [poll_id, state]));
}

/** The only place in the portal that asks for counts; votes that are not closed have none and are left out. */
async function withResults(db: Db, polls: Poll[]): Promise<ClosedPoll[]> {
  if (polls.length === 0) return [];
  const counts = rows(await db.rpc('poll_results', { poll_ids: polls.map(({ id }) => id) })) ?? [];
  return polls.flatMap((poll) => {
    const own = counts.filter(({ poll_id }) => poll_id === poll.id);
    if (!own[0]) return [];
    const countOf = (id: string) => own.find(({ option_id }) => option_id === id)?.votes ?? 0;
    const votes = poll.options.map((option) => ({ option, count: countOf(option.id) }));
    return { ...poll, result: { votes, entitled: own[0].entitled, voted: own[0].voted } };
  });
}

function toPoll(row: Row, now: Date): Poll {
  const { id, title, body, decides, afterwards, rule } = row;
  const closesAt = new Date(row.closes_at);
  const isOver = row.status === 'open' && closesAt <= now;
  const closedAt = row.closed_at ? new Date(row.closed_at) : isOver ? closesAt : null;
  return {
    id,
    title,
    body,
    decides,
    afterwards,
    rule,
    budgetNok: row.budget_nok,
    state: isOver ? 'closed' : row.status,
    closesAt,
    closedAt,
    earlyReason: row.early_reason,
    followUp: row.follow_up,
    followedUpAt: row.followed_up_at ? new Date(row.followed_up_at) : null,
    options: row.poll_options.map((option) => ({
      id: option.id,
      title: option.title,
      body: option.body,
      costNok: option.cost_nok,
      proposalId: option.proposal_id,
    })),
  };
}
