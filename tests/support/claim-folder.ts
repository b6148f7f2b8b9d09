// One of two processes that claim folders at the same moments and keep them until both are done; prints what it got.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimFolder } from '../../scripts/backend/data-folder.ts';

const [folder, begin, rounds] = process.argv.slice(2) as [string, string, string];

for (let round = 0; round < Number(rounds); round++) {
  const at = Number(begin) + round * 20;
  await sleep(Math.max(0, at - Date.now() - 10));
  while (Date.now() < at); // to the millisecond
  try {
    claimFolder(`${folder}/${round}`);
    console.log(round);
  } catch {
    // the other process has it
  }
}
fs.writeFileSync(`${folder}/through-${process.pid}`, '');
const isThrough = (name: string) => name.startsWith('through');
while (fs.readdirSync(folder).filter(isThrough).length < 2) await sleep(20);
