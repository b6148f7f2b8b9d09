import type { Poll, PollResult } from '~/domains/polls/polls.ts';
import { countingRule } from './result.ts';

export interface Ballot {
  /** First signs of the hash of the receipt; drawn at random for a paper ballot. */
  control: string;
  choices: string[];
}

/** The record of a counted vote as a file: all that scripts/recount.mjs needs, and nothing about anybody. */
export const recordFile = (poll: Poll, block: string, result: PollResult, ballots: Ballot[]) => ({
  format: 'bomiljo-poll',
  version: countingRule,
  poll: {
    id: poll.id,
    block,
    title: poll.title,
    decides: poll.decides,
    kind: poll.kind,
    rule: poll.rule,
    min_age: poll.minAge,
    max_choices: poll.maxChoices,
    winner_count: poll.winnerCount,
    budget_nok: poll.budgetNok,
    opened_at: poll.openedAt,
    first_closes_at: poll.extension?.firstClosesAt ?? null,
    closes_at: poll.closesAt,
    extension_reason: poll.extension?.reason ?? null,
    counted_at: poll.countedAt,
  },
  options: poll.options.map(({ id, title, stance, costNok }, index) => ({
    id,
    position: index + 1,
    title,
    stance,
    cost_nok: costNok,
  })),
  result: {
    // Fewer than five voted: no number of votes and no list, only what won.
    is_withheld: result.voted === null,
    entitled: result.entitled,
    voted: result.voted,
    on_web: result.ways?.web ?? null,
    on_paper: result.ways?.paper ?? null,
    moves: result.moves,
    options: result.votes.map(({ option, count, isWinner }) => ({
      option_id: option.id,
      votes: count,
      is_winner: isWinner,
    })),
  },
  ballots:
    poll.isListPublished && result.voted !== null
      ? ballots.map(({ control, choices }) => ({ control_number: control, choices }))
      : null,
});
