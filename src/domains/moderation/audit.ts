import type { MessageKey, Translate } from '~/i18n/index.ts';
import { Constants, type Enums } from '~/lib/database.types.ts';
import type { Role } from '~/domains/residents/residents.ts';
import { roleIn, type Why } from './audit-details.ts';
import type { OldWords } from './moderation.ts';
import { pageOf } from './queue/queue.ts';

export type Act = Enums<'audit_act'>;
export type SubjectKind = Enums<'audit_subject'>;
/** Acts of staff that are about me and are kept in a history, not in the log. */
type Event = Enums<'about_me_event'>;
export const { audit_act: acts, audit_subject: subjects } = Constants.public.Enums;

/** The words for an act, without what it is about. */
export const actKey = (act: Act) => `moderation.act.${act}` satisfies MessageKey;
export const subjectKey = (kind: SubjectKind) => `moderation.subject.${kind}` satisfies MessageKey;
const eventKey = (event: Event) => `moderation.event.${event}` satisfies MessageKey;

/** Acts that say which role they are about, and nothing else. */
export const actsForRole = {
  make_code: 'moderation.act_for_role.make_code',
  revoke_code: 'moderation.act_for_role.revoke_code',
  become: 'moderation.act_for_role.become',
} as const satisfies Partial<Record<Act, MessageKey>>;
const isForRole = (act: Act): act is keyof typeof actsForRole => act in actsForRole;

/** What was done, to what kind of thing. */
export function actWords(
  { act, event, subjectKind, shape, details }: Done & Pick<Why, 'shape' | 'details'>,
  t: Translate,
): string {
  const role = roleIn({ shape, details });
  if (act && role && isForRole(act))
    return t(actsForRole[act], { role: t(`residents.role.${role}`) });
  return t('frame.labelled', {
    label: t(act ? actKey(act) : eventKey(event)),
    text: t(subjectKey(subjectKind)),
  });
}

/** What was done: an act in the log, or an event in a history. */
export type Done = { subjectKind: SubjectKind } & (
  { act: Act; event?: null } | { act: null; event: Event }
);

/** The thing itself, as the reader may see it. */
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

/** The page of a building on which staff find a thing; null when it has none. A case goes by its number. */
const pages: Record<SubjectKind, ((subject: Subject, id: string) => string) | null> = {
  proposal: ({ pageId }, id) => pageOf({ kind: 'proposal', id, pageId }),
  comment: ({ pageId }, id) => pageOf({ kind: 'comment', id, pageId }),
  question: ({ pageId }, id) => pageOf({ kind: 'question', id, pageId }),
  message: ({ pageId }, id) => pageOf({ kind: 'message', id, pageId }),
  activity: ({ pageId }) => `drift/aktiviteter/${pageId}`,
  translation: ({ pageId }) => `drift/aktiviteter/${pageId}`,
  host: ({ pageId }) => `drift/aktiviteter/${pageId}`,
  session: ({ pageId }) => `drift/aktiviteter/${pageId}`,
  series: ({ pageId }) => `drift/aktiviteter/${pageId}`,
  attendance: ({ pageId }) => `drift/aktiviteter/${pageId}`,
  signup: null,
  poll: ({ pageId }) => `drift/avstemninger/${pageId}`,
  notice: ({ pageId }) => `drift/oppslag/${pageId}`,
  report: ({ number }) => `saker/${number}`,
  outage: ({ number }) => `saker/${number}`,
  membership: null,
  join_request: null,
  join_code: null,
  flat: null,
  place: null,
  block: null,
  contact: null,
  responsibility: null,
  deadline: null,
  assignee: null,
  landlord_settings: null,
  webhook: null,
  api_key: null,
  installation: null,
};

/** Where staff find the thing; null when it has no page, or they may not see it. */
export function subjectPage({ slug, subject, subjectKind, subjectId }: Entry): string | null {
  const page = subject && pages[subjectKind]?.(subject, subjectId);
  return slug && page ? `/${slug}/${page}` : null;
}

/** A line of the audit log. */
export interface Entry extends Why {
  id: string;
  act: Act;
  subjectKind: SubjectKind;
  subjectId: string;
  /** Null: nobody, the portal did it by itself; or an account that is deleted, when there is a role. */
  actor: string | null;
  role: Role | null;
  at: Date;
  /** The building, for the admin. */
  blockName: string | null;
  slug: string | null;
  /** Null: deleted, or not visible to the reader. */
  subject: Subject | null;
  /** What the details point to is called; null as above. */
  other: string | null;
  /** Words that were edited, as they were. */
  old: OldWords | null;
}

/** Something staff did that is about me: by role, never by name. */
export type ActAboutMe = Done &
  Why & {
    blockId: string | null;
    subjectId: string;
    role: Role | null;
    /** Null: deleted, or no longer visible to me. */
    subject: Subject | null;
    other: string | null;
    at: Date;
  };

/** Which lines of the audit log; null: all. */
export interface LogFilter {
  act: Act | null;
  subject: SubjectKind | null;
}

const known = <Name extends string>(names: readonly Name[], value: string | null) =>
  names.find((name) => name === value) ?? null;

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
