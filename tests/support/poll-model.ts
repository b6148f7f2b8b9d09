/**
 * The rules of winning, written a second time from the text of the page and not from the SQL:
 * yes_no: more yes than no; abstentions do not count; a tie is no. single, multiple: the most votes, up to the number of winners.
 * budget: in the order of votes, each option that still fits in the rest. Nothing wins without a vote.
 * Ties: the lower cost first (no cost is 0), then the first in the list.
 */
export interface ModelPoll {
  kind: 'yes_no' | 'single' | 'multiple' | 'budget';
  winners: number;
  budget: number;
  options: { id: string; cost: number; stance?: 'yes' | 'no' | 'abstain' }[];
}

export function resultOf(poll: ModelPoll, ballots: string[][]) {
  const votes = new Map(poll.options.map(({ id }) => [id, 0]));
  for (const choices of ballots) for (const id of choices) votes.set(id, votes.get(id)! + 1);
  const won = poll.kind === 'yes_no' ? answer(poll, votes) : ranked(poll, votes);
  return poll.options.map(({ id }) => ({
    option_id: id,
    votes: votes.get(id)!,
    is_winner: won.has(id),
  }));
}

function answer({ options }: ModelPoll, votes: Map<string, number>) {
  const of = (stance: string) => options.find((one) => one.stance === stance)!.id;
  const won = votes.get(of('yes'))! > votes.get(of('no'))! ? of('yes') : of('no');
  return new Set(votes.get(won)! > 0 ? [won] : []);
}

function ranked({ kind, winners, budget, options }: ModelPoll, votes: Map<string, number>) {
  const order = options
    .map((option, place) => ({ ...option, place, votes: votes.get(option.id)! }))
    .filter((option) => option.votes > 0)
    .toSorted((a, b) => b.votes - a.votes || a.cost - b.cost || a.place - b.place);
  if (kind !== 'budget') return new Set(order.slice(0, winners).map(({ id }) => id));
  let left = budget;
  return new Set(
    order
      .filter(({ cost }) => {
        const fits = cost <= left;
        if (fits) left -= cost;
        return fits;
      })
      .map(({ id }) => id),
  );
}
