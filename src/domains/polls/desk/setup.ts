import { z } from 'astro/zod';
import type { Translate } from '~/i18n/index.ts';
import { id, optionalText, rowLine, text, type FormState } from '~/lib/forms.ts';
import { osloInstant } from '~/lib/time.ts';
import {
  pollKinds,
  pollPhases,
  pollRules,
  type Poll,
  type PollPhase,
} from '~/domains/polls/polls.ts';
import { amount, kroner } from '~/lib/money.ts';
import { lengths, periods, ranges } from '~/lib/numbers.ts';
import { phaseOwners } from './phase-rows.ts';

/** The fields that are only words. */
export const wordLabels = (t: Translate) => ({
  title: t('polls.field.title'),
  body: t('polls.field.body'),
  decides: t('polls.field.decides'),
  afterwards: t('polls.field.afterwards'),
});

export const [, maxOptions] = ranges.poll_options.position;
/** A field that repeats in rows: read by row, so that the error is shown in its row. */
const amountInRow = () => z.string().max(40);

/** A small number, as typed; empty is null. */
const few = () =>
  z
    .string()
    .trim()
    .regex(/^\d{0,3}$/, 'polls.setup.number_invalid')
    .nullish()
    .transform((digits) => (digits ? Number(digits) : null));

const day = () =>
  z
    .union([z.literal(''), z.iso.date()], { error: 'form.invalid' })
    .transform((value) => value || null);

/** Age statements that a vote may ask for; the portal stores no ages. */
export const minAges = ['13', '18'] as const;

/**
 * The form of a vote, one for all kinds: what another kind would ask is sent too, and not used. Rows come as lists of equal
 * length: for each approved proposal its id and cost (and its id once more in `chosen` when it is ticked), for each option of
 * our own a title, a text and a cost, and for each phase its name, owner and last day.
 */
const fields = z.object({
  id: id(),
  /** The version that the page showed; empty for a new vote. */
  seen: z.string().max(20).nullish(),
  title: text(lengths.polls.title),
  body: optionalText(lengths.polls.body),
  kind: z.enum(pollKinds, { error: 'form.required' }),
  maxChoices: few(),
  winnerCount: few(),
  decides: text(lengths.polls.decides),
  budget: amount(),
  afterwards: text(lengths.polls.afterwards),
  rule: z.enum(pollRules, { error: 'form.required' }),
  minAge: z.enum(minAges, { error: 'form.required' }).nullish(),
  list: z.enum(['published', 'kept'], { error: 'form.required' }),
  // Aborting: an invalid day or time has no instant to compare.
  closesOn: z.iso.date({ error: 'form.required', abort: true }),
  closesAt: z.iso.time({ error: 'form.required', abort: true, precision: -1 }),
  chosen: z.array(id()),
  proposalId: z.array(id()),
  proposalCost: z.array(amountInRow()),
  optionTitle: z.array(rowLine(lengths.poll_options.title)),
  optionBody: z.array(optionalText(lengths.poll_options.body)),
  optionCost: z.array(amountInRow()),
  phase: z.array(z.enum(pollPhases)),
  phaseOwner: z.array(z.enum(phaseOwners)),
  phaseEndsOn: z.array(day()),
});
export type SetupInput = z.output<typeof fields>;

type Key = `polls.setup.${string}` | 'form.required' | 'form.amount_invalid';
const problem = (ctx: z.RefinementCtx, field: string, message: Key) =>
  ctx.addIssue({ code: 'custom', path: [field], message });

export const setupForm = fields.superRefine((form, ctx) => {
  if (closingTime(form) <= new Date()) problem(ctx, 'closesOn', 'polls.setup.closes_too_early');
  const backwards = backwardsPhase(form);
  if (backwards !== null) problem(ctx, rowId('phaseEndsOn', backwards), 'polls.setup.backwards');
  if (form.kind !== 'yes_no') checkOptions(form, ctx);
  else if (form.chosen.length > 0) problem(ctx, 'kind', 'polls.setup.yes_no_proposal');
  if (form.kind === 'budget' && !form.budget) problem(ctx, 'budget', 'polls.setup.budget_missing');
});

/** The id of the control of a row: the first has the bare name, as the error summary links to it. */
export const rowId = (name: string, row: number) => (row ? `${name}-${row}` : name);

/** The field that the database refused: an option, or the day of a phase; what has none of its own follows the closing day. */
export function fieldOf({ outcome, part }: { outcome: string; part: string }, form: SetupInput) {
  if (outcome === 'same_title')
    return rowId('optionTitle', Math.max(0, form.optionTitle.lastIndexOf(part)));
  const row = form.phase.findIndex((one) => one === part);
  return form.phaseEndsOn[row] ? rowId('phaseEndsOn', row) : 'closesOn';
}

/** What is wrong in one row, for its field. What was typed the row itself knows: Field would go by the name. */
export function inRow(form: FormState | null | undefined, name: string, row: number) {
  const message = form?.errors[rowId(name, row)];
  return { values: {}, errors: message ? { [rowId(name, row)]: message } : {} };
}

/** A title as people read it, as private.plain_title has it. */
const plainTitle = (title: string) =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{Cf}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();

