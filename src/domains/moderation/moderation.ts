import { z } from 'astro/zod';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { id, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import type { Part } from './parts.ts';

/** What residents write and others read, all treated alike. */
export type ThingKind = Enums<'thing_kind'>;
export const thingKinds = Constants.public.Enums.thing_kind;
export type ModerationAct = Enums<'moderation_act'>;
type HiddenBy = Enums<'hidden_by'>;

/** Which thing; in every form and address of this domain. */
export const thing = { id: id(), kind: z.enum(thingKinds, { error: 'form.invalid' }) };

export const flagForm = z.object({ ...thing, reason: text(lengths.flags.reason) });

/** Why a thing is hidden from its readers; only its author and the consultant ever get one. */
export interface Hidden {
  at: Date;
  by: HiddenBy;
  /** None while neighbours' flags hide it. */
  reason: string | null;
}

export interface HiddenRow {
  hidden_at: string | null;
  hidden_by: HiddenBy | null;
  hidden_reason: string | null;
}

export const toHidden = (row: HiddenRow): Hidden | null =>
  row.hidden_at && row.hidden_by
    ? { at: new Date(row.hidden_at), by: row.hidden_by, reason: row.hidden_reason }
    : null;

/** Words that the consultant edited; the old ones for those who may read them. */
interface Edit {
  thingId: string;
  reason: string;
  at: Date;
  old: OldWords | null;
}

/** What was there before an edit. */
export interface OldWords {
  title: string | null;
  body: string | null;
  /** For an activity, the other texts that were changed or removed. */
  parts: Part[];
}

/** The author's appeal against hiding a thing, and the answer to it. */
interface Appeal {
  thingId: string;
  /** Which hiding. */
  hiddenAt: Date;
  body: string;
  answer: string | null;
}

/** What was done to the things of a page, as the reader may know it. */
export interface Traces {
  edits: Edit[];
  appeals: Appeal[];
  /** What I have flagged and nobody has looked at yet. */
  flagged: string[];
}

/** The appeal against the current hiding. */
export const appealOf = ({ appeals }: Traces, thingId: string, hidden: Hidden) =>
  appeals.find((one) => one.thingId === thingId && +one.hiddenAt === +hidden.at) ?? null;
