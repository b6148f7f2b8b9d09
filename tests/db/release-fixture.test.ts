import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { loadRelease, readRelease, withServer } from '../support/release-fixture.ts';
import {
  differences,
  HISTORY_TABLE,
  rowsOf,
  type Row,
  type Table,
} from '../support/release-rows.ts';

/** The last release in a file: its migrations and a row in every table. Upgrades are tested on it. */

const release = readRelease('0.1.0');
const folder = throwawayFolder();
const dataDir = path.join(folder, 'data');
let loaded: Table[];
beforeAll(async () => {
  await loadRelease(release, dataDir);
  loaded = await withServer(dataDir, ({ owner }) => rowsOf(owner));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const rowsIn = (name: string) => release.tables.find(({ table }) => table === name)?.rows ?? [];
const valuesOf = (name: string, column: string) =>
  new Set(rowsIn(name).map((row) => row[column] as string));
const migrationTexts = release.migrations.map(({ sql }) => sql).join('\n');

test('the fixture of release 0.1.0 has a row in every table', () => {
  const empty = release.tables.filter(({ rows }) => !rows.length).map(({ table }) => table);
  expect(empty).toEqual([
    'private.ballots', // the template of the ballot tables
    'private.ballots_1ba41b04931574aa26c6b5372603f688', // a poll on paper that nobody has counted yet
  ]);
});

describe('every act of the log and every kind of notification is in the fixture', () => {
  test.each([
    ['approve decline ask merge check check_for_landlord make_physical make_social'],
    ['plan open extend stop answer mark_paper unmark_paper mark_paper_refused count_paper'],
    ['update_follow_up reopen_follow_up add_milestone done_milestone undone_milestone'],
    ['removed_milestone add_follow_up_photo remove_follow_up_photo'],
    ['publish cancel withdraw remove keep_photo remove_photo translate remove_translation'],
    ['add change move take_up tick untick sign_up_for end_signup send'],
    ['hide_by_flags hide uphold dismiss restore edit warn pause lift_pause take_back'],
    ['end_membership lock_out lift_lock_out change_tenant make_account make_slip set_password'],
    ['make_letters write_letter_text approved_join_request declined_join_request'],
    ['require_second_factor allow_one_factor remove_second_factor'],
    ['switch_on_second_factor switch_off_second_factor'],
    ['report_status report_chased report_still_working report_merged_in report_unmerged'],
    ['report_assigned report_message share_photos hide_photos resend try'],
    ['make_code_for_resident make_code_for_partner make_code_for_observer'],
    ['make_code_for_consultant make_code_for_landlord make_code_for_admin'],
    ['revoke_code_for_resident revoke_code_for_partner revoke_code_for_observer'],
    ['revoke_code_for_consultant revoke_code_for_landlord revoke_code_for_admin'],
    ['become_partner become_observer become_consultant become_landlord become_admin'],
  ])('%s', (acts) => {
    const written = valuesOf('public.audit_entries', 'act');
    expect(acts.split(' ').filter((act) => !written.has(act))).toEqual([]);
  });

  test('no act that the SQL of the release names is missing', () => {
    const named = migrationTexts.matchAll(/log_act\(\s*[\w.]+, '([a-z_]+)', '([a-z_]+)'/g);
    const acts = [...named].map(([, act, kind]) => `${act} ${kind}`);
    const written = new Set(
      rowsIn('public.audit_entries').map((row) => `${row['act']} ${row['subject_kind']}`),
    );
    expect(acts.length).toBeGreaterThan(30);
    expect(acts.filter((act) => !written.has(act))).toEqual([]);
  });

  test('no kind of notification is missing', () => {
    const [, list] = /create type public\.notification_kind as enum \(([^)]*)\)/.exec(migrationTexts)!; // prettier-ignore
    const kinds = [...list!.matchAll(/'(\w+)'/g)].map(([, kind]) => kind!);
    const written = valuesOf('public.notifications', 'kind');
    expect(kinds.length).toBe(40);
    expect(kinds.filter((kind) => !written.has(kind))).toEqual([]);
  });

  test.each([
    ['words', /^Har flyttet ut\.$/],
    ['a usual reason', /^template:rude$/],
    ['a usual reason and words', /^template:person\n\S/],
    ['a language', /^so$/],
    ['columns', /^title, body, class, audience, published_at, ends_at$/],
    ['a moment', /^2026-11-24T17:00Z$/],
    ['a moment and more', /^2026-11-23T17:00Z \+2$/],
    ['two moments and more', /^2026-11-23T17:00Z 2026-11-24T17:00Z \+2$/],
    ['what was said of what an author took back', /^flags:2 appeal waiting$/],
    ['an answer with a cost', /^yes · 4000 · \S/],
    ['a status', /^waiting$/],
    ['an id', /^[0-9a-f-]{36}$/],
    ['a number', /^12$/],
    ['a name that is forgotten', /…/],
  ])('a reason can be %s', (_what, form) => {
    const reasons = rowsIn('public.audit_entries').map((row) => String(row['reason']));
    expect(reasons.some((reason) => form.test(reason))).toBe(true);
  });
});

describe('loaded', () => {
  test('every row is there again, and no other', () => {
    expect(differences(release.tables, loaded)).toEqual([]);
    const others = loaded.filter(({ table }) => table !== HISTORY_TABLE);
    expect(differences(others, release.tables)).toEqual([]);
  });

  test('the history is that of the release', () => {
    const { rows } = loaded.find(({ table }) => table === HISTORY_TABLE)!;
    expect(rows.map(({ version, name, statements }) => ({ version, name, statements }))).toEqual(
      release.migrations.map(({ version, name, sql }) => ({ version, name, statements: [sql] })),
    );
  });

  test('a missing row and a changed value are reported', () => {
    const [first, ...rest] = rowsIn('public.blocks') as [Row, ...Row[]];
    const changed = rest.map((row) => ({ ...row, slug: 'x' }));
    const before = release.tables.filter(({ table }) => table === 'public.blocks');
    const now = [{ ...before[0]!, rows: changed }];
    const lines = differences(before, now);
    expect(lines[0]).toBe(`public.blocks: ["${String(first['id'])}"] is gone`);
    expect(lines[1]).toMatch(/ slug was ".+", is "x"$/);
    expect(lines).toHaveLength(3);
    expect(differences(before, [])).toEqual(['public.blocks: the table is gone']);
    const except = { table: 'public.blocks', why: 'a trial' };
    expect(differences(before, now, [{ ...except, columns: ['slug'] }])).toHaveLength(1);
    expect(differences(before, now, [except])).toEqual([]);
  });
});
