import { createHash } from 'node:crypto';

/** The id of a thing in the demo data, as pg_temp.id of the seeds makes it. */
export function demoId(name: string): string {
  const hash = createHash('md5').update(`bomiljo-demo/${name}`).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
