// `npm run mutants`: breaks rules of the database one by one and runs the tests that must notice. Names of domains choose among them,
// `--name "words"` those whose rule has these words. Ends with 1 when one is not noticed.
import { parseArgs } from 'node:util';
import { MUTANTS } from './all.ts';
import { judge, openLane, type Lane, type Verdict } from './lane.ts';
import type { Mutant } from './mutant.ts';

const LANES = 2;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { name: { type: 'string', default: '' } },
});
const unknown = positionals.filter((domain) => !(domain in MUTANTS));
if (unknown.length > 0) {
  console.error(`No such domain: ${unknown.join(', ')}. There are ${Object.keys(MUTANTS).join(', ')}.`); // prettier-ignore
  process.exit(1);
}
const lanes: Lane[] = [];
const closeAll = () => Promise.all(lanes.splice(0).map((lane) => lane.close()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void closeAll().finally(() => process.exit(1)));
const begin = performance.now();
const chosen = Object.entries(MUTANTS)
  .filter(([domain]) => positionals.length === 0 || positionals.includes(domain))
  .flatMap(([, mutants]) => mutants)
  .filter(({ rule }) => rule.includes(values.name));
const verdicts = await judgeAll(chosen);
const open = verdicts.filter(({ is }) => is !== 'killed');
if (open.length > 0) console.log(`\nNot noticed by any test, or without an answer:\n${open.map(lineOf).join('\n')}`); // prettier-ignore
const of = (is: Verdict['is']) => verdicts.filter((one) => one.is === is).length;
const seconds = ((performance.now() - begin) / 1000).toFixed(0);
console.log(`\n${of('killed')} killed, ${of('alive')} alive, ${of('error')} without an answer (${seconds} s)`); // prettier-ignore
process.exit(verdicts.length > 0 && open.length === 0 ? 0 : 1);

/** Two lanes side by side; mutants with the same test files go together, because these files run once without a mutant first. */
async function judgeAll(mutants: Mutant[]): Promise<Verdict[]> {
  const found: Verdict[] = [];
  const groups = Object.values(Object.groupBy(mutants, ({ tests }) => tests.join()));
  const waiting = groups.toSorted((a, b) => b!.length - a!.length);
  const work = async () => {
    const lane = await openLane();
    lanes.push(lane);
    for (let group = waiting.shift(); group; group = waiting.shift())
      for await (const verdict of judge(lane, group)) {
        found.push(verdict);
        console.log(`${String(found.length).padStart(3)}/${mutants.length} ${lineOf(verdict)}`);
      }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, groups.length) }, work)).finally(closeAll);
  return found;
}

function lineOf(verdict: Verdict): string {
  const { file, rule } = verdict.mutant;
  const line = `${verdict.is.padEnd(6)} ${file}: ${rule}`;
  if (verdict.is === 'killed') return `${line}\n          by ${verdict.by}`;
  if (verdict.is === 'error') return `${line}\n          ${verdict.why}`;
  return line;
}
