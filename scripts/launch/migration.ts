// `npm run migration <name>`: the next file of supabase/migrations from supabase/schemas. Without a name: what is missing.
import { onThrowawayServer } from '../schema/databases.ts';
import { missingInMigrations, writeMigration } from '../schema/write-migration.ts';

const [name] = process.argv.slice(2);

async function write(): Promise<boolean> {
  const { files, byHand } = await onThrowawayServer((at) => writeMigration(at, '.', name!));
  if (files.length === 0) console.log('The migrations already make what supabase/schemas says.');
  for (const file of files) console.log(`Wrote ${file}`);
  if (byHand.length > 0)
    console.log(
      `\nYours to write there, and then \`npm run migration\` to check. One statement may do for several lines, as a rename does:\n${byHand.join('\n')}`,
    );
  return byHand.length === 0;
}

async function check(): Promise<boolean> {
  const missing = await onThrowawayServer((at) => missingInMigrations(at, '.'));
  console.log(
    missing.length === 0
      ? 'The migrations make what supabase/schemas says.'
      : `The migrations do not make this yet (\`npm run migration <name>\` writes it, but for lines that begin with a reason: they are yours to write):\n\n${missing.join('\n\n')}`,
  );
  return missing.length === 0;
}

try {
  process.exit((await (name ? write() : check())) ? 0 : 1);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
