import { z } from 'astro/zod';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { id, line } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';

type AssigneeKind = Enums<'report_assignee_kind'>;
export const assigneeKinds = Constants.public.Enums.report_assignee_kind;

/** Somebody at the landlord's, or a firm, whom cases are given to. */
export interface Assignee {
  id: string;
  name: string;
  kind: AssigneeKind;
  isActive: boolean;
  /** The account it is, if any. */
  personId: string | null;
}

export const assigneeForm = z.object({
  id: id(),
  name: line(lengths.report_assignees.name),
  kind: z.enum(assigneeKinds, { error: 'form.required' }),
  state: z.enum(['active', 'ended']).default('active'),
  /** "Dette er meg". */
  me: z.literal('ja').optional(),
});

export const assignForm = z.object({
  reportId: id(),
  assignee: z.literal('ingen').or(id()),
});
