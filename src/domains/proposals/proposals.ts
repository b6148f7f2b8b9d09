import { z } from 'astro/zod';
import type { Hidden } from '~/domains/moderation/moderation.ts';
import type { Enums } from '~/lib/database.types.ts';
import { id, line } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';

export type ProposalKind = Enums<'proposal_kind'>;
export const proposalKinds = ['social', 'physical'] as const satisfies ProposalKind[];

/** Hidden goes before approved: it is what matters to the author. */
export type ProposalState = Enums<'proposal_status'> | 'hidden';

/** What was found out before a vote. */
export interface ProposalCheck {
  isPossible: boolean;
  costNok: number | null;
  /** Always there when it is not possible. */
  reason: string | null;
  /** Written down by the consultant although Boligbygg answers for it. */
  onBehalf: boolean;
}

interface ProposalPhoto {
  alt: string;
  width: number;
  height: number;
}

/** A line between the consultant and the author; neither has a name here. */
export interface ProposalMessage {
  isFromStaff: boolean;
  body: string;
  at: Date;
}

export interface Proposal {
  id: string;
  title: string;
  body: string;
  kind: ProposalKind;
  place: string | null;
  /** What the author wants to be called; null is "en beboer". */
  alias: string | null;
  /** The author's guess. */
  roughCostNok: number | null;
  photo: ProposalPhoto | null;
  state: ProposalState;
  answer: string | null;
  hidden: Hidden | null;
  /** The one it was put together with. */
  mergedInto: string | null;
  check: ProposalCheck | null;
  supportCount: number;
  createdAt: Date;
  isMine: boolean;
  isSupported: boolean;
  /** The last word is a question to the author. */
  isAsked: boolean;
}

export const proposalIdForm = z.object({ id: id() });

/** A name to be shown under, if any. */
export const alias = () =>
  z
    .preprocess((typed) => (typed === '' ? null : typed), line(lengths.proposals.alias).nullish())
    .transform((name) => name ?? null);
