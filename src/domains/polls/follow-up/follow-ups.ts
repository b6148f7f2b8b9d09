import { z } from 'astro/zod';
import type { IconName } from '~/components/icons.ts';
import type { Tone } from '~/components/tones.ts';
import type { ClosedPoll } from '~/domains/polls/polls.ts';
import type { Enums } from '~/lib/database.types.ts';
import { id, optionalText, text, type FormState } from '~/lib/forms.ts';
import { osloDay } from '~/lib/time.ts';
import { amount } from '~/lib/money.ts';
import { lengths } from '~/lib/numbers.ts';

export type FollowUpStatus = Enums<'follow_up_status'>;
/** The consultant speaks for the residents. */
export type FollowUpOwner = Exclude<Enums<'phase_owner'>, 'residents'>;
const followUpStatuses = [
  'decision',
  'work',
  'done',
  'declined',
] as const satisfies FollowUpStatus[];
export const followUpOwners = ['consultant', 'landlord'] as const satisfies FollowUpOwner[];

/** The status of what was voted on. Days are Oslo's, as `YYYY-MM-DD`. */
export interface FollowUpNow {
  pollId: string;
  owner: FollowUpOwner;
  status: FollowUpStatus;
  /** The day of the next update; null when it is done or declined. */
  nextOn: string | null;
  /** The update that ended the wait for a decision. */
  decision: string | null;
  /** The latest update; null while there is none. */
  body: string | null;
  delayedBecause: string | null;
  /** Spent so far. */
  costNok: number | null;
  updatedAt: Date | null;
  /** The number of updates. */
  version: number;
}

/** A vote that is over, and what comes of it; null as long as it is not counted. */
export type DecidedPoll = ClosedPoll & { followUp: FollowUpNow | null };

/** Overdue ones first, the longest first; the others keep their order. */
export const overdueFirst = (polls: DecidedPoll[], now: Date) => {
  const late = polls.filter(({ followUp }) => followUp && isOverdue(followUp, now));
  return [
    ...late.toSorted((a, b) => a.followUp!.nextOn!.localeCompare(b.followUp!.nextOn!)),
    ...polls.filter((poll) => !late.includes(poll)),
  ];
};

interface FollowUpUpdate {
  id: string;
  status: FollowUpStatus;
  body: string;
  delayedBecause: string | null;
  by: FollowUpOwner;
  at: Date;
}

export interface Milestone {
  id: string;
  title: string;
  dueOn: string | null;
  doneOn: string | null;
}

/** One in a list over several votes. */
export interface ListedFollowUp extends FollowUpNow {
  /** Of the vote. */
  title: string;
  block: { name: string; slug: string };
}

export interface FollowUpPhoto {
  id: string;
  moment: Enums<'follow_up_moment'>;
  /** What it shows, in words. */
  alt: string;
  width: number;
  height: number;
}

/** With its history (newest first) and its steps (in the order of their days). */
export interface FollowUp extends ListedFollowUp {
  updates: FollowUpUpdate[];
  milestones: Milestone[];
  photos: FollowUpPhoto[];
}

export const followUpLook: Record<FollowUpStatus, { tone: Tone; icon: IconName }> = {
  decision: { tone: 'waiting', icon: 'clock' },
  work: { tone: 'waiting', icon: 'wrench' },
  done: { tone: 'good', icon: 'check' },
  declined: { tone: 'neutral', icon: 'cross' },
};

/** The day something was to be said by has passed. */
export const isOverdue = ({ nextOn }: Pick<FollowUpNow, 'nextOn'>, now: Date) =>
  nextOn !== null && nextOn < osloDay(now);

export const isOpen = ({ status }: Pick<FollowUpNow, 'status'>) =>
  status === 'decision' || status === 'work';

/** What can be said next: never back to before, and what is done or declined is only taken up again as work. */
export const statusesAfter = (status: FollowUpStatus): FollowUpStatus[] =>
  status === 'decision' || status === 'work'
    ? followUpStatuses.slice(followUpStatuses.indexOf(status))
    : [status, 'work'];

export const followUpForm = z.object({
  id: id(),
  pollId: id(),
  /** The version that the page showed. */
  seen: z.coerce.number({ error: 'form.invalid' }).int('form.invalid').min(0, 'form.invalid'),
  status: z.enum(followUpStatuses, { error: 'form.required' }),
  body: text(lengths.follow_up_updates.body),
  nextOn: z
    .union([z.literal(''), z.iso.date({ error: 'form.invalid' })])
    .nullish()
    .transform((day) => day || null),
  delayedBecause: optionalText(lengths.follow_up_updates.delayed_because),
  cost: amount(),
  owner: z.enum(followUpOwners, { error: 'form.invalid' }).nullish(),
  /** Sent by the form of what is done or declined. */
  wasClosed: z.literal('yes').nullish(),
});
export type FollowUpInput = z.output<typeof followUpForm>;

export const milestoneForm = z.object({
  id: id(),
  pollId: id(),
  title: text(lengths.follow_up_milestones.title),
  dueOn: z
    .union([z.literal(''), z.iso.date({ error: 'form.invalid' })])
    .nullish()
    .transform((day) => day || null),
});
export type MilestoneInput = z.output<typeof milestoneForm>;

const milestoneActs = ['done', 'undone', 'removed'] as const satisfies Enums<'milestone_act'>[];
export const milestoneActForm = z.object({ id: id(), act: z.enum(milestoneActs) });

export const moments = ['before', 'after'] as const satisfies Enums<'follow_up_moment'>[];
export const photoForm = z.object({
  id: id(),
  pollId: id(),
  moment: z.enum(moments, { error: 'form.required' }),
  alt: text(lengths.follow_up_photos.alternative_text),
  file: z.instanceof(File, { error: 'form.required' }).refine(({ name }) => name, 'form.required'),
});
export const photoIdForm = z.object({ id: id() });

/** What was typed, from the address of a preview; null when none was asked for. */
export function typedIn(params: URLSearchParams): FormState | null {
  if (!params.has('status')) return null;
  const values: FormState['values'] = {};
  for (const name of Object.keys(followUpForm.shape))
    if (params.has(name)) values[name] = params.getAll(name);
  return { values, errors: {} };
}

/** What was said after the version that stood on the page, newest first. */
export const saidSince = ({ updates, version }: FollowUp, seen: number) =>
  updates.slice(0, Math.max(0, version - seen));

/** How the residents would see it with what was typed; what cannot be read stays as it is. */
export function previewOf(followUp: FollowUp, { values }: FormState, now: Date): FollowUp {
  const first = (name: string) => values[name]?.[0]?.trim() || null;
  const status = followUpForm.shape.status.safeParse(first('status')).data ?? followUp.status;
  const nextOn = followUpForm.shape.nextOn.safeParse(first('nextOn')).data ?? null;
  const open = isOpen({ status });
  return {
    ...followUp,
    status,
    body: first('body') ?? followUp.body,
    nextOn: open ? (nextOn ?? followUp.nextOn) : null,
    delayedBecause: open ? first('delayedBecause') : null,
    owner: followUpForm.shape.owner.safeParse(first('owner')).data ?? followUp.owner,
    costNok: followUpForm.shape.cost.safeParse(first('cost')).data ?? null,
    updatedAt: now,
  };
}
