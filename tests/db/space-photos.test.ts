import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { removeAbandonedSpacePhotos, openSpacePhoto, storeSpacePhoto } from '~/lib/space-photos.ts';
import { CAST, type Email } from '../support/cast.ts';
import { moveIn } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { telling, webpParts } from '../support/pictures.ts';
import { BLOCK, hide, OUTSIDERS, personOf, propose, rowOf } from '../support/proposals.ts';
import { describeRights } from '../support/rights.ts';

let at: TestDb;
let author: Db;
let authorId: string;
beforeAll(async () => {
  at = await testDatabase();
  author = await at.as(drobak.resident);
  authorId = await personOf(at, drobak.resident);
});
afterAll(() => at.close());
/** A person's limits of a day are tested in tests of their own. */
beforeEach(async () => {
  await at.sql("update public.proposals set status = 'withdrawn' where status = 'pending'");
  await at.sql(
    "update storage.objects set created_at = created_at - interval '1 day', last_accessed_at = now()",
  );
});

const { drobak, landlord } = CAST;
const bucket = 'space-photos';
const webp = { contentType: 'image/webp' };
const picture = async () => new Blob([new Uint8Array(await telling(40, 30))]);
const store = async (db = author) => {
  const stored = await storeSpacePhoto(db, await picture());
  if (!('path' in stored)) throw new Error(stored.problem);
  return stored.path;
};
const name = () => `${randomUUID()}_40x30.webp`;
const withPhoto = async (approve = true) => {
  const path = await store();
  return { path, id: await propose(at, { photo_path: path, photo_text: 'Tom vegg', approve }) };
};
const age = (path: string, hours: number) =>
  at.sql(
    `update storage.objects set created_at = now() - make_interval(mins => $2::int),
     last_accessed_at = now() - make_interval(mins => $2::int) where name = $1`,
    [path, Math.round(hours * 60)],
  );
const isThere = async (path: string) => (await openSpacePhoto(at.service(), path)) !== null;
const clean = async () => {
  await at.sql("delete from private.attempts where kind = 'space_photo_cleanup'");
  return removeAbandonedSpacePhotos(at.service());
};

test('a picture loses its time and position, and its name tells only its size', async () => {
  const path = await store();
  expect(path).toMatch(/^[0-9a-f-]{36}_30x40\.webp$/); // rotated upright
  expect(path).not.toContain(authorId);
  const bytes = Buffer.from(await (await openSpacePhoto(at.service(), path))!.arrayBuffer());
  expect(webpParts(bytes).every((part) => /^VP8/.test(part))).toBe(true);
  expect(await storeSpacePhoto(author, new Blob(['<svg/>']))).toEqual({ problem: 'not_a_picture' });
});

describe('the sender of a picture', () => {
  const others = [
    drobak.household,
    drobak.neighbour,
    drobak.consultant,
    landlord,
    ...OUTSIDERS,
  ] as Email[];

  test.each(others)(
    'is not revealed to %s by storage, not even that the file exists',
    async (who) => {
      const { path } = await withPhoto();
      const db = await at.as(who);
      const files = db.storage.from(bucket);
      const answers = [
        await files.list(),
        await files.list('', { search: path.slice(0, 8) }),
        await files.info(path),
        await files.download(path),
        await files.createSignedUrl(path, 60),
        await files.createSignedUrls([path], 60),
        await files.move(path, name()),
        await files.copy(path, name()),
        await files.remove([path]),
        await db.storage.getBucket(bucket),
      ];
      const said = JSON.stringify(answers.map(({ data, error }) => [data, error?.message]));
      expect(said).not.toContain(authorId);
      expect(answers[0]!.data ?? []).toEqual([]);
      expect(answers[1]!.data ?? []).toEqual([]);
      for (const answer of [answers[2]!, answers[3]!, answers[4]!]) expect(answer.data).toBeNull();
      expect(
        (answers[5]!.data as { signedUrl?: string }[] | null)?.[0]?.signedUrl ?? null,
      ).toBeNull();
      // The same answer as for a file that never existed.
      const free = await files.info(name());
      expect((await files.info(path)).error?.message.replace(path, '')).toBe(
        free.error?.message.replace(/[0-9a-f-]{36}_40x30\.webp/, ''),
      );
      expect(await isThere(path)).toBe(true);
    },
  );

  test('is not in the rows of the proposal, for anybody', async () => {
    const { id } = await withPhoto();
    for (const who of [drobak.neighbour, drobak.consultant, landlord] as Email[]) {
      const { data } = await (
        await at.as(who)
      )
        .from('proposals')
        .select('*, proposal_photos (*), proposal_authors (*)')
        .eq('id', id);
      expect(data).toHaveLength(1);
      expect(JSON.stringify(data), who).not.toContain(authorId);
    }
  });

  test('a visitor who is not signed in lists, reads and stores nothing', async () => {
    const { path } = await withPhoto();
    const files = at.anonymous().storage.from(bucket);
    expect((await files.list()).data ?? []).toEqual([]);
    expect((await files.download(path)).error).not.toBeNull();
    expect((await files.upload(name(), new Uint8Array([1]), webp)).error).not.toBeNull();
  });
});

