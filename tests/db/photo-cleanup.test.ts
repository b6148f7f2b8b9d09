import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeAbandonedPhotos, storePhoto as storeFile } from '~/domains/reports/photos.server.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { BLOCK, FLAT, PEOPLE, sendReport, storePhoto } from '../support/reports.ts';
import { plain } from '../support/pictures.ts';
import { clientOf, EVERYBODY, expectRefused } from '../support/rights.ts';

let t: TestDb;
let reporter: Db;
let reporterId: string;
beforeAll(async () => {
  t = await testDatabase();
  reporter = await t.as(PEOPLE.reporter);
  reporterId = (await reporter.auth.getUser()).data.user!.id;
});
afterAll(() => t?.close());
/** The job runs every ten minutes; here it may run again. A person's limits of a day do not apply here either. */
const tenMinutesLater = () => t.sql("delete from private.attempts where kind = 'photo_cleanup'");
beforeEach(async () => {
  await tenMinutesLater();
  await t.sql("update public.reports set created_at = created_at - interval '1 day'");
  await t.sql(
    "update storage.objects set created_at = created_at - interval '1 day', last_accessed_at = now()",
  );
});

const age = (paths: string[], hours: number) =>
  t.sql(
    `update storage.objects set created_at = now() - make_interval(mins => $2::int),
     last_accessed_at = now() - make_interval(mins => $2::int) where name = any ($1)`,
    [paths, Math.round(hours * 60)],
  );
/** A file of a form that was left a day ago. */
const abandoned = async (hours = 25) => {
  const path = await storePhoto(reporter);
  await age([path], hours);
  return path;
};
const clean = () => removeAbandonedPhotos(t.service());
const isThere = async (path: string) =>
  (await reporter.storage.from('report-photos').download(path)).error === null;
const rowsOf = (path: string) => t.sql('select from storage.objects where name = $1', [path]);
const marks = () => t.sql('select path from private.photo_removals');

/** A transaction of its own, as the reporter or as the server, that stays open until it is told to end. */
async function open(role: 'authenticated' | 'service_role') {
  const client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
  await client.query('begin');
  const claims = JSON.stringify({ sub: reporterId, role });
  await client.query("select set_config('request.jwt.claims', $1, true)", [claims]);
  await client.query(`set local role ${role}`);
  return {
    query: (text: string, params: unknown[] = []) => client.query(text, params),
    commit: async () => {
      await client.query('commit');
      await client.end();
    },
  };
}
const CREATE = `select outcome from public.create_report($1, $2, $3, 'leak', 'Det drypper.', photo_paths => $4)`;

