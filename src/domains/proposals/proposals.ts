import { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { id, optionalText, text } from '~/lib/forms.ts';

export type ProposalKind = Enums<'proposal_kind'>;
export const proposalKinds = ['social', 'physical'] as const satisfies ProposalKind[];

/** Hidden goes before approved: it is what matters to the author. */
export type ProposalState = Enums<'proposal_status'> | 'hidden';

export interface Proposal {
  id: string;
  title: string;
  body: string;
  kind: ProposalKind;
  place: string | null;
  state: ProposalState;
  answer: string | null;
  hiddenReason: string | null;
  supportCount: number;
  createdAt: Date;
  isMine: boolean;
  isSupported: boolean;
}

/** The form of an idea; `id` makes a second press of "send" the same proposal. */
export const proposalForm = z.object({
  id: id(),
  title: text(120),
  body: text(2000),
  kind: z.enum(proposalKinds, { error: 'form.required' }),
  placeId: id().nullish(),
});
export type ProposalInput = z.output<typeof proposalForm>;

export const proposalIdForm = z.object({ id: id() });

export const decisionForm = z.object({
  id: id(),
  approve: z.stringbool(),
  answer: optionalText(1000),
});
