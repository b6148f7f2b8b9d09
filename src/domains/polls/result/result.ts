import type { Locale, Translate } from '~/i18n/index.ts';
import { formatNok, optionTitle, type Poll, type PollResult } from '~/domains/polls/polls.ts';
import { costOf } from '~/domains/polls/vote/vote.ts';

/** The way of counting that the record names and scripts/recount.mjs knows; a new rule has a new number. */
export const countingRule = 1;

const quoted = (names: string[], locale: Locale) =>
  new Intl.ListFormat(locale).format(names.map((name) => `«${name}»`));

/** The result in one plain sentence. */
export function resultSentence(
  poll: Poll,
  result: PollResult,
  t: Translate,
  locale: Locale,
): string {
  if (result.voted === 0) return t('polls.result.none');
  if (poll.kind === 'yes_no') return yesNoSentence(result, t);
  const winners = result.votes.filter(({ isWinner }) => isWinner);
  const [first] = winners;
  if (!first) return t('polls.result.nothing');
  const options = quoted(
    winners.map(({ option }) => option.title),
    locale,
  );
  if (poll.kind === 'budget') {
    const ids = winners.map(({ option }) => option.id);
    const cost = formatNok(costOf(poll.options, ids), locale);
    const budget = formatNok(poll.budgetNok ?? 0, locale);
    return t('polls.result.budget', { options, cost, budget });
  }
  if (poll.kind === 'multiple' && winners.length > 1) return t('polls.result.won', { options });
  const others = result.votes.filter((one) => !one.isWinner && one.count === first.count);
  if (others.length > 0) {
    const tied = quoted(
      [first, ...others].map(({ option }) => option.title),
      locale,
    );
    return t('polls.result.tie', { options: tied, count: first.count, winner: options });
  }
  return t('polls.result.single', { option: options, votes: first.count, total: result.voted });
}

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
    : chosen.map((option) => optionTitle(option, t)).join(', ');
}
