import { z } from 'astro/zod';
import type { Hidden } from '~/domains/moderation/moderation.ts';
import { id, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import {
  liveStatuses,
  type Participant,
  type SignupStatus,
} from '~/domains/activities/activities.ts';

/** `messageId` is drawn by the page: the form sent twice is one message. */
export const messageForm = z.object({
  id: id(),
  messageId: id(),
  body: text(lengths.activity_messages.body),
});

/** A message to everybody on the list of an activity. */
export interface ActivityMessage {
  id: string;
  body: string;
  /** By the consultant; else by a host. */
  isFromStaff: boolean;
  /** Hidden from those on the list; only those who run the activity see it. */
  hidden: Hidden | null;
  isMine: boolean;
  createdAt: Date;
}

/** How many sign-ups a message reaches, and how many are of people without an account, who must be told in another way. */
export function receivers(participants: Participant[]) {
  const live = participants.filter(({ status }) =>
    (liveStatuses as readonly SignupStatus[]).includes(status),
  );
  const reached = live.filter(({ hasAccount }) => hasAccount).length;
  return { reached, unreached: live.length - reached };
}
