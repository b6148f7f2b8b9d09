import fs from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { loadConfig, type Instance } from '../../scripts/backend/config.ts';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { fromMigrations, fromSchemas, withDatabase } from '../../scripts/schema/databases.ts';
import { asScript, readSchemas } from '../../scripts/schema/schema-files.ts';
import { catalog } from './catalog.ts';
import { SMALL_SCHEMA } from './small-schema.ts';

export type SchemaProject = Awaited<ReturnType<typeof schemaProject>>;

/** The running test server, for a test's own databases. */
export function testServer(): Instance {
  const dataDir = inject('databaseFolder');
  return { dataDir, config: loadConfig(dataDir), log: () => {} };
}

/** A small project in an empty folder: schema files, and one migration that makes the same schema. */
export async function schemaProject() {
  const folder = throwawayFolder();
  const fileOf = (name: string) => path.join(folder, 'supabase', name);
  const read = (name: string) => fs.readFileSync(fileOf(name), 'utf8');
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(fileOf(name)), { recursive: true });
    fs.writeFileSync(fileOf(name), text);
  };
  for (const [name, text] of Object.entries(SMALL_SCHEMA)) write(`schemas/${name}`, text);
  const baseline = asScript((await readSchemas(folder)).map(({ text }) => text));
  write('migrations/20260101000000_baseline.sql', baseline);
  return {
    folder,
    read,
    write,
    /** Replaces text in a schema file; the text must be there. */
    replace: (name: string, from: string, to: string) => {
      const text = read(`schemas/${name}`);
      if (!text.includes(from)) throw new Error(`${name} does not say "${from}"`);
      write(
        `schemas/${name}`,
        text.replace(from, () => to),
      );
    },
    append: (name: string, text: string) =>
      write(`schemas/${name}`, `${read(`schemas/${name}`)}\n${text}\n`),
    remove: (name: string) => fs.rmSync(fileOf(`schemas/${name}`)),
    /** Migrations besides the baseline, by name. */
    written: () =>
      fs
        .readdirSync(fileOf('migrations'))
        .filter((name) => !name.endsWith('_baseline.sql'))
        .sort(),
    forget: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

/** The catalog of a database made by the migrations, and of one made by the schema files. */
export async function bothCatalogs(folder: string): Promise<{ made: string[]; said: string[] }> {
  const server = testServer();
  const statements = await readSchemas(folder);
  const [made, said] = await Promise.all([
    withDatabase(server, fromMigrations(server, folder), catalog),
    withDatabase(server, fromSchemas(server, statements), catalog),
  ]);
  return { made, said };
}
