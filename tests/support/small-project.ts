import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { startBackend, type Options } from '../../scripts/backend/backend.ts';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';

export type SmallProject = ReturnType<typeof smallProject>;

/** A project of two SQL files in an empty folder, or a copy of `from`, to test a backend over several starts. */
export function smallProject(from?: { folder: string }) {
  const folder = throwawayFolder();
  const dataDir = path.join(folder, 'data');
  const lines: string[] = [];
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  if (from) execFileSync('cp', ['-a', `${from.folder}/.`, folder]);
  else {
    write('supabase/migrations/1_notes.sql', NOTES);
    write('supabase/seeds/010_notes.sql', "insert into public.notes (text) values ('seeded');");
  }
  return {
    folder,
    dataDir,
    lines,
    write,
    drop: (name: string) => fs.rmSync(path.join(folder, name)),
    start: (options: Options = {}) =>
      startBackend({ projectDir: folder, dataDir, log: (line) => lines.push(line), ...options }),
    /** Starts it in a process of its own, so that it can be killed. */
    startApart: () => spawn(process.execPath, [START_PROJECT, folder, dataDir]),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

const START_PROJECT = path.join(import.meta.dirname, 'start-project.ts');

const NOTES = `create table public.notes (id bigint generated always as identity primary key, text text not null);
alter table public.notes enable row level security;
grant select, insert on public.notes to service_role;
`;