describe('a photo that no report points to', () => {
  it('is deleted after 24 hours, file and row, and not before', async () => {
    const [old, young] = [await abandoned(24.05), await abandoned(23.95)];
    expect(await clean()).toBe(1);
    expect([await isThere(old), await isThere(young)]).toEqual([false, true]);
    expect(await rowsOf(old)).toEqual([]);
    expect(await marks()).toEqual([]);
    await age([young], 24.05);
    await tenMinutesLater();
    expect(await clean()).toBe(1);
    expect(await isThere(young)).toBe(false);
  });

  it('stays for ever when a report points to it, whoever sent it and however it ended', async () => {
    const path = await storePhoto(reporter);
    const { id, outcome } = await sendReport(reporter, { photo_paths: [path] });
    expect(outcome).toBe('created');
    await reporter.rpc('change_report_status', { report_id: id, to_status: 'withdrawn' });
    await age([path], 24 * 400);
    await clean();
    expect(await isThere(path)).toBe(true);
  });

  it('stays while its draft is kept, and is deleted after the draft', async () => {
    const path = await abandoned(40);
    const photos = /[^/]+(?=\.webp$)/.exec(path)![0];
    const draft = { block_id: BLOCK, id: randomUUID(), photos: `${'0'.repeat(64)}_1x1 ${photos}` };
    expect((await reporter.from('report_drafts').insert(draft)).error).toBeNull();
    expect(await clean()).toBe(0);
    expect(await rowsOf(path)).toHaveLength(1);
    await t.sql('delete from public.report_drafts');
    await tenMinutesLater();
    expect(await clean()).toBe(1);
    expect(await rowsOf(path)).toEqual([]);
  });

  it('is deleted also when its owner has been deleted', async () => {
    const path = `${randomUUID()}/${'a'.repeat(64)}_1x1.webp`;
    await t.sql("insert into storage.objects (bucket_id, name) values ('report-photos', $1)", [
      path,
    ]);
    await age([path], 25);
    expect(await clean()).toBe(1);
    expect(await rowsOf(path)).toEqual([]);
  });

  it('is left alone in another bucket', async () => {
    await t.sql(
      "insert into storage.buckets (id, name) values ('other', 'other') on conflict do nothing",
    );
    await t.sql("insert into storage.objects (bucket_id, name) values ('other', 'a/b.webp')");
    await age(['a/b.webp'], 1000);
    expect(await clean()).toBe(0);
    expect(await rowsOf('a/b.webp')).toHaveLength(1);
  });

  it('chosen again by its owner has another day', async () => {
    const photo = new File([new Uint8Array(await plain(33, 33).jpeg().toBuffer())], 'a.jpg');
    const stored = await storeFile(reporter, reporterId, photo);
    expect(stored).toHaveProperty('photo');
    const path = `${reporterId}/${(stored as { photo: string }).photo}.webp`;
    await age([path], 100);
    expect(await storeFile(reporter, reporterId, photo)).toEqual(stored);
    expect(await clean()).toBe(0);
    expect((await sendReport(reporter, { photo_paths: [path] })).outcome).toBe('created');
  });

  it('can be stored and sent again after it was deleted', async () => {
    const photo = new File([new Uint8Array(await plain(34, 34).jpeg().toBuffer())], 'a.jpg');
    const stored = (await storeFile(reporter, reporterId, photo)) as { photo: string };
    const path = `${reporterId}/${stored.photo}.webp`;
    await age([path], 25);
    expect(await clean()).toBe(1);
    expect((await sendReport(reporter, { photo_paths: [path] })).outcome).toBe('wrong_photo');
    expect(await storeFile(reporter, reporterId, photo)).toEqual(stored);
    expect((await sendReport(reporter, { photo_paths: [path] })).outcome).toBe('created');
  });
});

describe('the job', () => {
  it('takes 200 at a time and the rest ten minutes later', async () => {
    const paths = Array.from(
      { length: 203 },
      (_, i) => `${reporterId}/${String(i).padStart(64, '0')}_1x1.webp`,
    );
    await t.sql(
      "insert into storage.objects (bucket_id, name) select 'report-photos', unnest($1::text[])",
      [paths],
    );
    await age(paths, 30);
    expect(await clean()).toBe(200);
    expect(await clean()).toBe(0);
    await tenMinutesLater();
    expect(await clean()).toBe(3);
  });

  it('by several copies at once deletes each file once and without an error', async () => {
    const paths = [await abandoned(), await abandoned(), await abandoned()];
    const counts = await Promise.all([clean(), clean(), clean(), clean()]);
    expect(counts.toSorted()).toEqual([0, 0, 0, 3]);
    for (const path of paths) expect(await isThere(path)).toBe(false);
  });

  it('that died half-way is finished by another one after an hour, not before', async () => {
    const path = await abandoned();
    const { data } = await t.service().rpc('mark_abandoned_photos');
    expect(data).toEqual([path]);
    await tenMinutesLater();
    expect(await clean()).toBe(0);
    expect(await rowsOf(path)).toHaveLength(1);
    await t.sql("update private.photo_removals set marked_at = now() - interval '61 minutes'");
    await tenMinutesLater();
    expect(await clean()).toBe(1);
    expect(await isThere(path)).toBe(false);
  });

  it('keeps the mark of a file that storage did not delete', async () => {
    const path = await abandoned();
    await t.service().rpc('mark_abandoned_photos');
    await t.service().rpc('unmark_removed_photos', { paths: [path] });
    expect(await marks()).toEqual([{ path }]);
    await t.sql('delete from private.photo_removals');
  });

  it.each(EVERYBODY)('is not for %s', async (who) => {
    const client = await clientOf(t, who);
    const path = await abandoned();
    const tables = ['private.photo_removals', 'private.attempts', 'storage.objects'];
    for (const [name, args] of [
      ['mark_abandoned_photos', {}],
      ['unmark_removed_photos', { paths: [path] }],
      ['hold_photo', { path }],
    ] as const)
      await expectRefused(t, tables, () => client.rpc(name, args));
    if (who !== 'resident')
      await expectRefused(t, tables, () => client.rpc('keep_photo', { path }));
    await clean();
  });
});