describe('the row of a picture', () => {
  test('is visible with its proposal: waiting to author and consultant, approved to the building', async () => {
    const sees = async (who: Email, id: string) =>
      (await (await at.as(who)).from('proposal_photos').select('path').eq('proposal_id', id)).data!
        .length;
    const { id: waiting } = await withPhoto(false);
    const { id: shown } = await withPhoto();
    expect([await sees(drobak.resident, waiting), await sees(drobak.consultant, waiting)]).toEqual([
      1, 1,
    ]);
    for (const who of [drobak.neighbour, landlord] as Email[]) {
      expect(await sees(who, waiting), who).toBe(0);
      expect(await sees(who, shown), who).toBe(1);
    }
    for (const who of OUTSIDERS) expect(await sees(who, shown), who).toBe(0);
    await hide(at, shown);
    expect(await sees(drobak.neighbour, shown)).toBe(0);
  });

  test('is not made from another person’s file, one in use, or none', async () => {
    const theirs = await store(await at.as(drobak.neighbour));
    const { path: used } = await withPhoto();
    for (const photo_path of [theirs, used, name(), '']) {
      const id = randomUUID();
      const sent = {
        id,
        block_id: BLOCK,
        title: 'A',
        body: 'B',
        kind: 'social',
        photo_path,
        photo_text: 'x',
      } as const;
      expect((await author.rpc('propose', sent)).data, photo_path).toBe('wrong_photo');
      expect(await rowOf(at, id)).toBeUndefined();
    }
  });

  test('has a description', async () => {
    const photo_path = await store();
    const sent = (photo_text?: string) => ({
      ...{
        id: randomUUID(),
        block_id: BLOCK,
        title: 'A',
        body: 'B',
        kind: 'social' as const,
        photo_path,
      },
      ...(photo_text !== undefined && { photo_text }),
    });
    for (const text of [undefined, ' ', 'x'.repeat(201)])
      expect((await author.rpc('propose', sent(text))).error?.code).toBe('23514');
    expect((await author.rpc('propose', sent('x'.repeat(200)))).data).toBe('proposed');
  });
});

describe('what may be stored', () => {
  test('WebP under a random name, by a person who belongs to a building', async () => {
    const put = async (path: string, who: Email, type = webp) =>
      (await (await at.as(who)).storage.from(bucket).upload(path, new Uint8Array([1]), type))
        .error === null;
    expect(await put(name(), drobak.consultant)).toBe(true);
    expect(await put(name(), landlord)).toBe(true);
    expect(await put(name(), CAST.stovner.partner)).toBe(false);
    expect(await put(name(), drobak.consultant, { contentType: 'text/html' })).toBe(false);
    for (const wrong of ['a.webp', `${authorId}/${name()}`, `${randomUUID()}.webp`, `x${name()}`])
      expect(await put(wrong, drobak.consultant), wrong).toBe(false);
  });

  test('no file over another, and no signed address to store at later', async () => {
    const path = await store();
    const files = author.storage.from(bucket);
    expect(
      (await files.upload(path, new Uint8Array([1]), { ...webp, upsert: true })).error,
    ).not.toBeNull();
    expect((await files.createSignedUploadUrl(name())).data).toBeNull();
  });

  test('twenty a day per person', async () => {
    const [one] = await moveIn(at, BLOCK, [demoId('drobakgata-1/flat/B101')]);
    const put = async () =>
      (await one!.db.storage.from(bucket).upload(name(), new Uint8Array([1]), webp)).error === null;
    for (let n = 0; n < 20; n++) expect(await put()).toBe(true);
    expect(await put()).toBe(false);
    await at.sql(
      "update storage.objects set created_at = now() - interval '25 hours' where owner_id = $1",
      [one!.id],
    );
    expect(await put()).toBe(true);
  });
});

describe('a picture of a form that was never sent', () => {
  test('is deleted after a day, and stays when a proposal shows it', async () => {
    await clean();
    const [left, young, { path: used }] = [await store(), await store(), await withPhoto()];
    await age(left, 25);
    await age(used, 25);
    expect(await clean()).toBe(1);
    expect([await isThere(left), await isThere(young), await isThere(used)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(await at.sql('select from private.photo_removals')).toEqual([]);
  });

  test('marked by the job can not be used in a proposal any more', async () => {
    await clean();
    const path = await store();
    await age(path, 25);
    await at.sql("delete from private.attempts where kind = 'space_photo_cleanup'");
    expect((await at.service().rpc('mark_abandoned_space_photos')).data).toEqual([path]);
    const id = randomUUID();
    const sent = {
      id,
      block_id: BLOCK,
      title: 'A',
      body: 'B',
      kind: 'social',
      photo_path: path,
      photo_text: 'x',
    } as const;
    expect((await author.rpc('propose', sent)).data).toBe('wrong_photo');
    expect(await rowOf(at, id)).toBeUndefined();
  });

  test('is deleted only by the server', async () => {
    for (const who of [drobak.resident, drobak.consultant, CAST.admin] as Email[])
      expect((await (await at.as(who)).rpc('mark_abandoned_space_photos')).error?.code).toBe(
        '42501',
      );
  });
});

describeRights(() => at, {
  table: 'proposal_photos',
  key: 'proposal_id',
  make: async () => (await withPhoto()).id,
  insert: () => ({
    proposal_id: demoId('drobakgata-1/proposal/bench'),
    path: name(),
    alternative_text: 'x',
  }),
  change: () => ({ alternative_text: 'Endret' }),
  may: {
    select: ['resident', 'same flat', 'neighbour', 'consultant here', 'landlord'],
    insert: [],
    update: [],
    delete: [],
  },
});
