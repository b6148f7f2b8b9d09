import type { Enums } from '~/lib/database.types.ts';
import type { Locale, Translate } from '~/i18n/index.ts';
import { numberFormat } from '~/lib/intl.ts';

export type PollKind = Enums<'poll_kind'>;
export type PollRule = Enums<'poll_rule'>;
export type PollState = Enums<'poll_status'>;
export type PollPhase = Enums<'poll_phase'>;
export type PhaseOwner = Enums<'phase_owner'>;
export type TurnoutBand = Enums<'turnout_band'>;
export type VoteState = Enums<'vote_state'>;
export const pollKinds = ['yes_no', 'single', 'multiple', 'budget'] as const satisfies PollKind[];
export const pollRules = ['per_flat', 'per_person'] as const satisfies PollRule[];
export const pollPhases = [
  'ideas',
  'check',
  'questions',
  'vote',
  'decision',
  'work',
  'done',
] as const satisfies PollPhase[];

export interface PollOption {
  id: string;
  title: string;
  body: string | null;
  costNok: number | null;
  /** In a yes/no vote; its words come from the catalogue. */
  stance: Enums<'poll_stance'> | null;
  proposalId: string | null;
}

export interface Poll {
  id: string;
  title: string;
  body: string | null;
  /** What is decided, and by whom. */
  decides: string;
  afterwards: string;
  kind: PollKind;
  /** How many may be chosen; null but for `multiple`. */
  maxChoices: number | null;
  /** How many win; null for yes/no and budget. */
  winnerCount: number | null;
  budgetNok: number | null;
  rule: PollRule;
  /** Who votes says they are this old; null when flats vote. */
  minAge: number | null;
  isListPublished: boolean;
  /** How many flats or persons may vote; null before opening. */
  entitled: number | null;
  state: PollState;
  openedAt: Date | null;
  closesAt: Date;
  closedAt: Date | null;
  /** The result exists from then on. */
  countedAt: Date | null;
  /** It was to close earlier, and why it did not. */
  extension: { firstClosesAt: Date; reason: string } | null;
  stopReason: string | null;
  /** In their order. */
  phases: { phase: PollPhase; owner: PhaseOwner; endsOn: string }[];
  /** In the consultant's order. */
  options: PollOption[];
}

/** An open vote, whether I can still vote in it, and roughly how many have. */
export type OpenPoll = Poll & { mine: VoteState; turnout: TurnoutBand | null };

/**
 * The counts of a counted vote; `entitled` and `voted` are flats or persons, by the vote's rule. Where fewer than five voted, what won
 * is all there is: `voted` and each `count` are null.
 */
export interface PollResult {
  votes: { option: PollOption; count: number | null; isWinner: boolean }[];
  entitled: number;
  voted: number | null;
  /** Null when one of the two ways has 1 to 4. */
  ways: { web: number; paper: number } | null;
  /** How many moved in or out while it was open; it changed nothing. */
  moves: number;
}
/** A vote that is over; its result is null as long as paper votes are being counted. */
export type ClosedPoll = Poll & { result: PollResult | null };

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

/** An option's title; those of a yes/no vote in the reader's language. */
export const optionTitle = (
  { title, stance }: Pick<PollOption, 'title' | 'stance'>,
  t: Translate,
) => (stance ? t(`polls.stance.${stance}`) : title);

/** "12 000 kr" */
export const formatNok = (amount: number, locale: Locale) =>
  `${numberFormat(locale).format(amount)} kr`;
