import { z } from 'astro/zod';
import { id } from '~/lib/forms.ts';
import { numbers } from '~/lib/numbers.ts';
import type { Locale, Translate } from '~/i18n/index.ts';
import { formatNok, orderFor, type Poll, type PollOption } from '~/domains/polls/polls.ts';
import { plainReceipt } from './receipt.ts';

const choices = () => z.array(id()).min(1, 'polls.vote.nothing');
const receipt = () =>
  z.string({ error: 'form.required' }).trim().min(1, 'form.required').max(100, 'form.too_long');

/** The receipt is the page's own, drawn with the ballot: the same form sent twice is one vote with one receipt. */
export const voteForm = z.object({
  pollId: id(),
  choices: choices(),
  receipt: receipt().transform(plainReceipt),
});
export const changeForm = z.object({ pollId: id(), choices: choices(), receipt: receipt() });
export const checkForm = z.object({ pollId: id(), receipt: receipt() });

/** From few voters a result can tell what one of them chose. Before it opens nobody knows yet how many may vote; hasFewVoters says how it would be now. */
export const isSecret = ({ entitled }: Pick<Poll, 'entitled'>) =>
  entitled === null || entitled >= numbers.secret_voters;

/** Several may be ticked, and one button sends them; otherwise each option is a button. */
export const hasTicks = ({ kind }: Pick<Poll, 'kind'>) => kind === 'multiple' || kind === 'budget';

/** The options as this voter sees them; abstaining is always last. */
export function ballotOrder(poll: Poll, voterId: string): PollOption[] {
  const mixed = orderFor(poll.options, voterId + poll.id);
  const last = ({ stance }: PollOption) => Number(stance === 'abstain');
  return mixed.toSorted((a, b) => last(a) - last(b));
}

export const costOf = (options: PollOption[], chosen: string[]) =>
  options
    .filter(({ id }) => chosen.includes(id))
    .reduce((sum, { costNok }) => sum + (costNok ?? 0), 0);

/** How the winner is found, in words. */
export function winningRule({ kind, winnerCount }: Poll, t: Translate): string {
  if (kind !== 'multiple') return t(`polls.win.${kind}`);
  return winnerCount === 1
    ? t('polls.win.single')
    : t('polls.win.multiple', { count: winnerCount ?? 1 });
}

/** The rule for options with equal votes. */
export const tieRule = ({ kind }: Poll, t: Translate) =>
  t(kind === 'yes_no' ? 'polls.tie.yes_no' : 'polls.tie');

/** What may be chosen on one ballot; null where that needs no words. */
export function choiceRule(
  { kind, maxChoices, budgetNok }: Poll,
  t: Translate,
  locale: Locale,
): string | null {
  if (kind === 'multiple') return t('polls.choose.multiple', { max: maxChoices ?? 1 });
  if (kind === 'budget')
    return t('polls.choose.budget', { amount: formatNok(budgetNok ?? 0, locale) });
  return null;
}

/** The choices of a refused ballot: how many, or for how much. */
export function tickedText(
  poll: Poll,
  chosen: string[],
  t: Translate,
  locale: Locale,
): string | null {
  if (chosen.length === 0) return null;
  if (poll.kind === 'multiple')
    return t('polls.ticked.multiple', { ticked: chosen.length, max: poll.maxChoices ?? 1 });
  const spent = formatNok(costOf(poll.options, chosen), locale);
  return t('polls.ticked.budget', { spent, budget: formatNok(poll.budgetNok ?? 0, locale) });
}
