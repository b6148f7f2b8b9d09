import type { MessageKey } from '~/i18n/index.ts';
import type { Role } from '~/domains/residents/residents.ts';

/** Acts of staff, as the trail names them; each has words in `moderation.act`. */
export const acts = [
  'approve',
  'decline',
  'ask',
  'merge',
  'check',
  'check_for_landlord',
  'publish',
  'cancel',
  'plan',
  'open',
  'extend',
  'stop',
  'answer',
  'mark_paper',
  'unmark_paper',
  'mark_paper_refused',
  'count_paper',
  'change',
  'translate',
  'remove_translation',
  'withdraw',
  'remove',
  'keep_photo',
  'remove_photo',
  'update_follow_up',
  'reopen_follow_up',
  'add_milestone',
  'add_follow_up_photo',
  'remove_follow_up_photo',
  'hide_by_flags',
  'hide',
  'uphold',
  'dismiss',
  'restore',
  'edit',
  'warn',
  'pause',
  'lift_pause',
  'end_membership',
  'lock_out',
  'lift_lock_out',
  'change_tenant',
  'make_account',
  'make_slip',
  'set_password',
  'make_letters',
  'approved_join_request',
  'declined_join_request',
  // From the histories of sign-ups and cases: only in what is about oneself.
  'signup_signed_up',
  'signup_offered',
  'signup_waitlisted',
  'signup_cancelled',
  'signup_declined',
  'signup_lapsed',
  'report_status',
  'report_chased',
  'report_still_working',
  'report_merged_in',
  'report_unmerged',
  'report_assigned',
] as const;
type Act = (typeof acts)[number];

export const subjects = [
  'proposal',
  'comment',
  'question',
  'activity',
  'message',
  'poll',
  'notice',
  'membership',
  'join_request',
  'flat',
  'place',
  'block',
  'signup',
  'report',
] as const;
type Subject = (typeof subjects)[number];

/** The words for an act; for one that has none yet, its plain name. */
export const actKey = (act: string): MessageKey | null =>
  (acts as readonly string[]).includes(act) ? `moderation.act.${act as Act}` : null;
export const subjectKey = (kind: string): MessageKey | null =>
  (subjects as readonly string[]).includes(kind) ? `moderation.subject.${kind as Subject}` : null;

/** A line of the trail. */
export interface Entry {
  id: string;
  act: string;
  subjectKind: string;
  subjectId: string;
  /** Null: nobody, the portal did it by itself; or an account that is deleted, when there is a role. */
  actor: string | null;
  role: Role | null;
  reason: string | null;
  at: Date;
  /** The building, for the admin. */
  blockName: string | null;
  /** Words that were put right, as they were. */
  old: { title: string | null; body: string | null } | null;
}

/** Something staff did that is about me: by role, never by name. */
export interface ActAboutMe {
  blockId: string | null;
  act: string;
  subjectKind: string;
  subjectId: string;
  role: Role | null;
  reason: string | null;
  at: Date;
}

/** Which lines of the trail; null: all. */
export interface LogFilter {
  act: string | null;
  subject: string | null;
}

const known = (names: readonly string[], value: string | null) =>
  value !== null && names.includes(value) ? value : null;

/** What the address of a log asks for. */
export function readLogAddress(asked: URLSearchParams): { filter: LogFilter; page: number } {
  const side = Number(asked.get('side') ?? 1);
  return {
    filter: {
      act: known(acts, asked.get('handling')),
      subject: known(subjects, asked.get('gjelder')),
    },
    page: Number.isInteger(side) && side >= 1 && side <= 10_000 ? side - 1 : 0,
  };
}
