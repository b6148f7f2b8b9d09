import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { BLOCK, PEOPLE, STAIR, sendReport, storePhoto } from '../support/reports.ts';

/** The limits of photos, at the limit and one over, in SQL and in storage. tests/e2e/photos.test.ts tests those of the form. */

let t: TestDb;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t?.close());

const MOST = 3 * 1024 * 1024;
const nameOf = (n: number) => `${String(n).padStart(64, '0')}_1x1.webp`;
const own = async (db: Db) => (await db.auth.getUser()).data.user!.id;
const rowsOf = (folder: string) =>
  t.sql('select name from storage.objects where name like $1', [`${folder}/%`]);

test('a file of exactly 3 MB is stored, one byte more is not', async () => {
  const db = await t.as(PEOPLE.household);
  const mine = await own(db);
  const bucket = db.storage.from('report-photos');
  const put = (n: number, size: number) =>
    bucket.upload(`${mine}/${nameOf(n)}`, new Uint8Array(size), { contentType: 'image/webp' });
  expect((await put(1, MOST)).error).toBeNull();
  expect((await put(2, MOST + 1)).error).not.toBeNull();
  expect(await rowsOf(mine)).toEqual([{ name: `${mine}/${nameOf(1)}` }]);
});

test.each(['create_report', 'create_report_for'] as const)(
  '%s takes four photos and not five',
  async (call) => {
    const who = call === 'create_report' ? PEOPLE.neighbour : PEOPLE.consultant;
    const db = await t.as(who);
    const paths: string[] = [];
    for (let i = 0; i < 5; i++) paths.push(await storePhoto(db));
    const send = async (photo_paths: string[]) => {
      const report = {
        id: crypto.randomUUID(),
        block_id: BLOCK,
        place_id: STAIR,
        thing: 'light',
        photo_paths,
      } as const;
      const { data, error } = await db.rpc(call, { ...report, description: `Mørkt ${report.id}` });
      expect(error).toBeNull();
      const photos = await t.sql('select path from report_photos where report_id = $1', [
        report.id,
      ]);
      return [data![0]!.outcome, photos.length];
    };
    expect(await send(paths)).toEqual(['wrong_photo', 0]);
    expect(await send(paths.slice(0, 4))).toEqual(['created', 4]);
    // Neither a photo of another person, nor one that was never stored, nor null in its place.
    const theirs = await storePhoto(await t.as(PEOPLE.reporter));
    for (const wrong of [theirs, `${await own(db)}/${nameOf(9)}`, '', null as unknown as string])
      expect(await send([paths[0]!, wrong]), wrong).toEqual(['wrong_photo', 0]);
  },
);

test('the answer about another person’s photo does not tell whether it exists', async () => {
  const db = await t.as(PEOPLE.neighbour);
  const theirs = await storePhoto(await t.as(PEOPLE.reporter));
  const free = theirs.replace(/[0-9a-f]{64}/, 'e'.repeat(64));
  const asked = async (path: string) => [
    await sendReport(db, { place_id: STAIR, photo_paths: [path] }).then(({ outcome }) => outcome),
    (await db.rpc('keep_photo', { path })).data,
    (await db.storage.from('report-photos').download(path)).error?.message,
  ];
  expect(await asked(theirs)).toEqual(await asked(free));
});

const webp = { contentType: 'image/webp' };

test('no signed address can be made to store files at later, past that limit', async () => {
  const db = await t.as(PEOPLE['resident elsewhere']);
  const mine = await own(db);
  const bucket = db.storage.from('report-photos');
  const { data, error } = await bucket.createSignedUploadUrl(`${mine}/${nameOf(500)}`);
  expect([data, error === null]).toEqual([null, false]);
  expect(await rowsOf(mine)).toEqual([]);
  expect(
    (await bucket.upload(`${mine}/${nameOf(500)}`, new Uint8Array([1]), webp)).error,
  ).toBeNull();
});
