import { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { id, optionalText, text } from '~/lib/forms.ts';

export type ModerationAct = Enums<'moderation_act'>;

/** A proposal that neighbours have flagged, with what they said; never who. */
export interface FlaggedProposal {
  id: string;
  title: string;
  body: string;
  supportCount: number;
  reasons: string[];
  since: Date;
}

export const flagForm = z.object({ id: id(), reason: text(300) });

export const verdictForm = z.object({
  id: id(),
  act: z.enum(['hide', 'dismiss', 'restore'] satisfies ModerationAct[]),
  reason: optionalText(1000),
});
