// `npm run release`: marks the existing migrations as released; they must not change from then on.
import { brokenReleases, release } from '../schema/release.ts';

const broken = brokenReleases('.');
if (broken.length > 0) {
  console.error(broken.join('\n'));
  process.exit(1);
}
const files = release('.');
console.log(files.length > 0 ? `Released ${files.join(', ')}` : 'Every migration is released.');
process.exit(0);
