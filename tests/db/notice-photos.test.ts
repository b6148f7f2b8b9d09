import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDb } from '../support/database.ts';
import { noticeDesk } from '../support/notices.ts';
import { plain } from '../support/pictures.ts';
import { clientOf, EVERYBODY, expectRefused } from '../support/rights.ts';

/** The picture of a notice, and requests to remove it. */

let db: TestDb;
let desk: Awaited<ReturnType<typeof noticeDesk>>;
let file: Buffer;
beforeAll(async () => {
  db = await testDatabase();
  desk = await noticeDesk(db);
  file = await plain(8, 6).webp().toBuffer();
});
afterAll(() => db?.close());

const store = async (who: (typeof EVERYBODY)[number] = 'consultant here') => {
  const path = `${randomUUID()}_8x6.webp`;
  const client = await clientOf(db, who);
  const { error } = await client.storage
    .from('space-photos')
    .upload(path, file, { contentType: 'image/webp' });
  expect(error).toBeNull();
  return path;
};
const photoOf = (path: string, wish: object = {}) => ({
  ...{ path, text: 'Benken i gårdsrommet', kind: 'situation', consent: false },
  ...wish,
});
const withPhoto = async (wish: object = {}) => {
  const path = await store();
  return { path, id: await desk.publish({ photo: photoOf(path), ...wish }) };
};
const ask = async (id: string, path: string) =>
  (await db.service().rpc('request_photo_removal', { notice_id: id, path, reason: 'Det er meg' }))
    .data;
const sees = async (who: (typeof EVERYBODY)[number], id: string) =>
  (
    (await (await clientOf(db, who)).from('notice_photos').select('path').eq('notice_id', id))
      .data ?? []
  ).length > 0;

describe('a picture', () => {
  test('is seen by those who read the notice, and its file is read by nobody but the person who stored it', async () => {
    const { id, path } = await withPhoto({
      ...{ audience: 'stairs', place_ids: [await desk.place('stair/A')] },
    });
    const seen = [];
    for (const who of EVERYBODY) {
      if (await sees(who, id)) seen.push(who);
      const client = await clientOf(db, who);
      const { data } = await client.storage.from('space-photos').download(path);
      expect(data !== null, who).toBe(who === 'consultant here');
    }
    expect(seen).toEqual(['resident', 'same flat', 'consultant here']);
  });

  test('of people needs their consent', async () => {
    const photo = photoOf(await store(), { kind: 'portrait' });
    expect((await desk.save({ photo })).outcome).toBe('23514');
    expect((await desk.save({ photo: { ...photo, consent: true } })).outcome).toBe('published');
  });

  test('needs a description', async () => {
    expect((await desk.save({ photo: photoOf(await store(), { text: ' ' }) })).outcome).toBe(
      '23514',
    );
    expect((await desk.save({ photo: photoOf(await store(), { text: null }) })).outcome).toBe(
      '23502',
    );
  });

  test('of another person, of another notice or marked for removal cannot be used', async () => {
    const foreign = photoOf(await store('resident'));
    expect((await desk.save({ photo: foreign })).outcome).toBe('photo_missing');
    const { path } = await withPhoto();
    expect((await desk.save({ photo: photoOf(path) })).outcome).toBe('photo_missing');
    const marked = await store();
    await db.sql('insert into private.photo_removals (path) values ($1)', [marked]);
    expect((await desk.save({ photo: photoOf(marked) })).outcome).toBe('photo_missing');
  });

  test('stays when the text is changed, goes when it is removed, and its file with the next clean-up', async () => {
    const { id, path } = await withPhoto();
    await desk.save({
      id,
      body: 'Annet',
      photo: photoOf(path, { text: 'Ny tekst' }),
      publish: false,
    });
    expect(await sees('anonymous', id)).toBe(true);
    await db.sql(
      `update storage.objects set created_at = now() - interval '2 days' where name = $1`,
      [path],
    );
    await db.sql(`delete from private.attempts where kind = 'space_photo_cleanup'`);
    expect((await db.service().rpc('mark_abandoned_space_photos')).data).not.toContain(path);
    await desk.save({ id, photo: {}, publish: false });
    expect(await sees('anonymous', id)).toBe(false);
    await db.sql(`delete from private.attempts where kind = 'space_photo_cleanup'`);
    expect((await db.service().rpc('mark_abandoned_space_photos')).data).toContain(path);
  });
});

describe('a request to remove a picture', () => {
  test('hides it at once from everybody but the consultant, who is notified once a day', async () => {
    const { id, path } = await withPhoto();
    expect([await ask(id, path), await ask(id, path)]).toEqual(['hidden', 'hidden']);
    const seen = [];
    for (const who of EVERYBODY) if (await sees(who, id)) seen.push(who);
    expect(seen).toEqual(['consultant here']);
    const told = await db.sql(
      `select from public.notifications where notice_id = $1 and kind = 'notice_photo_request'`,
      [id],
    );
    expect(told).toHaveLength(1);
  });

  test('sent thirty times at once leaves no more than 20 to read', async () => {
    const { id, path } = await withPhoto();
    await Promise.all(Array.from({ length: 30 }, () => ask(id, path)));
    const rows = await db.sql('select from public.notice_photo_requests where notice_id = $1', [
      id,
    ]);
    expect(rows).toHaveLength(20);
  });

  test('is read only by the consultant of the building', async () => {
    const { id, path } = await withPhoto();
    await ask(id, path);
    for (const who of EVERYBODY) {
      const client = await clientOf(db, who);
      const rows = (await client.from('notice_photo_requests').select('reason').eq('notice_id', id))
        .data;
      expect(rows?.length ?? 0, who).toBe(who === 'consultant here' ? 1 : 0);
      await expectRefused(db, 'public.notice_photo_requests', () =>
        client.from('notice_photo_requests').insert({ notice_id: id, block_id: desk.block }),
      );
      await expectRefused(db, 'public.notice_photo_requests', () =>
        client.from('notice_photo_requests').delete().eq('notice_id', id),
      );
    }
  });

  test('that the consultant refuses does not hide the picture a second time, and its text is deleted', async () => {
    const { id, path } = await withPhoto();
    await ask(id, path);
    expect(await desk.act(id, 'keep_photo')).toBe('photo_kept');
    expect(await desk.act(id, 'keep_photo')).toBe('nothing_to_do');
    expect(
      await db.sql('select from public.notice_photo_requests where notice_id = $1', [id]),
    ).toEqual([]);
    expect(await ask(id, path)).toBe('noted');
    expect(await sees('anonymous', id)).toBe(true);
    expect(await desk.acts(id)).toEqual(['publish', 'keep_photo']);
  });

  test('that the consultant accepts removes picture and request', async () => {
    const { id, path } = await withPhoto();
    await ask(id, path);
    expect(await desk.act(id, 'remove_photo')).toBe('photo_removed');
    expect(await sees('consultant here', id)).toBe(false);
    expect(await ask(id, path)).toBe('not_found');
    expect(await desk.acts(id)).toEqual(['publish', 'remove_photo']);
  });

  test('is about this picture: another one in its place is not hidden', async () => {
    const { id, path } = await withPhoto();
    await ask(id, path);
    await desk.save({ id, photo: photoOf(await store()), publish: false });
    expect(await sees('anonymous', id)).toBe(true);
    expect(await ask(id, path)).toBe('not_found');
    const left = 'select from public.notice_photo_requests where notice_id = $1';
    expect(await db.sql(left, [id])).toEqual([]);
  });
});
