// `npm run release`: from now on the migrations that there are may not change.
import { brokenReleases, release } from '../schema/release.ts';

const broken = brokenReleases('.');
if (broken.length > 0) {
  console.error(broken.join('\n'));
  process.exit(1);
}
const files = release('.');
console.log(files.length > 0 ? `Released ${files.join(', ')}` : 'Every migration is released.');
process.exit(0);
