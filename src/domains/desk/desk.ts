import type { Enums } from '~/lib/database.types.ts';
import type { FormState } from '~/lib/forms.ts';
import type { ActivityKind } from '~/domains/activities/activities.ts';
import type { ThingKind } from '~/domains/moderation/moderation.ts';
import type { ReportThing } from '~/domains/reports/reports.ts';

export type WaitingKind = Enums<'waiting_kind'>;

/** What each kind is about, beside its title. */
interface About {
  flag: ThingKind;
  appeal: ThingKind;
  photo_request: 'shown' | 'hidden';
  /** The flat as they wrote it. */
  join_request: string;
  case: ReportThing;
  late_case: ReportThing;
  question: null;
  proposal: Enums<'proposal_kind'>;
  activity: ActivityKind;
  count: null;
  follow_up: 'consultant' | 'landlord';
  closing: null;
  unreached: null;
  /** A vote that is planned is shown to the building and waits to be opened. */
  draft: 'activity' | 'notice' | 'draft' | 'planned';
}

/** Something that waits for the consultant. `K` narrows it to one kind. */
export type Waiting<K extends WaitingKind = WaitingKind> = K extends WaitingKind
  ? {
      kind: K;
      about: About[K];
      /** Empty only for `unreached`. */
      id: string;
      title: string | null;
      body: string | null;
      /** What neighbours reported about it; never who. */
      reasons: string[];
      /** Where; for a request to join, the flat with that name. */
      place: string | null;
      /** The vote of a question; the flat meant in a request to join. */
      parentId: string | null;
      number: number | null;
      dueAt: Date | null;
      isUrgent: boolean;
      /** How many, where there is something to count. */
      amount: number | null;
      since: Date;
      /** How many of its kind there are. */
      kindCount: number;
    }
  : never;

/** The last seven days in numbers; late cases are those of now. */
export interface Week {
  signUps: number;
  datesHeld: number;
  peopleCame: number;
  casesOpened: number;
  casesFinished: number;
  lateCases: number;
  joinRequests: number;
  newMembers: number;
}

/** Nobody else waits for these. */
const ownKinds: WaitingKind[] = ['closing', 'unreached', 'draft'];
export const isOwn = ({ kind }: Waiting) => ownKinds.includes(kind);

/** With more than this many of a kind, only the first ones are listed and the rest is one line. */
const calm = { most: 5, shown: 2 };

/** A thing to decide, or the line that leads to the others of its kind. */
export type Entry = { thing: Waiting; rest: number };

/** The list as it is shown, in its order: of a long kind only the first ones, with the number of the others. */
export function arrange(things: Waiting[]): Entry[] {
  const seen = new Map<WaitingKind, number>();
  return things.flatMap((thing) => {
    const { kind, kindCount } = thing;
    const position = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, position);
    if (kindCount <= calm.most) return [{ thing, rest: 0 }];
    if (position > calm.shown) return [];
    return [{ thing, rest: position === calm.shown ? kindCount - calm.shown : 0 }];
  });
}

const draftPages = {
  activity: 'aktiviteter',
  notice: 'oppslag',
  draft: 'avstemninger',
  planned: 'avstemninger',
} as const;

/** Where a thing is dealt with in full, seen from the building; null when there is no page for it. */
export function pathOf(thing: Waiting): string | null {
  const { kind, id, parentId, number } = thing;
  const moderation = `drift/moderering?type=${thing.about}&id=${id}`;
  const paths: Record<Exclude<WaitingKind, 'draft'>, string | null> = {
    flag: moderation,
    appeal: moderation,
    photo_request: `drift/oppslag/${id}`,
    join_request: 'drift/beboere',
    case: `saker/${number}`,
    late_case: `saker/${number}`,
    question: `drift/avstemninger/${parentId}#sporsmal`,
    proposal: `drift/forslag#forslag-${id}`,
    activity: `drift/aktiviteter/${id}`,
    count: `drift/avstemninger/${id}/telling`,
    follow_up: `drift/avstemninger/${id}/oppfolging`,
    closing: `drift/avstemninger/${id}`,
    unreached: null,
  };
  return kind === 'draft' ? `drift/${draftPages[thing.about]}/${id}` : paths[kind];
}

/** Where all of a kind are. */
export const listPaths: Record<WaitingKind, string> = {
  flag: 'drift/moderering',
  appeal: 'drift/moderering',
  photo_request: 'drift/oppslag',
  join_request: 'drift/beboere',
  case: 'drift/saker?hos=oss',
  late_case: 'drift/saker?hos=forsinket',
  question: 'drift/avstemninger',
  proposal: 'drift/forslag',
  activity: 'drift/aktiviteter',
  count: 'drift/avstemninger',
  follow_up: 'drift/avstemninger',
  closing: 'drift/avstemninger',
  unreached: 'drift/oppslag',
  draft: 'drift/aktiviteter',
};

const longest = 500; // signs

/** Enough of a text to decide, and whether there is more of it. */
export function excerpt(text: string): { text: string; isCut: boolean } {
  if (text.length <= longest) return { text, isCut: false };
  return { text: `${text.slice(0, longest).replace(/\s+\S*$/, '')} …`, isCut: true };
}

const idOf = ({ values }: FormState) => values['id']?.[0] ?? values['reportId']?.[0];

/** The refusal of this action for this thing; null for all others. */
export const refusalOf = (
  refused: { action: string; form: FormState } | null,
  action: string,
  id: string,
): FormState | null =>
  refused?.action === action && idOf(refused.form) === id ? refused.form : null;

/** A decision about something that does not wait (any more): somebody else was first. */
export const lostRefusal = (
  refused: { form: FormState } | null,
  entries: Entry[],
): FormState | null =>
  refused && !entries.some(({ thing }) => thing.id === idOf(refused.form)) ? refused.form : null;
