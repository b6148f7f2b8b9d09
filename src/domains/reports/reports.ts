import { z } from 'astro/zod';
import type { PlaceKind } from '~/domains/blocks/blocks.ts';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { id, optionalText, text } from '~/lib/forms.ts';
import type { PictureProblem } from '~/lib/images.ts';
import { lengths, numbers } from '~/lib/numbers.ts';
import type { IconName } from '~/components/icons.ts';
import type { Tone } from '~/components/tones.ts';

export type ReportStatus = Enums<'report_status'>;
export type ReportThing = Enums<'report_thing'>;
export type ReportActor = Enums<'report_actor'>;
export type ReportAccess = Enums<'report_access'>;
export type MessageAudience = Enums<'message_audience'>;
export type ReportWait = Enums<'report_wait'>;
type ReportEventKind = Enums<'report_event_kind'>;

const enums = Constants.public.Enums;
export const reportStatuses = enums.report_status;
export const reportThings = enums.report_thing;
export const reportWaits = enums.report_wait;

export const maxPhotos = numbers.report_photos;

/** A stored picture as it travels in the form: the file's name without folder and ending. */
export const photoId = z.string().regex(/^[0-9a-f]{64}_\d{1,4}x\d{1,4}$/, 'form.invalid');

/** The stored pictures among what a form sent. */
export const photoIds = (sent: unknown[]) =>
  [...new Set(sent.flatMap((one) => photoId.safeParse(one).data ?? []))].slice(0, maxPhotos);

/** Why a file is not among the pictures of a report. */
export const photoProblems = [
  'not_a_picture',
  'heic',
  'too_big',
  'too_many_pixels',
  'broken',
  'not_stored',
  'too_many',
] as const satisfies (PictureProblem | 'not_stored' | 'too_many')[];
export type PhotoProblem = (typeof photoProblems)[number];

/** The last step of "Meld feil". Pictures are read by the action before this is judged. */
export const reportForm = z.object({
  id: id(),
  placeId: id(),
  thing: z.enum(reportThings, { error: 'form.required' }),
  isUrgent: z.stringbool().default(false),
  description: text(lengths.report_details.description),
  access: z.enum(enums.report_access).optional(),
  contact: optionalText(lengths.report_details.contact),
  /** Ticked or not there at all. */
  arePhotosShared: z
    .literal('true')
    .optional()
    .transform((value) => value === 'true'),
});
export type ReportInput = z.output<typeof reportForm> & { photos: string[] };

/** A message; staff choose whether it is for the resident or internal. */
export const messageForm = z.object({
  id: id(),
  reportId: id(),
  body: text(lengths.report_messages.body),
  audience: z.enum(enums.message_audience, { error: 'form.required' }),
});

export const statusForm = z.object({
  reportId: id(),
  to: z.enum(reportStatuses, { error: 'form.required' }),
  reason: optionalText(lengths.report_messages.body),
  waitingFor: z.enum(enums.report_wait).optional(),
});

/** What the database leaves of the words of a flat's case when its personal data is taken away. */
export const forgottenWords = '–';

export const followForm = z.object({ reportId: id(), isFollowing: z.stringbool() });

/** Where a fault can be. */
export interface ReportPlace {
  id: string;
  kind: PlaceKind;
  name: string;
}

/** What a list shows of a case. Nothing here tells who reported it. */
export interface ReportLine {
  id: string;
  number: number;
  thing: ReportThing;
  status: ReportStatus;
  isOpen: boolean;
  isCommon: boolean;
  isUrgent: boolean;
  affectedCount: number;
  createdAt: Date;
  statusChangedAt: Date;
  /** What it waits for, while it does. */
  waitingFor: ReportWait | null;
  /** The day (Oslo) by which it is expected to be done; null when the landlord has set no time. */
  expectedBy: string | null;
  /** Null when it is a flat that I may not see. */
  place: { name: string; kind: PlaceKind } | null;
  /** I have pressed "Jeg har det også". */
  isFollowing: boolean;
  /** Staff and reporter only: since when the reporter waits for an answer. */
  awaitsAnswerSince: Date | null;
  block: { id: string; slug: string; name: string };
}

/** What is known of a fault that many have. The words are for the whole internet. */
export interface Outage {
  body: string;
  /** The day (Oslo) something is to happen; null when nobody knows. */
  expectedOn: string | null;
}

