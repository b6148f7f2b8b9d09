import type { Enums } from '~/lib/database.types.ts';
import type { Locale, Translate } from '~/i18n/index.ts';

export type PollRule = Enums<'poll_rule'>;
export type PollState = Enums<'poll_status'>;
export type VoteState = Enums<'vote_state'>;
export const pollRules = ['per_flat', 'per_person'] as const satisfies PollRule[];

export interface PollOption {
  id: string;
  title: string;
  body: string | null;
  costNok: number | null;
  proposalId: string | null;
}

export interface Poll {
  id: string;
  title: string;
  body: string | null;
  /** What is decided, and by whom. */
  decides: string;
  afterwards: string;
  budgetNok: number | null;
  rule: PollRule;
  state: PollState;
  closesAt: Date;
  closedAt: Date | null;
  /** Why it was closed before its time. */
  earlyReason: string | null;
  followUp: string | null;
  followedUpAt: Date | null;
  /** In the consultant's order. */
  options: PollOption[];
}

/** An open vote and whether I can still vote in it. */
export type OpenPoll = Poll & { mine: VoteState };

/** The counts of a closed vote; `entitled` and `voted` are flats or persons, by the vote's rule. */
export interface PollResult {
  votes: { option: PollOption; count: number }[];
  entitled: number;
  voted: number;
}
export type ClosedPoll = Poll & { result: PollResult };

/** The options in an order of this voter's own: random between voters, so that no option gains by standing first. */
export function orderFor<Option extends { id: string }>(options: Option[], seed: string): Option[] {
  const rank = new Map(options.map(({ id }) => [id, hash(seed + id)]));
  return options.toSorted((a, b) => rank.get(a.id)! - rank.get(b.id)!);
}

/** FNV-1a with a last mix (from MurmurHash3), 32 bits: well spread, and enough for an order. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The options with the most votes: one, several when it is a tie, none when nobody voted. */
export function winners({ votes }: PollResult): PollOption[] {
  const most = Math.max(0, ...votes.map(({ count }) => count));
  return most === 0 ? [] : votes.filter(({ count }) => count === most).map(({ option }) => option);
}

/** The result in one plain sentence. */
export function resultSentence(result: PollResult, t: Translate, locale: Locale): string {
  const best = winners(result).map(({ title }) => `«${title}»`);
  const total = result.votes.reduce((sum, { count }) => sum + count, 0);
  const count = Math.max(0, ...result.votes.map((one) => one.count));
  if (best.length === 0) return t('polls.result.none');
  if (best.length === 1) return t('polls.result.winner', { option: best[0]!, votes: count, total });
  const options = new Intl.ListFormat(locale).format(best);
  return t('polls.result.tie', { options, count });
}

/** "12 000 kr" */
export const formatNok = (amount: number, locale: Locale) =>
  `${new Intl.NumberFormat(locale).format(amount)} kr`;
