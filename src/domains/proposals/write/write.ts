import { z } from 'astro/zod';
import { id, issueErrors, optionalText, text, type FormState } from '~/lib/forms.ts';
import { amount } from '~/lib/money.ts';
import { lengths } from '~/lib/numbers.ts';
import { spacePhotoPath } from '~/lib/space-photo-name.ts';
import { alias, proposalKinds } from '~/domains/proposals/proposals.ts';

/** The first two questions: enough to search for similar proposals. */
export const ideaForm = z.object({ title: text(lengths.proposals.title), placeId: id().nullish() });

/** The whole form; `id` makes a second press of "send" the same proposal. The file itself is read by the action. */
export const proposalForm = ideaForm.extend({
  id: id(),
  body: text(lengths.proposals.body),
  kind: z.enum(proposalKinds, { error: 'form.required' }),
  alias: alias(),
  roughCost: amount(),
  photoText: optionalText(lengths.proposal_photos.alternative_text),
  /** The name of a picture stored by an earlier try. */
  photo: z
    .string()
    .nullish()
    .transform((name) => (name && spacePhotoPath.test(name) ? name : null)),
  dropPhoto: z.string().nullish(),
});
export type ProposalInput = Omit<z.output<typeof proposalForm>, 'dropPhoto'>;

/**
 * The first step as it came by address (or with the whole form): the idea when it is one, and the form to print again.
 * An address without a title is the first step, still empty.
 */
export function readIdea(sent: URLSearchParams | FormState['values']): {
  idea: z.output<typeof ideaForm> | null;
  form: FormState | null;
} {
  const get = (name: string) =>
    (sent instanceof URLSearchParams ? sent.get(name) : sent[name]?.[0]) ?? null;
  const [title, placeId] = [get('title'), get('placeId')];
  if (title === null) return { idea: null, form: null };
  const { data, error } = ideaForm.safeParse({ title, placeId: placeId || null });
  const values = { title: [title], placeId: [placeId ?? ''] };
  return { idea: data ?? null, form: { values, errors: issueErrors(error?.issues ?? []) } };
}
