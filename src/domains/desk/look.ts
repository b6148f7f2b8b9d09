import type { IconName } from '~/components/icons.ts';
import { formatNok } from '~/domains/polls/polls.ts';
import { thingIcon } from '~/domains/reports/reports.ts';
import type { Locale, Translate } from '~/i18n/index.ts';
import { formatMoment, formatNear, relativeDay } from '~/lib/time.ts';
import type { Waiting, WaitingKind } from './desk.ts';
import { dotted } from '~/i18n/lists.ts';

const icons: Record<Exclude<WaitingKind, 'case' | 'late_case'>, IconName> = {
  flag: 'flag',
  appeal: 'message',
  photo_request: 'camera',
  join_request: 'key',
  question: 'message',
  proposal: 'light',
  activity: 'calendar',
  count: 'vote',
  follow_up: 'vote',
  closing: 'vote',
  unreached: 'bell',
  draft: 'edit',
};

export const iconOf = (thing: Waiting): IconName =>
  thing.kind === 'case' || thing.kind === 'late_case' ? thingIcon[thing.about] : icons[thing.kind];

export function titleOf(thing: Waiting, t: Translate): string {
  const { kind, title } = thing;
  if (kind === 'case' || kind === 'late_case') return t(`reports.thing.${thing.about}`);
  if (kind === 'join_request')
    return t('desk.join.title', { name: title ?? '', flat: thing.about });
  if (kind === 'unreached') return t('messages.unreached', { count: thing.amount ?? 0 });
  return title ?? '';
}

/** Nobody has flagged what a host rewrote after the consultant had edited it. */
function kindOf({ kind, about, amount }: Waiting, t: Translate): string {
  if (kind === 'draft') return t(`desk.draft.${about}`);
  return kind === 'flag' && amount === 0 ? t('moderation.queue.changed') : t(`desk.kind.${kind}`);
}

/** What it is, where, when and since when, in one line. */
export function factsOf(thing: Waiting, now: Date, locale: Locale, t: Translate): string {
  const { kind, about, place, number, dueAt, amount, since } = thing;
  const day = dueAt && formatNear(dueAt, now, locale);
  const facts = [
    kindOf(thing, t),
    (kind === 'flag' || kind === 'appeal') && t(`moderation.kind.${thing.about}`),
    kind === 'proposal' && t(`proposals.kind.${thing.about}`),
    kind === 'proposal' &&
      amount !== null &&
      t('proposals.rough_cost', { amount: formatNok(amount, locale) }),
    kind === 'activity' && t(`activities.kind.${thing.about}`),
    kind === 'activity' && dueAt && formatMoment(dueAt, locale),
    kind !== 'join_request' && place,
    number !== null && t('reports.case', { number }),
    kind === 'late_case' && day && t('desk.due', { day }),
    kind === 'late_case' && amount && t('desk.chased', { count: amount }),
    kind === 'follow_up' && day && t('desk.due', { day }),
    kind === 'follow_up' && about === 'landlord' && t('desk.of_landlord'),
    kind === 'closing' && dueAt && t('desk.closes', { when: formatMoment(dueAt, locale) }),
    // Of these the day that counts has been said.
    !['late_case', 'follow_up', 'closing'].includes(kind) && relativeDay(since, now, locale),
  ];
  return dotted(facts, t);
}
