import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Enums } from '~/lib/database.types.ts';
import { listActs, listActsAboutMe } from '~/domains/moderation/audit.server.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { BLOCK } from '../support/reports.ts';

/** The log names the thing a line is about, to those who may see the thing. */

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at?.close());

const all = { act: null, subject: null };

test('the consultant reads the title of each proposal and vote in the log', async () => {
  const { entries } = await listActs(await at.as(CAST.drobak.consultant), BLOCK, all, 0);
  const titled = entries.filter(({ subjectKind }) => /^(proposal|poll|comment)$/.test(subjectKind));
  expect(titled.length).toBeGreaterThan(5);
  expect(titled.filter(({ subject }) => !subject?.name)).toEqual([]);
});

test('a deleted thing has no name, and the line stays', async () => {
  const [gone] = await at.sql<{ id: string }>(
    `insert into public.audit_entries (block_id, actor_role, act, subject, shape, subject_id)
     values ($1, 'consultant', 'remove', 'notice', 'none', gen_random_uuid()) returning id`,
    [BLOCK],
  );
  const { entries } = await listActs(await at.as(CAST.drobak.consultant), BLOCK, all, 0);
  expect(entries.find(({ id }) => id === gone!.id)?.subject).toBeNull();
});

test('a resident reads the number of a case of theirs, and another resident learns no name by an id', async () => {
  const mine = await listActsAboutMe(await at.as(CAST.drobak.resident));
  const cases = mine.filter(({ subjectKind }) => subjectKind === 'report');
  expect(cases.length).toBeGreaterThan(0);
  expect(cases.filter(({ subject }) => !subject?.number)).toEqual([]);

  const [draft] = await at.sql<{ id: string }>(
    `select id from public.polls where status = 'draft' union all select id from public.activities where status = 'draft' limit 1`,
  );
  const ids = [draft!.id, ...cases.map(({ subjectId }) => subjectId)];
  const stranger = await at.as(CAST.stovner.resident);
  expect((await stranger.rpc('log_names', { ids })).data).toEqual([]);
});

/** Where the subject of a line is stored; null: it has no name in the log. A new subject without an entry does not compile. */
const tables: Record<Enums<'audit_subject'>, string | null> = {
  proposal: 'proposals',
  comment: 'proposal_comments',
  question: 'poll_questions',
  activity: 'activities',
  message: 'activity_messages',
  poll: 'polls',
  notice: 'notices',
  membership: 'memberships m where m.flat_id is not null',
  flat: `places p where p.kind = 'flat'`,
  place: 'places',
  report: 'reports',
  // By the id of their activity, or of their case.
  translation: 'activities',
  host: 'activities',
  session: 'activities',
  series: 'activities',
  attendance: 'activities',
  signup: 'activities',
  outage: 'reports',
  join_request: null,
  block: null,
  contact: null,
  responsibility: null,
  deadline: null,
  assignee: null,
  landlord_settings: null,
  webhook: null,
  join_code: null,
  installation: null,
  api_key: null,
};

test.each(Object.entries(tables).filter(([, table]) => table))(
  'a line about a %s names it',
  async (_subject, table) => {
    const named = await at.sql(
      `select n.name, n.number from (select id from public.${table} limit 1) t, lateral public.log_names(array[t.id]) n
       where num_nonnulls(n.name, n.number) = 1`,
    );
    expect(named).toHaveLength(1);
  },
);
