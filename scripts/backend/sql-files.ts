import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { withClient } from './client.ts';

export type SqlFile = { path: string; sql: string };
type PgError = Error & {
  code?: string;
  position?: string;
  detail?: string;
  hint?: string;
  where?: string;
};

/** The .sql files of a folder in name order; `path` is relative to the project, as `supabase/…`. */
export function sqlFilesIn(projectDir: string, folder: string): SqlFile[] {
  const full = path.join(projectDir, folder);
  if (!fs.existsSync(full)) return [];
  const names = fs.readdirSync(full).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => ({
    path: `${folder}/${name}`,
    sql: fs.readFileSync(path.join(full, name), 'utf8'),
  }));
}

/** Runs one file in one transaction on its own connection; an error names file and line. */
export async function applyFile(
  url: string,
  file: SqlFile,
  record: (c: pg.Client) => Promise<unknown>,
): Promise<void> {
  const own = /^[ \t]*(begin|commit|rollback)([ \t]+(work|transaction))?[ \t]*;/im.exec(file.sql);
  if (own)
    throw new Error(
      `${file.path}:${lineAt(file.sql, own.index)}: "${own[0].trim()}" is not allowed, ` +
        'each file already is one transaction',
    );
  await withClient(url, async (c) => {
    try {
      await c.query('begin');
      await c.query(file.sql);
      await record(c);
      await c.query('commit');
    } catch (error) {
      await c.query('rollback').catch(() => {});
      throw await explained(c, file, error as PgError);
    }
  });
}

async function explained(
  c: pg.Client,
  { path: name, sql }: SqlFile,
  error: PgError,
): Promise<Error> {
  const line = error.position ? lineAt(sql, Number(error.position) - 1) : await findLine(c, sql);
  const more = [error.detail, error.hint, error.where].filter(Boolean).map((text) => `\n  ${text}`);
  const state = error.code ? ` (SQLSTATE ${error.code})` : '';
  return new Error(`${name}:${line}: ${error.message}${state}${more.join('')}`);
}

const lineAt = (sql: string, index: number) => sql.slice(0, index).split('\n').length;

/** PostgreSQL gives no position for errors such as "already exists": run it again in steps, undone. */
async function findLine(c: pg.Client, sql: string): Promise<number | string> {
  const { splitSqlStatements } = await import('@supabase/lite');
  let at = 0;
  const isAlive = await c.query('begin').then(
    () => true,
    () => false, // the connection was lost
  );
  if (!isAlive) return '?';
  try {
    for (const statement of splitSqlStatements(sql)) {
      const start = sql.indexOf(statement.trim(), at);
      if (start >= 0) at = start;
      await c.query(statement);
      if (start >= 0) at += statement.trim().length;
    }
    return '?';
  } catch {
    return lineAt(sql, at);
  } finally {
    await c.query('rollback').catch(() => {});
  }
}
