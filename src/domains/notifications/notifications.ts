import type { Enums } from '~/lib/database.types.ts';

/**
 * Something somebody was told. The words are made from the kind and say nothing of what it is about: a message may be read by
 * others than its receiver, and nobody may learn from it what somebody takes part in.
 */
export interface Notification {
  id: string;
  kind: Enums<'notification_kind'>;
  createdAt: Date;
  /** Where it leads. */
  activityId: string;
  blockSlug: string;
  /** What those who run it wrote; null when there is nothing, or it is no longer mine to read. */
  message: string | null;
}

/** A host reads an answer where the own activity is run; everything else is on its page. */
export const hrefOf = ({ kind, blockSlug, activityId }: Notification) =>
  kind === 'activity_approved' || kind === 'activity_declined'
    ? `/${blockSlug}/drift/aktiviteter/${activityId}`
    : `/${blockSlug}/aktiviteter/${activityId}`;
