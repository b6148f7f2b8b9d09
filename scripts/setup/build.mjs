import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { nodeProgram, projectDir, run, seconds } from './runtime.mjs';

const SOURCES = [
  'src',
  'public',
  'astro.config.mjs',
  'tsconfig.json',
  'package-lock.json',
  'scripts/solid-hydration-hash.mjs',
];

// The env schema is checked while building too; secrets are only read at run time, so any value will do.
const PLACEHOLDERS = {
  SUPABASE_URL: 'http://set.at.run.time.invalid',
  SUPABASE_PUBLISHABLE_KEY: 'set-at-run-time',
  SUPABASE_SECRET_KEY: 'set-at-run-time',
};

/** `astro build`, but only when something it reads has changed. */
export async function buildWhenChanged() {
  const stamp = path.join(projectDir, 'dist/.sources');
  const sources = hashOf(SOURCES);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === sources) return;
  console.log('Building the site ...');
  const start = Date.now();
  fs.rmSync(stamp, { force: true }); // a build that is interrupted must not count
  const astro = path.join(projectDir, 'node_modules/astro/bin/astro.mjs');
  const env = { NODE_ENV: 'production', ...PLACEHOLDERS };
  const { code, output } = await run(nodeProgram(), [astro, 'build'], { quiet: true, env });
  if (code !== 0)
    throw new Error(
      `${output.trim().split('\n').slice(-30).join('\n')}\nThe site could not be built.`,
    );
  fs.writeFileSync(stamp, sources);
  console.log(`Site built (${seconds(start)})`);
}

/** Changes when a file in `paths` is added, removed, renamed or edited. */
function hashOf(paths) {
  const hash = crypto.createHash('sha256').update(process.env.SITE_URL ?? '');
  for (const file of paths.flatMap(filesIn).sort())
    hash
      .update(`${file}\0`)
      .update(fs.readFileSync(path.join(projectDir, file)))
      .update('\0');
  return hash.digest('hex');
}

function filesIn(name) {
  const full = path.join(projectDir, name);
  if (!fs.existsSync(full)) return [];
  if (fs.statSync(full).isFile()) return [name];
  return fs.readdirSync(full).flatMap((entry) => filesIn(`${name}/${entry}`));
}