/** A stretch of time that was proposed. */
export interface ProposedTime {
  position: number;
  startsAt: Date;
  endsAt: Date;
}

/** A question of the staff to the resident, with times to choose from or without. */
export interface Question {
  id: string;
  body: string;
  by: ReportActor;
  askedAt: Date;
  /** Another question took its place. */
  isWithdrawn: boolean;
  answeredAt: Date | null;
  answeredBy: ReportActor | null;
  /** The position of the time that was chosen; null when none suited. */
  chosen: number | null;
  answer: string | null;
  times: ProposedTime[];
}

/** One case, with what I may see of it: `details` is null for neighbours. */
export interface Report extends ReportLine {
  placeId: string;
  details: {
    reporterId: string | null;
    description: string;
    access: ReportAccess | null;
    contact: string | null;
    hasAppealed: boolean;
  } | null;
  /** The case this one is merged into. */
  mergedInto: string | null;
  arePhotosShared: boolean;
  chasedAt: Date | null;
  chaseCount: number;
  /** I have said "Ikke fikset", since it was last called fixed. */
  hasObjected: boolean;
  outage: Outage | null;
  /** Reporter and staff only. */
  questions: Question[];
  photos: { position: number; width: number; height: number }[];
  events: {
    id: number;
    kind: ReportEventKind;
    from: ReportStatus | null;
    /** Null unless the status changed. */
    to: ReportStatus | null;
    waitingFor: ReportWait | null;
    by: ReportActor;
    /** The name of who did it, for those of the staff who may read it. */
    actor: string | null;
    at: Date;
  }[];
  messages: {
    id: string;
    /** The event this is the text of. */
    eventId: number | null;
    by: ReportActor;
    audience: MessageAudience;
    body: string;
    at: Date;
  }[];
}

/** What somebody may choose from now. */
export interface Transition {
  to: ReportStatus;
  isReasonRequired: boolean;
}

/** Colour and sign of a status; the word is always printed too. */
export const statusLook: Record<ReportStatus, { tone: Tone; icon: IconName }> = {
  received: { tone: 'neutral', icon: 'check' },
  forwarded: { tone: 'neutral', icon: 'arrow-right' },
  in_progress: { tone: 'waiting', icon: 'wrench' },
  waiting: { tone: 'waiting', icon: 'clock' },
  fixed: { tone: 'good', icon: 'check' },
  confirmed: { tone: 'good', icon: 'check' },
  reopened: { tone: 'bad', icon: 'warning' },
  closed: { tone: 'neutral', icon: 'cross' },
  withdrawn: { tone: 'neutral', icon: 'cross' },
  merged: { tone: 'neutral', icon: 'arrow-right' },
};

/** The place's own icon: how a choice is found with a tired eye. */
export const placeIcon: Record<PlaceKind, IconName> = {
  flat: 'home',
  stair: 'stairs',
  floor: 'stairs',
  lift: 'lift',
  laundry: 'laundry',
  cellar: 'door',
  yard: 'yard',
  common_room: 'coffee',
};

export const thingIcon: Record<ReportThing, IconName> = {
  leak: 'water',
  drain: 'water',
  hot_water: 'water',
  heating: 'heat',
  power: 'light',
  light: 'light',
  damp_air: 'water',
  window: 'door',
  door_lock: 'lock',
  intercom: 'bell',
  pests: 'bug',
  fire_safety: 'fire',
  appliance: 'wrench',
  escape_route: 'door',
  rubbish: 'trash',
  vandalism: 'flag',
  cleaning: 'trash',
  snow_ice: 'snow',
  playground: 'users',
  greenery: 'yard',
  paving: 'stairs',
  storage_room: 'lock',
  washing_machine: 'laundry',
  dryer: 'laundry',
  lift_stopped: 'lift',
  lift_door: 'lift',
  lift_button: 'lift',
  lift_sound: 'lift',
  other: 'wrench',
};

/** Who I am towards this case: decides what the page offers, never what the database allows. */
export function roleIn(
  report: Pick<Report, 'details'>,
  me: { id: string; isConsultant: boolean; isLandlord: boolean },
): ReportActor | 'neighbour' {
  if (me.isLandlord) return 'landlord';
  if (me.isConsultant) return 'consultant';
  return report.details?.reporterId === me.id ? 'reporter' : 'neighbour';
}