describe('a report sent at the moment its photo expires', () => {
  const args = (path: string) => [randomUUID(), BLOCK, FLAT, [path]];

  it('first: the job leaves the file alone although the report is not stored yet', async () => {
    const path = await abandoned();
    const report = await open('authenticated');
    expect((await report.query(CREATE, args(path))).rows).toEqual([{ outcome: 'created' }]);
    expect(await clean()).toBe(0);
    await report.commit();
    await tenMinutesLater();
    expect(await clean()).toBe(0);
    expect(await isThere(path)).toBe(true);
  });

  it('second: it waits for the job and is told that the photo is deleted, and no case is made', async () => {
    const path = await abandoned();
    const cases = () => t.sql('select count(*)::int from public.reports');
    const before = await cases();
    const job = await open('service_role');
    const marked = await job.query('select * from public.mark_abandoned_photos()');
    expect(marked.rows).toEqual([{ mark_abandoned_photos: path }]);
    const sent = sendReport(reporter, { photo_paths: [path] });
    await new Promise((later) => setTimeout(later, 300));
    await job.commit();
    expect((await sent).outcome).toBe('wrong_photo');
    expect(await cases()).toEqual(before);
  });

  it('second, choosing the picture again: the form is told it is not stored, and the next attempt works', async () => {
    const photo = new File([new Uint8Array(await plain(35, 35).jpeg().toBuffer())], 'a.jpg');
    const stored = (await storeFile(reporter, reporterId, photo)) as { photo: string };
    const path = `${reporterId}/${stored.photo}.webp`;
    await age([path], 25);
    await t.service().rpc('mark_abandoned_photos');
    expect(await storeFile(reporter, reporterId, photo)).toEqual({ problem: 'not_stored' });
    await t.service().storage.from('report-photos').remove([path]);
    await t.service().rpc('unmark_removed_photos', { paths: [path] });
    expect(await storeFile(reporter, reporterId, photo)).toEqual(stored);
    expect(await isThere(path)).toBe(true);
  });

  it('is never left without its file, in forty races', async () => {
    const outcomes: string[] = [];
    for (let round = 0; round < 5; round++) {
      await t.sql("update public.reports set created_at = created_at - interval '1 day'");
      const paths = [];
      for (let i = 0; i < 8; i++) paths.push(await abandoned());
      await tenMinutesLater();
      const pause = () => new Promise((later) => setTimeout(later, Math.random() * 150));
      const sent = paths.map((path) =>
        pause().then(() =>
          sendReport(reporter, { photo_paths: [path], description: randomUUID() }),
        ),
      );
      await Promise.all([pause().then(clean), ...sent]);
      for (const [i, report] of (await Promise.all(sent)).entries()) {
        outcomes.push(report.outcome);
        expect(await isThere(paths[i]!), report.outcome).toBe(report.outcome === 'created');
      }
      const lost = await t.sql(
        `select p.path from public.report_photos p where not exists (
           select from storage.objects o where o.bucket_id = 'report-photos' and o.name = p.path)`,
      );
      expect(lost).toEqual([]);
    }
    expect(new Set(outcomes)).toEqual(new Set(['created', 'wrong_photo']));
  }, 60_000);
});

it('no row of report_photos can be written without its file, by whatever function', async () => {
  const { id } = await sendReport(reporter);
  const write = t.sql(
    'insert into public.report_photos (report_id, block_id, position, path) values ($1, $2, 0, $3)',
    [id, BLOCK, `${reporterId}/${'b'.repeat(64)}_1x1.webp`],
  );
  await expect(write).rejects.toMatchObject({ code: '23503' });
});
