import { expect, test } from 'vitest';
import { proposalForm, readIdea } from '~/domains/proposals/write/write.ts';
import { amount } from '~/lib/money.ts';
import { spacePhotoPath, spacePhotoSize } from '~/lib/space-photo-name.ts';

test.each([
  ['25 000 kr', 25_000],
  ['25000,-', 25_000],
  ['0', 0],
  ['100000000', 100_000_000],
  ['', null],
  [null, null],
])('«%s» is %s kroner', (typed, nok) => {
  expect(amount().parse(typed)).toBe(nok);
});

test.each(['100000001', '-5', '12,50', 'mye', '1e5', '9'.repeat(41)])(
  '«%s» is not an amount',
  (typed) => {
    expect(amount().safeParse(typed).success).toBe(false);
  },
);

test('an address with a title is an idea; without one it is the empty first step', () => {
  expect(readIdea(new URLSearchParams('')).idea).toBeNull();
  expect(readIdea(new URLSearchParams('')).form).toBeNull();
  expect(readIdea(new URLSearchParams('title=+Benk+&placeId=')).idea).toEqual({
    title: 'Benk',
    placeId: null,
  });
  for (const wrong of ['title=', 'title=' + 'x'.repeat(121), 'title=Benk&placeId=her']) {
    const { idea, form } = readIdea(new URLSearchParams(wrong));
    expect(idea).toBeNull();
    expect(Object.keys(form!.errors)).toHaveLength(1);
  }
});

const rest = { id: crypto.randomUUID(), title: 'Benk', body: 'En benk.', kind: 'physical' };

test('an empty alias is null; one of two lines is refused', () => {
  const alias = (typed?: string) => proposalForm.safeParse({ ...rest, alias: typed });
  for (const typed of ['', undefined]) expect(alias(typed).data).toMatchObject({ alias: null });
  expect(alias(' Kari ').data).toMatchObject({ alias: 'Kari' });
  for (const typed of ['a\nb', 'x'.repeat(41)]) expect(alias(typed).success).toBe(false);
});

test('only a name that the portal made is kept as a picture, and it contains the size', () => {
  const drawn = `${crypto.randomUUID()}_1600x1200.webp`;
  expect(spacePhotoPath.test(drawn)).toBe(true);
  expect(spacePhotoSize(drawn)).toEqual({ width: 1600, height: 1200 });
  for (const photo of ['../x.webp', `a/${drawn}`, drawn.replace('webp', 'svg')])
    expect(proposalForm.parse({ ...rest, photo }).photo).toBeNull();
});
