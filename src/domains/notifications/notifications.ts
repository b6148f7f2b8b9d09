import type { Enums } from '~/lib/database.types.ts';

/**
 * Something somebody was told. The words of a message are made from the kind and say nothing of what it is about: it may be read by
 * others than its receiver, and nobody may learn from it what somebody takes part in.
 */
export interface Notification {
  id: string;
  kind: Enums<'notification_kind'>;
  createdAt: Date;
  /** Where it leads; without an activity or a vote, to the cases. */
  activityId: string | null;
  pollId: string | null;
  /** Null too when the case is no longer mine to see. */
  reportNumber: number | null;
  isOfNotice: boolean;
  /** Null too when it has ended, or is no longer mine to read. */
  noticeId: string | null;
  proposalId: string | null;
  blockSlug: string;
  /** Of the vote or the proposal, on the page alone: what is sent out never has it. Null too when it is no longer mine to read. */
  title: string | null;
  /** What those who run it wrote, or why the consultant did it; null when there is nothing, or it is no longer mine to read. */
  message: string | null;
  /** Why the consultant did what it is about, as it is stored. */
  reason: string | null;
}

/** The consultant helped me to sign in: what staff did that is about me says when. */
export const isOfHelp = ({ kind }: Pick<Notification, 'kind'>) =>
  kind === 'account_slip' || kind === 'account_password';

const noticeHref = ({ kind, blockSlug, noticeId }: Notification) =>
  `/${blockSlug}${kind === 'notice_photo_request' ? '/drift' : ''}/oppslag${noticeId ? `/${noticeId}` : ''}`;

/** What is to be done is where it is run: a host's answer, what is late. Everything else is on its page. */
export function hrefOf(notification: Notification): string {
  const { kind, blockSlug, activityId, proposalId, pollId, reportNumber } = notification;
  if (notification.isOfNotice) return noticeHref(notification);
  // What staff did that is about me, and why.
  if (isOfHelp(notification) || kind === 'account_ended') return '/konto/mine-data#ansatte';
  if (proposalId) return `/${blockSlug}/forslag/${proposalId}`;
  if (pollId && (kind === 'follow_up_late' || kind === 'follow_up_given'))
    return `/${blockSlug}/drift/avstemninger/${pollId}/oppfolging`;
  if (pollId && kind === 'poll_uncounted')
    return `/${blockSlug}/drift/avstemninger/${pollId}/telling`;
  if (pollId && (kind === 'account_moderated' || kind === 'poll_answer'))
    return `/${blockSlug}/avstemninger/${pollId}#sporsmal`;
  if (pollId) return `/${blockSlug}/avstemninger/${pollId}`;
  if (kind === 'account_paused') return '/mitt#pause';
  if (kind === 'account_joined') return `/${blockSlug}`;
  if (kind === 'account_not_joined') return '/bli-med/uten-kode';
  if (!activityId) return `/${blockSlug}/saker${reportNumber ? `/${reportNumber}` : ''}`;
  return /^activity_(approved|declined|host_left)$/.test(kind)
    ? `/${blockSlug}/drift/aktiviteter/${activityId}`
    : `/${blockSlug}/aktiviteter/${activityId}`;
}
