import type { Locale, Translate } from '~/i18n/index.ts';
import { formatNok, optionTitle, type Poll, type PollResult } from '~/domains/polls/polls.ts';
import { costOf } from '~/domains/polls/vote/vote.ts';
import { commaed, listed } from '~/i18n/lists.ts';

/** The way of counting that the record names and scripts/recount.mjs knows; a new rule has a new number. */
export const countingRule = 1;

/** In lines of a printed page: more than this needs small letters to stay on one sheet. */
const recordLines = 34;

/** Whether the record of a vote is too long for one A4 sheet in plain letters. An estimate with room to spare. */
export const isLongRecord = ({ options, decides, extension }: Poll) =>
  options.reduce((sum, { title }) => sum + 1.6 * Math.ceil((title.length + 14) / 75), 0) +
    (decides.length + (extension?.reason.length ?? 0)) / 60 +
    18 >
  recordLines;

const quotedTitles = (votes: PollResult['votes'], t: Translate) =>
  listed(
    votes.map(({ option }) => t('polls.result.quoted', { title: option.title })),
    t,
  );

/** The result in one plain sentence. */
export function resultSentence(
  poll: Poll,
  result: PollResult,
  t: Translate,
  locale: Locale,
): string {
  if (result.voted === 0) return t('polls.result.none');
  if (result.voted === null)
    return [decision(poll, result, t, locale), t('polls.result.few')].join(' ');
  if (poll.kind === 'yes_no') return yesNoSentence(result, t);
  const winners = result.votes.filter(({ isWinner }) => isWinner);
  const [first] = winners;
  if (!first || poll.kind === 'budget') return decision(poll, result, t, locale);
  if (poll.kind === 'multiple' && winners.length > 1) {
    const tie = lastPlaceTie(result, t);
    return [decision(poll, result, t, locale), tie].filter(Boolean).join(' ');
  }
  const options = quotedTitles(winners, t);
  const others = result.votes.filter((one) => !one.isWinner && one.count === first.count);
  if (others.length > 0) {
    const tied = quotedTitles([first, ...others], t);
    return t('polls.result.tie', { options: tied, count: first.count ?? 0, winner: options });
  }
  const votes = first.count ?? 0;
  return t('polls.result.single', { option: options, votes, count: result.voted });
}

/** Between whom the rule for ties decided the last place; null when it did not have to. */
function lastPlaceTie({ votes }: PollResult, t: Translate): string | null {
  const count = Math.min(...votes.filter(({ isWinner }) => isWinner).map((one) => one.count ?? 0));
  const even = votes.filter((one) => one.count === count);
  if (even.every(({ isWinner }) => isWinner)) return null;
  return t('polls.result.tie_last', { options: quotedTitles(even, t), count });
}

/** What was decided, without a number of votes. */
function decision(poll: Poll, { votes }: PollResult, t: Translate, locale: Locale): string {
  const winners = votes.filter(({ isWinner }) => isWinner);
  const stance = winners[0]?.option.stance;
  if (poll.kind === 'yes_no')
    return t(
      stance === 'yes' || stance === 'no' ? `polls.result.is_${stance}` : 'polls.result.abstained',
    );
  if (winners.length === 0) return t('polls.result.nothing');
  const options = quotedTitles(winners, t);
  if (poll.kind !== 'budget') return t('polls.result.won', { options });
  const ids = winners.map(({ option }) => option.id);
  const cost = formatNok(costOf(poll.options, ids), locale);
  return t('polls.result.budget', {
    options,
    cost,
    budget: formatNok(poll.budgetNok ?? 0, locale),
  });
}

/** "12 av 24 leiligheter stemte", without the number where fewer than five did. */
export const turnoutText = (
  { rule }: Poll,
  { voted, entitled }: PollResult,
  t: Translate,
): string =>
  voted === null
    ? t(`polls.turnout.few.${rule}`, { count: entitled })
    : t(`polls.turnout.${rule}`, { voted, count: entitled });

function yesNoSentence({ votes }: PollResult, t: Translate): string {
  const of = (stance: string) => votes.find(({ option }) => option.stance === stance)?.count ?? 0;
  const [yes, no] = [of('yes'), of('no')];
  if (yes + no === 0) return t('polls.result.abstained');
  if (yes === no) return t('polls.result.yes_no_tie', { count: yes });
  return yes > no ? t('polls.result.yes', { yes, no }) : t('polls.result.no', { yes, no });
}

/** How many of the votes were on the web and on paper; said vaguely where one of them is so few that it could be known whose they were. */
export const waysText = ({ ways }: PollResult, t: Translate): string =>
  ways ? t('polls.ways', ways) : t('polls.ways.few');

/** What a ballot of the published list says; a blank paper ballot has no choice. */
export function ballotText(poll: Poll, choices: string[], t: Translate): string {
  const chosen = poll.options.filter(({ id }) => choices.includes(id));
  return chosen.length === 0
    ? t('polls.list.blank')
    : commaed(
        chosen.map((option) => optionTitle(option, t)),
        t,
      );
}
