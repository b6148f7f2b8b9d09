import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recount, unreadable, winnersOf } from '../../scripts/recount.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'recount-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const option = (id: string, position: number, cost_nok: number | null = null) => ({
  ...{ id, position, title: id.toUpperCase(), stance: null, cost_nok },
});
const ballot = (n: number, ...choices: string[]) => ({ control_number: `c${n}`, choices });

/** A budget of 100: a (60) has most votes, b (50) no longer fits, c (40) does. */
const record = () => ({
  format: 'bomiljo-poll',
  version: 1,
  poll: {
    ...{ title: 'Hva kjøper vi?', kind: 'budget', max_choices: null, winner_count: null },
    budget_nok: 100,
  },
  options: [option('a', 1, 60), option('b', 2, 50), option('c', 3, 40), option('d', 4, 10)],
  ballots: [ballot(1, 'a', 'c'), ballot(2, 'a'), ballot(3, 'a'), ballot(4, 'b'), ballot(5, 'b')],
  result: {
    entitled: 9,
    voted: 5,
    options: [
      { option_id: 'a', votes: 3, is_winner: true },
      { option_id: 'b', votes: 2, is_winner: false },
      { option_id: 'c', votes: 1, is_winner: true },
      { option_id: 'd', votes: 0, is_winner: false },
    ],
  },
});
type FileOf = ReturnType<typeof record>;

function run(content: unknown) {
  const file = path.join(folder, 'protokoll.json');
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return spawnSync('node', ['scripts/recount.mjs', file], { encoding: 'utf8' });
}

test('a list that gives the published result exits with 0', () => {
  const { status, stdout } = run(record());
  expect(stdout).toContain('3  A  (wins)');
  expect(stdout).toContain('Equal to the published result.');
  expect(status).toBe(0);
});

const tampered: [string, (file: FileOf) => void, string][] = [
  ['a ballot was changed', (file) => (file.ballots[1] = ballot(2, 'b')), 'A: 2 votes'],
  ['a ballot was added', (file) => file.ballots.push(ballot(6, 'd')), 'The list has 6 ballots'],
  ['a ballot is gone', (file) => file.ballots.pop(), 'The list has 4 ballots'],
  ['a ballot stands there twice', (file) => (file.ballots[4] = ballot(4, 'b')), 'twice'],
  ['a ballot costs too much', (file) => (file.ballots[3] = ballot(4, 'a', 'b')), 'costs more'],
  ['a choice is not in the vote', (file) => (file.ballots[3] = ballot(4, 'x')), 'not in the vote'],
  ['a choice counts twice', (file) => (file.ballots[3] = ballot(4, 'd', 'd')), 'an option twice'],
  ['more voted than may', (file) => (file.result.entitled = 4), 'only 4 may vote'],
  [
    'another winner is published',
    (file) => (file.result.options[1]!.is_winner = true),
    'B: does not win',
  ],
  ['a count is published wrong', (file) => (file.result.options[3]!.votes = 1), 'D: 0 votes'],
];
test.each(tampered)('a difference is found when %s', (_, tamper, told) => {
  const file = record();
  tamper(file);
  expect(recount(file).differences.join(' ')).toContain(told);
});

test('a list that gives another result exits with 1', () => {
  const file = record();
  file.result.options[1]!.is_winner = true;
  const { status, stdout } = run(file);
  expect(stdout).toContain('DIFFERENT: B: does not win');
  expect(stdout).toContain('NOT');
  expect(status).toBe(1);
});

test.each([
  ['the list was not published', { ...record(), ballots: null }, 'not published'],
  [
    'fewer than 5 voted',
    { ...record(), ballots: null, result: { is_withheld: true, voted: null, options: [] } },
    'Fewer than 5 voted',
  ],
  ['the rule of counting is another', { ...record(), version: 2 }, 'rule 2'],
  ['it is another file', { hello: 1 }, 'not the record of a vote'],
  ['it is not whole', { ...record(), result: undefined }, 'not whole'],
])('nothing is counted when %s', (_, content, told) => {
  expect(unreadable(content)).toContain(told);
});

test('a file that cannot be counted exits with 2', () => {
  expect(run({ ...record(), ballots: null })).toMatchObject({ status: 2, stdout: '' });
  const { status, stderr } = run('hello');
  expect(stderr).toContain('cannot be read');
  expect(status).toBe(2);
});

test('needs no other file or package', () => {
  const script = fs.readFileSync('scripts/recount.mjs', 'utf8');
  const imports = [...script.matchAll(/^import .* from '(.*)'/gm)].map(([, from]) => from);
  expect(imports.every((from) => from!.startsWith('node:'))).toBe(true);
  fs.copyFileSync('scripts/recount.mjs', path.join(folder, 'alone.mjs'));
  fs.writeFileSync(path.join(folder, 'whole.json'), JSON.stringify(record()));
  expect(
    execFileSync('node', ['alone.mjs', 'whole.json'], { cwd: folder, encoding: 'utf8' }),
  ).toContain('Equal');
});

test('a tie goes to the cheaper option, then to the first one; without a vote nothing wins', () => {
  const options = [option('a', 1, 20), option('b', 2, 10), option('c', 3, 10), option('d', 4)];
  const winners = (votes: number[], winner_count: number) =>
    winnersOf(
      { kind: 'multiple', winner_count, budget_nok: null },
      options,
      new Map(options.map(({ id }, n) => [id, votes[n]!])),
    );
  expect(winners([2, 2, 2, 0], 2)).toEqual(['b', 'c']);
  expect(winners([2, 2, 2, 2], 1)).toEqual(['d']); // no cost counts as 0
  expect(winners([1, 0, 0, 0], 3)).toEqual(['a']);
});

test('yes needs more votes than no; a tie is no, and with abstentions only nothing is decided', () => {
  const options = ['yes', 'no', 'abstain'].map((stance, n) => ({
    ...option(stance, n + 1),
    stance,
  }));
  const winners = (...votes: number[]) =>
    winnersOf(
      { kind: 'yes_no', winner_count: null, budget_nok: null },
      options,
      new Map(options.map(({ id }, n) => [id, votes[n]!])),
    );
  expect(winners(2, 1, 9)).toEqual(['yes']);
  expect(winners(2, 2, 0)).toEqual(['no']);
  expect(winners(0, 0, 3)).toEqual([]);
});

test('an empty record has no differences', () => {
  const file = record();
  file.ballots = [];
  file.result.voted = 0;
  for (const one of file.result.options) Object.assign(one, { votes: 0, is_winner: false });
  expect(recount(file).differences).toEqual([]);
});
