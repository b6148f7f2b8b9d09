import { z } from 'astro/zod';
import type { Translate } from '~/i18n/index.ts';
import { id, optionalText } from '~/lib/forms.ts';
import { lengths, numbers } from '~/lib/numbers.ts';
import {
  thing,
  thingKinds,
  type Hidden,
  type ModerationAct,
  type ThingKind,
} from '~/domains/moderation/moderation.ts';
import type { Part } from '~/domains/moderation/parts.ts';
import { templateField } from '~/domains/moderation/reason.ts';

/** A thing as the consultant sees it at the desk: its words, where they stand, what was said about them; never who. */
export interface Thing {
  id: string;
  kind: ThingKind;
  pageId: string;
  /** Of the proposal, the vote or the activity it stands with. */
  pageTitle: string;
  title: string | null;
  body: string | null;
  alias: string | null;
  /** For an activity, the other texts of its host. */
  parts: Part[];
  hidden: Pick<Hidden, 'by' | 'reason'> | null;
  /** What neighbours said is wrong. */
  reasons: string[];
  /** The author's appeal against hiding it. */
  appeal: string | null;
  /** When its host rewrote it, after the consultant had edited it. */
  changedAt: Date | null;
  since: Date | null;
  isInOpenVote: boolean;
  /** The author has a pause that was given for this. */
  pausedUntil: Date | null;
}

/** What the fields of a reason are called; own words alone are the reason. */
export const reasonLabels = (t: Translate, plain = false) => ({
  template: t('moderation.judge.template'),
  reason: t(plain ? 'moderation.judge.reason' : 'moderation.judge.own_words'),
});

const why = {
  template: templateField(),
  reason: optionalText(600),
};
const days = z.coerce
  .number({ error: 'form.invalid' })
  .int('form.invalid')
  .min(1, 'form.invalid')
  .max(numbers.pause_days, 'form.invalid');

export const judgeForm = z.object({
  ...thing,
  ...why,
  act: z.enum(['hide', 'dismiss', 'restore', 'warn'] satisfies ModerationAct[]),
});
export const editForm = z.object({
  ...thing,
  ...why,
  title: optionalText(lengths.activities.title),
  body: optionalText(lengths.activities.body),
  audience: optionalText(lengths.activities.audience),
  whereabouts: optionalText(lengths.activities.whereabouts),
  host: optionalText(lengths.activities.host),
  what_to_expect: optionalText(lengths.activities.what_to_expect),
  food: optionalText(lengths.activities.food),
  languages: optionalText(lengths.activities.languages),
});
/** Whom a pause is for: the author of a thing of this kind, or a member by name. */
const pauseKinds = [...thingKinds, 'member'] as const;
export type PauseKind = (typeof pauseKinds)[number];
export const pauseForm = z.object({
  id: id(),
  kind: z.enum(pauseKinds, { error: 'form.invalid' }),
  ...why,
  days,
});
export const liftPauseForm = pauseForm.omit({ days: true });

/** How long the words of each kind may be. */
export const maxBody: Record<ThingKind, number> = {
  proposal: lengths.proposals.body,
  comment: lengths.proposal_comments.body,
  question: lengths.poll_questions.body,
  activity: lengths.activities.body,
  message: lengths.activity_messages.body,
};

/** What can be done about a thing with one tap and a reason, the usual first. */
export function actsOn({
  hidden,
  appeal,
  reasons,
  changedAt,
}: Thing): ('dismiss' | 'hide' | 'restore')[] {
  if (!hidden) return reasons.length > 0 || changedAt ? ['dismiss', 'hide'] : ['hide'];
  return hidden.by === 'flags' || appeal !== null ? ['restore', 'hide'] : ['restore'];
}

/** The page on which readers see a thing. */
export function pageOf({ kind, id, pageId }: Pick<Thing, 'kind' | 'id' | 'pageId'>): string {
  if (kind === 'question') return `avstemninger/${pageId}#sporsmal`;
  if (kind === 'activity' || kind === 'message') return `aktiviteter/${pageId}`;
  return `forslag/${pageId}${kind === 'comment' ? `#kommentar-${id}` : ''}`;
}

/** The page of the desk about one thing, with everything that can be done. */
export const toolsOf = (slug: string, { kind, id }: Pick<Thing, 'kind' | 'id'>) =>
  `/${slug}/drift/moderering?type=${kind}&id=${id}`;
