import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../scripts/backend/backend.ts';
import { commandOf } from '../../scripts/backend/processes.ts';
import { smallProject } from '../support/small-project.ts';

const project = smallProject();
let backend: Backend | undefined;

const start = async () => (backend = await project.start());
const stop = async () => {
  await backend?.stop();
  backend = undefined;
};
const notes = async () => {
  const client = new pg.Client({ connectionString: backend!.databaseUrl() });
  await client.connect();
  const { rows } = await client.query<{ text: string }>(
    'select text from public.notes order by id',
  );
  await client.end();
  return rows.map(({ text }) => text);
};
const save = (text: string) =>
  fetch(`${backend!.url}/rest/v1/notes`, {
    method: 'POST',
    headers: { apikey: backend!.secretKey, 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
const configFile = path.join(project.dataDir, 'backend.json');

beforeAll(start);
afterEach(() => {
  project.write('supabase/migrations/1_notes.sql', firstMigration);
});
afterAll(async () => {
  await stop();
  project.remove();
});
const firstMigration = fs.readFileSync(
  path.join(project.dataDir, '../supabase/migrations/1_notes.sql'),
  'utf8',
);

describe('a start', () => {
  test('makes the keys readable for this user only, and keeps them at the next start', async () => {
    const before = JSON.parse(fs.readFileSync(configFile, 'utf8')) as Record<string, string>;
    expect(fs.statSync(configFile).mode & 0o777).toBe(0o600);
    expect(before).toMatchObject({
      url: backend!.url,
      publishable_key: expect.stringMatching(/^sb_publishable_.{32}$/),
      secret_key: expect.stringMatching(/^sb_secret_.{32}$/),
      database_url: backend!.databaseUrl(),
    });
    await stop();
    await start();
    expect(JSON.parse(fs.readFileSync(configFile, 'utf8'))).toEqual(before);
  });

  test('loads migrations and demo data once', async () => {
    expect(await notes()).toEqual(['seeded']);
    expect(project.lines.filter((line) => line.includes('supabase/'))).toEqual([
      'applied supabase/migrations/1_notes.sql',
      'loaded supabase/seeds/010_notes.sql',
    ]);
  });
});

describe('killed with -9', () => {
  test.each(['postgres', 'postgrest'] as const)(
    '%s comes back with every acknowledged row',
    async (part) => {
      const before = await notes();
      const saved: string[] = [];
      for (let i = 0; i < 20; i++)
        if ((await save(`${part} ${i}`)).status === 201) saved.push(`${part} ${i}`);
      const old = backend!.pids()[part]!;
      process.kill(old, 'SIGKILL');
      // The new process first: one of the old postgres processes may still answer a request or two without it.
      await expect.poll(() => backend!.pids()[part], { timeout: 60_000 }).not.toBe(old);
      const after = async () => (await save(`${part} after`)).status;
      await expect.poll(after, { timeout: 60_000 }).toBe(201);
      expect(await notes()).toEqual([...before, ...saved, `${part} after`]);
      expect(saved).toHaveLength(20);
    },
    150_000,
  );
});

describe('the start fails with one clear sentence, and nothing is lost,', () => {
  const refused = async (sentence: RegExp) => {
    await expect(project.start()).rejects.toThrow(sentence);
  };

  test('when an applied migration has changed', async () => {
    const before = await notes();
    await stop();
    project.write(
      'supabase/migrations/1_notes.sql',
      `${firstMigration}\ncomment on table public.notes is 'x';`,
    );
    await refused(/^supabase\/migrations\/1_notes\.sql has changed since .* `npm run reset`/);
    project.write('supabase/migrations/1_notes.sql', firstMigration);
    await start();
    expect(await notes()).toEqual(before);
  });

  test('when a new migration is wrong: file and line are named', async () => {
    await stop();
    const wrong = 'create table public.more (id int);\n\ncreate table public.notes (id int);\n';
    project.write('supabase/migrations/2_more.sql', wrong);
    await refused(/^supabase\/migrations\/2_more\.sql:3: relation "notes" already exists/);
    project.write('supabase/migrations/2_more.sql', 'select 1;\nselct 2;');
    await refused(/^supabase\/migrations\/2_more\.sql:2: syntax error at or near "selct"/);
    project.write('supabase/migrations/2_more.sql', 'create table public.more (id int);');
    await start();
  });

  test('when the newest migration file is missing', async () => {
    await stop();
    const file = path.join(project.dataDir, '../supabase/migrations/2_more.sql');
    const text = fs.readFileSync(file, 'utf8');
    fs.rmSync(file);
    await refused(
      /data was last used by a newer release \(2\); this one ends at 1\. Start the newer/,
    );
    fs.writeFileSync(file, text);
  });

  test.each([
    ['empty', ''],
    ['half-written', '{"url": "http://127'],
    ['without a key', '{"url": "http://127.0.0.1:1"}'],
  ])('when backend.json is %s', async (_what, text) => {
    await stop();
    const good = fs.readFileSync(configFile);
    fs.writeFileSync(configFile, text);
    await refused(/backend\.json cannot be read \(.+\): restore it from a backup/);
    expect(fs.readFileSync(configFile, 'utf8')).toBe(text);
    fs.writeFileSync(configFile, good);
  });

  test('when backend.json is missing beside a database', async () => {
    fs.renameSync(configFile, `${configFile}.away`);
    await refused(/backend\.json is missing but the database exists/);
    expect(fs.existsSync(configFile)).toBe(false);
    fs.renameSync(`${configFile}.away`, configFile);
  });

  test('when the database is incomplete', async () => {
    const version = path.join(project.dataDir, 'pg/PG_VERSION');
    fs.renameSync(version, `${version}.away`);
    await refused(/pg is not a complete database: restore it/);
    fs.renameSync(`${version}.away`, version);
    const control = path.join(project.dataDir, 'pg/global/pg_control');
    fs.renameSync(control, `${control}.away`);
    await refused(/^PostgreSQL did not start on .*pg_control.*nothing was changed/);
    fs.renameSync(`${control}.away`, control);
  });

  test('when another instance uses the folder', async () => {
    const other = spawn('sleep', ['60']);
    const run = { pid: other.pid, command: commandOf(other.pid!) };
    fs.writeFileSync(path.join(project.dataDir, 'run.json'), JSON.stringify(run));
    await refused(new RegExp(`in use by another instance \\(pid ${other.pid}\\)`));
    other.kill();
    await new Promise((resolve) => other.once('exit', resolve));
    await start();
    expect(await notes()).toContain('seeded');
  });

  test('when the check at start finds that a revoked column can be read', async () => {
    const { admin_password, pg_port } = JSON.parse(fs.readFileSync(configFile, 'utf8')) as Config;
    const admin = new pg.Client(
      `postgres://supabase_admin:${admin_password}@127.0.0.1:${pg_port}/postgres`,
    );
    await admin.connect();
    await admin.query('grant select on backend_check.columns to authenticated');
    await admin.end();
    await stop();
    await refused(/failed its check at start: a revoked column can be read/);
  });
});

type Config = { admin_password: string; pg_port: number };
