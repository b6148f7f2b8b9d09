import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../scripts/backend/backend.ts';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { withClient } from '../../scripts/backend/client.ts';
import {
  actWords,
  acts,
  subjects,
  type Act,
  type SubjectKind,
} from '~/domains/moderation/audit.ts';
import { idIn, whyWords, type Why } from '~/domains/moderation/audit-details.ts';
import { translator, type Locale } from '~/i18n/index.ts';
import { loadRelease, readRelease, withServer } from '../support/release-fixture.ts';

/** The log of release 0.1.0 stored acts and details as text. After the upgrade every line reads as it did before. */

type Before = { id: string; was: string } & Record<Locale, string[]>;
/** What the code of release 0.1.0 showed for each line: the act, and the details below it if there were any. */
const before = JSON.parse(
  fs.readFileSync(new URL('../fixtures/release-0.1.0-log.json', import.meta.url), 'utf8'),
) as Before[];

/** The answer of a check was an English word in every language. */
const inNorwegian = (words: string) => words.replace(/^yes/, 'ja').replace(/^no/, 'nei');
/** Numbers in rules have been written in digits since then. */
const inDigits = (words: string) => words.replace(/\b(tre|three)\b/, '3');

type Row = { id: string; act: Act; subject: SubjectKind; usual_reason: Why['usualReason'] } & Why;
const release = readRelease('0.1.0');
const folder = throwawayFolder();
const lines = new Map<string, Row>();
const names = new Map<string, string>();
beforeAll(async () => {
  const dataDir = path.join(folder, 'data');
  await loadRelease(release, dataDir);
  const backend = await startBackend({ dataDir, log: () => {} });
  await withClient(backend.databaseUrl(), async (c) => {
    const found = await c.query<Row>('select * from public.audit_entries');
    for (const row of found.rows) lines.set(row.id, row);
    const ids = found.rows.map(idIn).filter((id) => id !== undefined);
    const named = await c.query<{ id: string; name: string }>('select id, name from public.log_names($1)', [ids]); // prettier-ignore
    for (const { id, name } of named.rows) names.set(id, name);
  }).finally(() => backend.stop());
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const wordsOf = (row: Row, locale: Locale) => {
  const t = translator(locale);
  const line = { ...row, subjectKind: row.subject, usualReason: row.usual_reason };
  const nameOf = (id: string) => names.get(id) ?? null;
  return [actWords(line, t), whyWords(line, { t, locale, nameOf })].filter(Boolean);
};

test('no line was added or lost', () => {
  expect([...lines.keys()].toSorted()).toEqual(before.map(({ id }) => id).toSorted());
});

test.each(before)('$was reads as it did: $nb', ({ id, was, nb, en }) => {
  const row = lines.get(id)!;
  const same = was.startsWith('hide_by_flags') ? inDigits : (words: string) => words;
  expect(wordsOf(row, 'en')).toEqual(en.map(same));
  expect(wordsOf(row, 'nb')).toEqual(nb.map(was.startsWith('check') ? inNorwegian : same));
});

test('every act is in the current list, and no reason is left that nobody wrote', () => {
  for (const { act, subject, shape, reason } of lines.values()) {
    expect(acts).toContain(act);
    expect(subjects).toContain(subject);
    expect(reason ?? '').not.toMatch(/^(template:|flags:|[0-9a-f-]{36}$|\d{4}-\d\d-\d\dT|\d+$)/);
    if (shape !== 'none' && shape !== 'check') expect(reason).toBeNull();
  }
});

test('a flat is stored by its id', () => {
  const flats = [...lines.values()].filter(({ shape }) => shape === 'flat');
  expect(flats.length).toBeGreaterThan(2);
  for (const { details } of flats) expect(details).toEqual({ place_id: expect.any(String) });
});

describe('an upgrade', () => {
  /** Starts the current code on a folder in which release 0.1.0 had written this line too; answers what the start prints. */
  async function startAfter(sql: string): Promise<{ error: string | null; details: unknown }> {
    const dataDir = path.join(throwawayFolder(), 'data');
    try {
      await loadRelease(release, dataDir);
      await withServer(dataDir, ({ owner }) => withClient(owner, (c) => c.query(sql)));
      const backend = await startBackend({ dataDir, log: () => {} });
      const client = new pg.Client({ connectionString: backend.databaseUrl() });
      await client.connect();
      const { rows } = await client.query<{ details: unknown }>(
        'select details from public.audit_entries order by acted_at desc limit 1',
      );
      await client.end();
      await backend.stop();
      return { error: null, details: rows[0]!.details };
    } catch (error) {
      return { error: String(error), details: null };
    } finally {
      fs.rmSync(path.dirname(dataDir), { recursive: true, force: true });
    }
  }
  const line = (act: string, reason: string) => `
    insert into public.audit_entries (block_id, act, subject_kind, subject_id, reason, acted_at)
    select b.id, '${act}', 'poll', gen_random_uuid(), '${reason}', now() + interval '1 day' from public.blocks b
    where b.slug = 'drobakgata-1'`;

  test('with an unknown line fails, and names the line', async () => {
    const { error } = await startAfter(line('shred_paper', 'x'));
    expect(error).toContain('shred_paper poll');
  });

  test('keeps the name of a flat when two flats of the building have it', async () => {
    const twin = `insert into public.places (block_id, parent_id, kind, name) select p.block_id, o.id, 'flat', p.name
      from public.places p join public.places o on o.block_id = p.block_id and o.kind = 'floor' and o.id <> p.parent_id
      where p.name = 'A101' and p.block_id = (select id from public.blocks where slug = 'drobakgata-1') limit 1;`;
    const { error, details } = await startAfter(twin + line('mark_paper', 'A101'));
    expect(error).toBeNull();
    expect(details).toEqual({ name: 'A101' });
  });
});
