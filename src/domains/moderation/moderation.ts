import { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { id, optionalText, text } from '~/lib/forms.ts';

export type ModerationAct = Enums<'moderation_act'>;

/** What can be flagged: a proposal, or a comment on one. */
export const flaggedKinds = ['proposal', 'comment'] as const;
export type FlaggedKind = (typeof flaggedKinds)[number];

/** Something that neighbours have flagged, with what they said; never who. */
export interface Flagged {
  id: string;
  kind: FlaggedKind;
  /** Of the proposal, also for a comment on it. */
  title: string;
  body: string;
  reasons: string[];
  since: Date;
}

const thing = { id: id(), kind: z.enum(flaggedKinds) };

export const flagForm = z.object({ ...thing, reason: text(300) });

export const verdictForm = z.object({
  ...thing,
  act: z.enum(['hide', 'dismiss', 'restore'] satisfies ModerationAct[]),
  reason: optionalText(1000),
});
