import { createHash } from 'node:crypto';
import { rows, type Db } from '~/lib/supabase.ts';
import { osloInstant } from '~/lib/time.ts';
import type { Poll } from '~/domains/polls/polls.ts';
import type { ExtendInput } from './changes.ts';
import { closingTime, optionsOf, phasesOf, type SetupInput } from './setup.ts';

/** Changes with anything the consultant can change: what was looked at is what is saved over or opened. */
export function versionOf(poll: Poll): string {
  // Options get new ids whenever the vote is saved.
  const options = poll.options.map((option) => ({ ...option, id: null }));
  const text = JSON.stringify({ ...poll, options });
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** The database's own words for "a rule of the form does not hold" and "one of the options is not yours to use". */
const refusals: Record<string, 'refused' | 'wrong_option'> = {
  '23514': 'refused',
  '42501': 'wrong_option',
  '23503': 'wrong_option',
};

/** What the database says of one part of the form, with which part it is. */
const partRefusals = ['out_of_reach', 'same_title'] as const;
const partRefusal = ({ error }: { error: { hint: string; details: string } | null }) => {
  const outcome = partRefusals.find((one) => one === error?.hint);
  return outcome && { outcome, part: error!.details };
};

/** Makes or changes a vote that is not open yet. */
export async function savePoll(db: Db, blockId: string, input: SetupInput) {
  const { id, title, decides, afterwards, kind, rule, body, budget } = input;
  const isMultiple = kind === 'multiple';
  const answer = await db.rpc('save_poll', {
    id,
    block_id: blockId,
    title,
    decides,
    afterwards,
    kind,
    rule,
    closes_at: closingTime(input).toISOString(),
    options: kind === 'yes_no' ? [] : optionsOf(input),
    phases: phasesOf(input),
    is_list_published: input.list === 'published',
    ...(body && { body }),
    ...(budget !== null && { budget_nok: budget }),
    ...(rule === 'per_person' && { min_age: Number(input.minAge ?? 13) }),
    ...(isMultiple && input.maxChoices && { max_choices: input.maxChoices }),
    ...(isMultiple && input.winnerCount && { winner_count: input.winnerCount }),
    ...(kind === 'single' && { winner_count: 1 }),
  });
  return (
    partRefusal(answer) ?? {
      outcome: refusals[answer.error?.code ?? ''] ?? rows(answer) ?? ('not_draft' as const),
    }
  );
}

/** Shows a draft to the building. */
export const planPoll = async (db: Db, id: string) =>
  rows(await db.rpc('plan_poll', { poll_id: id }));

export const openPoll = async (db: Db, id: string) =>
  rows(await db.rpc('open_poll', { poll_id: id }));

export async function extendPoll(db: Db, { id, closesOn, closesAt, reason }: ExtendInput) {
  const closes_at = osloInstant(closesOn, closesAt).toISOString();
  return rows(await db.rpc('extend_poll', { poll_id: id, closes_at, reason }));
}

export const stopPoll = async (db: Db, id: string, reason: string) =>
  rows(await db.rpc('stop_poll', { poll_id: id, reason }));

/** False when there is no draft with this id that I may remove. */
export async function removeDraft(db: Db, id: string): Promise<boolean> {
  return rows(await db.from('polls').delete().eq('id', id).select('id')).length > 0;
}
