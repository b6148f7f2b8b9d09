import type { MessageKey } from '~/i18n/index.ts';
import type { Participant } from '~/domains/activities/activities.ts';

type Reason = Participant['reason'];
const inWords = ['place_freed', 'more_places', 'offer_accepted'] as const satisfies Reason[];
const outWords = [
  'offer_declined',
  'offer_lapsed',
  'cancelled_by_self',
  'cancelled_by_staff',
  'activity_cancelled',
  'moved_out',
] as const satisfies Reason[];

/** How somebody got in who did not get a place at once; null when there is nothing to explain. */
export function reasonIn(reason: Reason): MessageKey | null {
  const known = inWords.find((one) => one === reason);
  return known ? `activities.list.in.${known}` : null;
}

/** Why somebody is no longer on the list. */
export function reasonOut(reason: Reason): MessageKey | null {
  const known = outWords.find((one) => one === reason);
  return known ? `activities.list.out.${known}` : null;
}
