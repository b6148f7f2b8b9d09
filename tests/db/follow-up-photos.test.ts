import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYBODY, followUps, type Who } from '../support/follow-ups.ts';
import { plain } from '../support/pictures.ts';
import { fingerprint } from '../support/rights.ts';

/** The pictures of a follow-up: who adds one, who sees it, and that no file of another person is shown. */

let t: Awaited<ReturnType<typeof followUps>>;
let bytes: Buffer;
beforeAll(async () => {
  t = await followUps();
  bytes = await plain(8, 6).webp().toBuffer();
});
afterAll(() => t?.close());

const stored = async (who: Who) => {
  const path = `${randomUUID()}_8x6.webp`;
  const { storage } = await t.as(who);
  const { error } = await storage.from('space-photos').upload(path, bytes, { contentType: 'image/webp' }); // prettier-ignore
  if (error) throw error;
  // The limit of a day is not tested here.
  await t.sql("update storage.objects set created_at = now() - interval '25 hours' where name = $1", [path]); // prettier-ignore
  return path;
};
const add = (who: Who, poll_id: string, path: string, more: object = {}) =>
  t.call(who, 'add_follow_up_photo', {
    id: randomUUID(),
    poll_id,
    moment: 'after',
    path,
    alternative_text: 'En benk',
    ...more,
  });
const photos = (id: string) =>
  t.sql<{ id: string; path: string }>(
    'select id, path from public.follow_up_photos where poll_id = $1',
    [id],
  );
const unchanged = async (call: () => Promise<unknown>) => {
  const before = await fingerprint(t, 'public.follow_up_photos');
  const answer = await call();
  expect(await fingerprint(t, 'public.follow_up_photos')).toBe(before);
  return answer;
};

describe('a picture', () => {
  test.each(EVERYBODY)('of the landlord’s follow-up: %s', async (who) => {
    const id = await t.counted({ owner: 'landlord' });
    const isWriter = who === 'consultant' || who === 'landlord';
    const path = await stored(isWriter ? who : 'consultant');
    if (isWriter) {
      expect(await add(who, id, path)).toBe('added');
    } else {
      expect(await unchanged(() => add(who, id, path))).toBe(who === 'anonymous' ? '42501' : 'not_allowed'); // prettier-ignore
      await add('consultant', id, path);
    }
    const [photo] = await photos(id);
    const db = await t.as(who);
    const { data } = await db.from('follow_up_photos').select('id').eq('poll_id', id);
    const reads = ['reporter', 'household', 'neighbour', 'partner', 'consultant', 'landlord'];
    expect(data ?? []).toEqual(reads.includes(who) ? [{ id: photo!.id }] : []);
    await unchanged(async () => {
      await db.from('follow_up_photos').delete().eq('id', photo!.id);
      await db.from('follow_up_photos').update({ path: 'x' }).eq('id', photo!.id);
    });
    const remove = () => t.call(who, 'remove_follow_up_photo', { photo_id: photo!.id });
    if (!isWriter) return expect(await unchanged(remove)).toBe(who === 'anonymous' ? '42501' : 'not_allowed'); // prettier-ignore
    expect(await remove()).toBe('removed');
    expect(await photos(id)).toEqual([]);
    expect(await t.acts(id)).toEqual(['add_follow_up_photo', 'remove_follow_up_photo']);
  });

  test('is a stored file of the sender that no other page shows', async () => {
    const [id, other] = [await t.counted(), await t.counted()];
    const theirs = await stored('landlord');
    expect(await unchanged(() => add('consultant', id, theirs))).toBe('no_picture');
    expect(await unchanged(() => add('consultant', id, `${randomUUID()}_8x6.webp`))).toBe('no_picture'); // prettier-ignore
    const mine = await stored('consultant');
    expect(await add('consultant', id, mine)).toBe('added');
    expect(await unchanged(() => add('consultant', other, mine))).toBe('no_picture');
  });

  test('sent twice at once is stored once, and can be added to a finished follow-up', async () => {
    const id = await t.counted({ status: 'done' });
    const [path, key] = [await stored('consultant'), { id: randomUUID() }];
    expect(await Promise.all([1, 2, 3].map(() => add('consultant', id, path, key)))).toEqual(['added', 'added', 'added']); // prettier-ignore
    expect(await photos(id)).toHaveLength(1);
  });

  test('the fifth one from before is refused, also at once; those from after are counted separately', async () => {
    const id = await t.counted();
    const paths = await Promise.all(Array.from({ length: 7 }, () => stored('consultant')));
    const [after, ...before] = paths;
    const answers = await Promise.all(before.map((path) => add('consultant', id, path, { moment: 'before' }))); // prettier-ignore
    expect(answers.filter((answer) => answer === 'too_many')).toHaveLength(2);
    expect(await add('consultant', id, after!)).toBe('added');
    expect(await photos(id)).toHaveLength(5);
  });

  test('needs a description', async () => {
    const id = await t.counted();
    const path = await stored('consultant');
    expect(await unchanged(() => add('consultant', id, path, { alternative_text: '  ' }))).toBe('23514'); // prettier-ignore
  });

  test('on a page is kept by the clean-up, and a removed one is deleted', async () => {
    const id = await t.counted();
    const [kept, gone] = [await stored('consultant'), await stored('consultant')];
    await add('consultant', id, kept);
    await add('consultant', id, gone);
    const row = (await photos(id)).find(({ path }) => path === gone)!;
    await t.call('consultant', 'remove_follow_up_photo', { photo_id: row.id });
    const { data } = await t.service().rpc('mark_abandoned_space_photos');
    expect(data).toContain(gone);
    expect(data).not.toContain(kept);
  });
});
