import { z } from 'astro/zod';
import type { Poll, PollOption } from '~/domains/polls/polls.ts';
import { id, type FormState } from '~/lib/forms.ts';

/**
 * The sealed count. Where a ballot has one cross, a number per option and one of blank ballots; else one row per ballot:
 * `ballot` holds `<row>:<option>` for each cross, and a row without any is blank.
 */
export const countForm = z.object({
  pollId: id(),
  option: z.array(id()),
  votes: z.array(z.string().max(10)),
  blank: z.string().max(10).nullish(),
  ballot: z.array(z.string().max(50)),
});
export type CountInput = z.output<typeof countForm>;

/** Whether the count is a number per option: each ballot has one cross. */
export const hasOneCross = ({ kind }: Pick<Poll, 'kind'>) => kind === 'yes_no' || kind === 'single';

/** A ballot is what the database takes: the ids of its options; empty is blank. */
type Ballots = string[][];
const number = (typed: string | null | undefined) =>
  /^\d{1,4}$/.test(typed?.trim() ?? '') ? Number(typed) : null;

/** The ballots of a count, and what is wrong with it when it cannot be: never more or fewer than the marks. */
export function readCount(
  poll: Pick<Poll, 'kind' | 'options' | 'maxChoices' | 'budgetNok'>,
  input: Omit<CountInput, 'pollId'>,
  marks: number,
): { ballots: Ballots; errors: FormState['errors'] } {
  return hasOneCross(poll) ? readNumbers(poll, input, marks) : readRows(poll, input, marks);
}

function readNumbers(
  { options }: Pick<Poll, 'options'>,
  input: Omit<CountInput, 'pollId'>,
  marks: number,
) {
  const errors: FormState['errors'] = {};
  const ballots: Ballots = [];
  const add = (count: number, ballot: string[]) => {
    if (ballots.length + count <= 10_000)
      ballots.push(...Array.from({ length: count }, () => ballot));
  };
  options.forEach((option, row) => {
    const count = number(input.votes[input.option.indexOf(option.id)]);
    if (count === null) errors[row ? `votes-${row}` : 'votes'] = 'polls.count.number_invalid';
    else add(count, [option.id]);
  });
  const blank = number(input.blank);
  if (blank === null) errors['blank'] = 'polls.count.number_invalid';
  else add(blank, []);
  if (Object.keys(errors).length === 0 && ballots.length !== marks)
    errors['votes'] = 'polls.count.wrong_number';
  return { ballots, errors };
}

function readRows(
  poll: Pick<Poll, 'kind' | 'options' | 'maxChoices' | 'budgetNok'>,
  input: Omit<CountInput, 'pollId'>,
  marks: number,
) {
  const errors: FormState['errors'] = {};
  const ballots = Array.from({ length: marks }, (_, row) =>
    poll.options.map(({ id }) => id).filter((id) => input.ballot.includes(`${row}:${id}`)),
  );
  ballots.forEach((ballot, row) => {
    const chosen = poll.options.filter(({ id }) => ballot.includes(id));
    if (poll.maxChoices && chosen.length > poll.maxChoices)
      errors[`ballot-${row}`] = 'polls.count.too_many_choices';
    if (poll.kind === 'budget' && costOf(chosen) > (poll.budgetNok ?? 0))
      errors[`ballot-${row}`] = 'polls.count.over_budget';
  });
  return { ballots, errors };
}

const costOf = (options: PollOption[]) =>
  options.reduce((sum, { costNok }) => sum + (costNok ?? 0), 0);

/** How many ballots have a cross at each option, and how many have none: to look over before it is final. */
export const sumsOf = (options: PollOption[], ballots: Ballots) => ({
  votes: options.map((option) => ({
    option,
    count: ballots.filter((ballot) => ballot.includes(option.id)).length,
  })),
  blank: ballots.filter(({ length }) => length === 0).length,
});