function checkOptions(form: SetupInput, ctx: z.RefinementCtx) {
  const count = optionsOf(form).length;
  checkCosts(form, ctx);
  const titles = form.optionTitle.map(plainTitle);
  titles.forEach((title, row) => {
    if (title && titles.indexOf(title) < row)
      problem(ctx, rowId('optionTitle', row), 'polls.setup.same_title');
  });
  if (count < 2) problem(ctx, 'optionTitle', 'polls.setup.too_few_options');
  if (count > maxOptions) problem(ctx, 'optionTitle', 'polls.setup.too_many_options');
  if (form.kind !== 'multiple') return;
  const { maxChoices, winnerCount } = form;
  if (!maxChoices) problem(ctx, 'maxChoices', 'form.required');
  else if (maxChoices < 2 || maxChoices > count)
    problem(ctx, 'maxChoices', 'polls.setup.max_choices_invalid');
  if (!winnerCount) problem(ctx, 'winnerCount', 'form.required');
  else if (winnerCount > count) problem(ctx, 'winnerCount', 'polls.setup.winners_invalid');
}

/** The price of each option that is in use. In a budget vote each has one, and none exceeds the budget. */
function checkCosts(form: SetupInput, ctx: z.RefinementCtx) {
  const wrong = (cost: number | null | undefined): Key | null => {
    if (cost === undefined) return 'form.amount_invalid';
    if (form.kind !== 'budget') return null;
    if (!cost) return 'polls.setup.cost_missing';
    return form.budget && cost > form.budget ? 'polls.setup.too_dear' : null;
  };
  const check = (field: 'proposalCost' | 'optionCost', row: number) => {
    const message = wrong(kroner(form[field][row]));
    if (message) problem(ctx, rowId(field, row), message);
  };
  form.proposalId.forEach((id, row) => form.chosen.includes(id) && check('proposalCost', row));
  form.optionTitle.forEach((title, row) => title && check('optionCost', row));
}

export const closingTime = (form: Pick<SetupInput, 'closesOn' | 'closesAt'>) =>
  osloInstant(form.closesOn, form.closesAt);

type Rows = 'chosen' | 'proposalId' | 'proposalCost' | 'optionTitle' | 'optionBody' | 'optionCost';

/** The options as the database takes them: the ticked proposals first, then our own with a title. */
export function optionsOf(form: Pick<SetupInput, Rows>) {
  const proposals = form.proposalId
    .map((proposal_id, n) => ({ proposal_id, cost_nok: kroner(form.proposalCost[n]) ?? null }))
    .filter(({ proposal_id }) => form.chosen.includes(proposal_id));
  const own = form.optionTitle
    .map((title, n) => ({
      title,
      body: form.optionBody[n] ?? null,
      cost_nok: kroner(form.optionCost[n]) ?? null,
    }))
    .filter(({ title }) => title);
  return [...proposals, ...own];
}

/**
 * The phases to be stored, in order. Voting ends when voting ends; questions are taken as long as nothing else is said, and
 * a decision comes a while later. Another phase without a day is left out.
 */
export function phasesOf(
  form: Pick<SetupInput, 'closesOn' | 'phase' | 'phaseOwner' | 'phaseEndsOn'>,
) {
  const assumed: Partial<Record<PollPhase, string>> = {
    questions: form.closesOn,
    decision: daysLater(form.closesOn, periods.decision.count),
  };
  return pollPhases.flatMap((phase) => {
    if (phase === 'vote') return { phase, owner: 'residents' as const, ends_on: form.closesOn };
    const row = form.phase.indexOf(phase);
    const owner = form.phaseOwner[row];
    const ends_on = form.phaseEndsOn[row] ?? assumed[phase];
    return owner && ends_on ? { phase, owner, ends_on } : [];
  });
}

/** The row of the first phase that ends before the previous one; null when all are in order. */
function backwardsPhase(form: SetupInput): number | null {
  const phases = phasesOf(form);
  const at = phases.findIndex(({ ends_on }, n) => n > 0 && ends_on < phases[n - 1]!.ends_on);
  if (at < 0) return null;
  // The day of voting has a field of its own: then the phase before it is too late.
  const wrong = phases[at]!.phase === 'vote' ? phases[at - 1]! : phases[at]!;
  return form.phase.indexOf(wrong.phase);
}

const daysLater = (from: string, days: number) =>
  new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);

/** Whether a vote already has the sent values: the same form sent twice is not a conflict. */
export function isSame(poll: Poll, form: SetupInput): boolean {
  const { title, body, decides, afterwards, kind, rule } = form;
  const options = kind === 'yes_no' ? [] : optionsOf(form);
  const sent = [
    title,
    body,
    decides,
    afterwards,
    kind,
    rule,
    form.budget,
    form.list === 'published',
  ];
  const stands = [
    ...[poll.title, poll.body, poll.decides, poll.afterwards, poll.kind, poll.rule],
    ...[poll.budgetNok, poll.isListPublished],
  ];
  const isOption = (own: Poll['options'][number], one: (typeof options)[number] | undefined) =>
    one !== undefined &&
    own.costNok === one.cost_nok &&
    ('proposal_id' in one
      ? own.proposalId === one.proposal_id
      : own.title === one.title && own.body === one.body);
  const owned = poll.options.filter(({ stance }) => stance === null);
  const phases = phasesOf(form);
  return (
    JSON.stringify(sent) === JSON.stringify(stands) &&
    poll.closesAt.getTime() === closingTime(form).getTime() &&
    (kind !== 'multiple' ||
      (poll.maxChoices === form.maxChoices && poll.winnerCount === form.winnerCount)) &&
    (rule !== 'per_person' || String(poll.minAge) === form.minAge) &&
    owned.length === options.length &&
    owned.every((own, n) => isOption(own, options[n])) &&
    poll.phases.length === phases.length &&
    phases.every(({ phase, owner, ends_on }) =>
      poll.phases.some((p) => p.phase === phase && p.owner === owner && p.endsOn === ends_on),
    )
  );
}
