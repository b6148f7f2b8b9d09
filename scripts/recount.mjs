// Counts a vote again from the file that its record offers for download (…/protokoll.json), with nothing but this script:
//
//   npm run recount -- protokoll.json
//
// Ends with 0 when the published result is what the list of ballots gives, with 1 when it is not, and with 2 when there is
// nothing to count: no such file, another format, the list of ballots was not published, or fewer than 5 voted.
//
// The rules of counting, version 1:
//   yes_no    Yes wins when it has more votes than No; otherwise No. A ballot that abstains decides nothing.
//   single    The option with the most votes wins.
//   multiple  The options with the most votes win, as many as `winner_count` says.
//   budget    In the order of votes, each option that still fits in what is left of the money wins.
// An option without a vote never wins. Equal votes: the lower cost first (no cost is 0), then the one that stands first.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const format = 'bomiljo-poll';
const version = 1;

/** The content of a file that can be counted; a text with the reason when it cannot be. */
export function unreadable(file) {
  if (file?.format !== format) return 'This is not the record of a vote.';
  if (file.version !== version)
    return `Counted by rule ${file.version}; this script knows ${version}.`;
  if (!Array.isArray(file.options) || !file.result || !file.poll) return 'The record is not whole.';
  if (file.result.is_withheld)
    return 'Fewer than 5 voted: only what was decided is published, no numbers and no ballots. There is nothing to count.';
  if (!Array.isArray(file.ballots))
    return 'The list of ballots was not published: there is nothing to count.';
  return null;
}

/** Votes of each option: on how many ballots it stands. */
export const tally = (options, ballots) =>
  new Map(
    options.map(({ id }) => [id, ballots.filter(({ choices }) => choices.includes(id)).length]),
  );

/** The ids of the winners by the rule of the kind of vote. */
export function winnersOf({ kind, winner_count, budget_nok }, options, votes) {
  if (kind === 'yes_no') {
    const [yes, no] = ['yes', 'no'].map((stance) => options.find((one) => one.stance === stance));
    if (votes.get(yes.id) > votes.get(no.id)) return [yes.id];
    return votes.get(no.id) > 0 ? [no.id] : [];
  }
  const ranked = options
    .filter(({ id }) => votes.get(id) > 0)
    .sort(
      (a, b) =>
        votes.get(b.id) - votes.get(a.id) ||
        (a.cost_nok ?? 0) - (b.cost_nok ?? 0) ||
        a.position - b.position,
    );
  if (kind !== 'budget') return ranked.slice(0, winner_count).map(({ id }) => id);
  let left = budget_nok;
  const fits = ({ cost_nok }) => {
    if (cost_nok > left) return false;
    left -= cost_nok;
    return true;
  };
  return ranked.filter(fits).map(({ id }) => id);
}

/** Invalid ballots: a number twice, an option that is not in the vote, more than may be chosen. */
export function wrongBallots({ kind, max_choices, budget_nok }, options, ballots) {
  const costs = new Map(options.map(({ id, cost_nok }) => [id, cost_nok ?? 0]));
  const most = kind === 'budget' ? options.length : (max_choices ?? 1);
  const seen = new Set();
  return ballots.flatMap(({ control_number, choices }) => {
    const wrong = [];
    if (seen.has(control_number)) wrong.push('stands in the list twice');
    seen.add(control_number);
    if (new Set(choices).size !== choices.length) wrong.push('has an option twice');
    if (choices.some((id) => !costs.has(id))) wrong.push('has an option that is not in the vote');
    if (choices.length > most) wrong.push('has more options than may be chosen');
    const cost = choices.reduce((sum, id) => sum + (costs.get(id) ?? 0), 0);
    if (kind === 'budget' && cost > budget_nok) wrong.push('costs more than there is');
    return wrong.map((what) => `Ballot ${control_number} ${what}.`);
  });
}

/** Counts a readable file again. `differences` is empty when the published result is right. */
export function recount({ poll, options, ballots, result }) {
  const votes = tally(options, ballots);
  const winners = winnersOf(poll, options, votes);
  const differences = wrongBallots(poll, options, ballots);
  if (ballots.length !== result.voted)
    differences.push(
      `The list has ${ballots.length} ballots; ${result.voted} votes are published.`,
    );
  if (result.voted > result.entitled)
    differences.push(`${result.voted} votes, but only ${result.entitled} may vote.`);
  for (const { id, title } of options) {
    const published = result.options.find(({ option_id }) => option_id === id);
    if (published?.votes !== votes.get(id))
      differences.push(
        `${title}: ${votes.get(id)} votes in the list, ${published?.votes} published.`,
      );
    if (published?.is_winner !== winners.includes(id))
      differences.push(
        `${title}: ${winners.includes(id) ? 'wins' : 'does not win'} by the rule; published otherwise.`,
      );
  }
  return { votes, winners, differences };
}

function main(path) {
  let file;
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.error(path ? `${path} cannot be read as JSON.` : 'npm run recount -- <protokoll.json>');
    return 2;
  }
  const reason = unreadable(file);
  if (reason) {
    console.error(reason);
    return 2;
  }
  const { votes, winners, differences } = recount(file);
  console.log(file.poll.title);
  for (const { id, title } of file.options)
    console.log(
      `  ${String(votes.get(id)).padStart(5)}  ${title}${winners.includes(id) ? '  (wins)' : ''}`,
    );
  console.log(`${file.ballots.length} ballots counted.`);
  for (const text of differences) console.log(`DIFFERENT: ${text}`);
  console.log(
    differences.length
      ? 'The published result is NOT what the list gives.'
      : 'Equal to the published result.',
  );
  return differences.length ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = main(process.argv[2]);
