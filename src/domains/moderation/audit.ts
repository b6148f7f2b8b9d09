import { say, type MessageKey, type Translate } from '~/i18n/index.ts';
import { Constants } from '~/lib/database.types.ts';
import type { Role } from '~/domains/residents/residents.ts';
import type { OldWords } from './moderation.ts';
import { pageOf } from './queue/queue.ts';

/** Acts of staff, as the trail names them; each has words in `moderation.act`. */
export const acts = [
  'approve',
  'decline',
  'ask',
  'merge',
  'check',
  'check_for_landlord',
  'make_physical',
  'make_social',
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
  'add',
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
  'done_milestone',
  'undone_milestone',
  'removed_milestone',
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
  'write_letter_text',
  'approved_join_request',
  'declined_join_request',
  'require_second_factor',
  'allow_one_factor',
  'remove_second_factor',
  'switch_on_second_factor',
  'switch_off_second_factor',
  'take_back',
  'move',
  'take_up',
  'tick',
  'untick',
  'sign_up_for',
  'end_signup',
  'send',
  'resend',
  'try',
  'report_message',
  'share_photos',
  'hide_photos',
  // From the histories of cases, also in what is about oneself; those of sign-ups only there.
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
  'contact',
  'translation',
  'host',
  'outage',
  'responsibility',
  'deadline',
  'assignee',
  'landlord_settings',
  'webhook',
  'session',
  'series',
  'attendance',
  'join_code',
  'installation',
  'signup',
  'report',
  'api_key',
] as const;
type SubjectKind = (typeof subjects)[number];

/** Acts whose name ends in the role they are about. */
const aboutRole = /^(make_code_for|revoke_code_for|become)_(\w+)$/;
type AboutRole = 'make_code_for' | 'revoke_code_for' | 'become';

const isRole = (name: string | undefined): name is Role =>
  (Constants.public.Enums.member_role as readonly (string | undefined)[]).includes(name);
const plain = (name: string) => name.replaceAll('_', ' ');

/** What was done, to what kind of thing; plain names where there are no words yet. */
export function actWords(act: string, subjectKind: string, t: Translate): string {
  const [, family, role] = aboutRole.exec(act) ?? [];
  if (family && isRole(role))
    return t(`moderation.act.${family as AboutRole}`, { role: t(`residents.role.${role}`) });
  const [key, kind] = [actKey(act), subjectKey(subjectKind)];
  return t('frame.labelled', {
    label: key ? say(t, key) : plain(act),
    text: kind ? say(t, kind) : plain(subjectKind),
  });
}

/** The words for an act; null when it has none of its own. */
export const actKey = (act: string): MessageKey | null =>
  (acts as readonly string[]).includes(act) ? `moderation.act.${act as Act}` : null;
export const subjectKey = (kind: string): MessageKey | null =>
  (subjects as readonly string[]).includes(kind)
    ? `moderation.subject.${kind as SubjectKind}`
    : null;

/** The thing itself, as whoever reads may see it. */
export interface Subject {
  /** Its title, or that of the page it stands on. */
  name: string | null;
  /** Of a case. */
  number: number | null;
  pageId: string;
}

/** Which one it is: a title or a name, or the number of a case. */
export const subjectName = ({ name, number }: Subject, t: Translate): string =>
  name ?? t('reports.case', { number: number ?? 0 });

/** Where staff find the thing; null for what has no page. */
export function subjectPage({ slug, subject, subjectKind, subjectId }: Entry): string | null {
  if (!slug || !subject) return null;
  const { pageId, number } = subject;
  const to = (rest: string) => `/${slug}/${rest}`;
  if (number) return to(`saker/${number}`);
  switch (subjectKind) {
    case 'proposal':
    case 'comment':
    case 'question':
    case 'message':
      return to(pageOf({ kind: subjectKind, id: subjectId, pageId }));
    case 'activity':
    case 'translation':
    case 'host':
    case 'session':
    case 'series':
    case 'attendance':
      return to(`drift/aktiviteter/${pageId}`);
    case 'poll':
      return to(`drift/avstemninger/${pageId}`);
    case 'notice':
      return to(`drift/oppslag/${pageId}`);
    default:
      return null;
  }
}

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
  slug: string | null;
  /** Null: gone, or not to be seen by whoever reads. */
  subject: Subject | null;
  /** Words that were put right, as they were. */
  old: OldWords | null;
}

/** Something staff did that is about me: by role, never by name. */
export interface ActAboutMe {
  blockId: string | null;
  act: string;
  subjectKind: string;
  subjectId: string;
  role: Role | null;
  reason: string | null;
  /** Null: gone, or no longer mine to see. */
  subject: Subject | null;
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
