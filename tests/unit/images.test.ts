import { expect, test } from 'vitest';
import sharp from 'sharp';
import { readPicture } from '~/lib/images.ts';

const colour = { r: 30, g: 90, b: 60 };
const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: colour } });
const sent = (bytes: Uint8Array | string, type = 'image/jpeg') =>
  readPicture(new File([bytes as BlobPart], 'bilde.jpg', { type }));
const problem = async (bytes: Uint8Array | string, type?: string) => {
  const outcome = await sent(bytes, type);
  return outcome.ok ? 'ok' : outcome.problem;
};
const drawn = async (bytes: Uint8Array) => {
  const outcome = await sent(bytes);
  if (!outcome.ok) throw new Error(outcome.problem);
  return { ...outcome.picture, meta: await sharp(outcome.picture.bytes).metadata() };
};

test('place and time of a photo are removed, and the colour profile and comments too', async () => {
  const photo = await plain(300, 200)
    .withIccProfile('p3')
    .withExif({
      IFD0: { Make: 'Kamera', ImageDescription: 'Hemmelig sted' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '59/1 55/1 30/1' },
    })
    .jpeg()
    .toBuffer();
  expect((await sharp(photo).metadata()).exif?.includes('Hemmelig')).toBe(true);
  const { meta, bytes } = await drawn(photo);
  expect(meta).toMatchObject({ format: 'webp', width: 300, height: 200 });
  for (const part of ['exif', 'icc', 'xmp', 'iptc', 'orientation', 'comments'] as const)
    expect(meta[part], part).toBeUndefined();
  expect(bytes.includes('Hemmelig')).toBe(false);
});

test('a photo lying on its side is rotated before its orientation is removed', async () => {
  const photo = await plain(400, 100).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect(await drawn(photo)).toMatchObject({ width: 100, height: 400 });
});

test('the longest side is 1600 px at most, and small pictures stay small', async () => {
  expect(await drawn(await plain(4000, 3000).jpeg().toBuffer())).toMatchObject({
    width: 1600,
    height: 1200,
  });
  expect(
    await drawn(await plain(1000, 5000).withMetadata({ orientation: 8 }).jpeg().toBuffer()),
  ).toMatchObject({ width: 1600, height: 320 });
  expect(await drawn(await plain(20, 10).png().toBuffer())).toMatchObject({
    width: 20,
    height: 10,
  });
});

test('the same picture has the same name every time', async () => {
  const photo = await plain(50, 50).jpeg().toBuffer();
  const [one, two] = await Promise.all([drawn(photo), drawn(photo)]);
  expect(one.sha256).toBe(two.sha256);
});

test('the content decides, not the name: a PNG called .jpg is accepted, a text called .jpg is not', async () => {
  expect(await problem(await plain(10, 10).png().toBuffer(), 'image/jpeg')).toBe('ok');
  expect(await problem(await plain(10, 10).webp().toBuffer(), 'image/jpeg')).toBe('ok');
  expect(await problem('Dette er ikke noe bilde.')).toBe('not_a_picture');
  expect(await problem(Buffer.from('PK\x03\x04 en zip-fil'), 'image/jpeg')).toBe('not_a_picture');
  expect(await problem('', 'image/jpeg')).toBe('not_a_picture');
});

test('an SVG, with or without script, is not a picture', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
  expect(await problem(svg, 'image/svg+xml')).toBe('not_a_picture');
  expect(await problem(svg, 'image/png')).toBe('not_a_picture');
});

test('other formats that the library could read are refused too', async () => {
  for (const format of ['gif', 'tiff', 'avif'] as const)
    expect(await problem(await plain(10, 10).toFormat(format).toBuffer()), format).toBe(
      'not_a_picture',
    );
});

test('10 MB are accepted, one byte more is not', async () => {
  const photo = await plain(10, 10).jpeg().toBuffer();
  const padded = (size: number) => Buffer.concat([photo, Buffer.alloc(size - photo.length)]);
  expect(await problem(padded(10 * 1024 * 1024))).toBe('ok');
  expect(await problem(padded(10 * 1024 * 1024 + 1))).toBe('too_big');
});

test('a file that ends in the middle is broken, and the next one still works', async () => {
  const noise = sharp({
    create: {
      width: 600,
      height: 400,
      channels: 3,
      background: colour,
      noise: { type: 'gaussian', mean: 120, sigma: 60 },
    },
  });
  for (const format of ['jpeg', 'png'] as const) {
    const photo = await noise.clone().toFormat(format).toBuffer();
    expect(await problem(photo.subarray(0, photo.length / 2)), format).toBe('broken');
    expect(await problem(photo), format).toBe('ok');
  }
});

test('CMYK, 16 bits and transparency become ordinary colours', async () => {
  const cmyk = await plain(30, 30).toColourspace('cmyk').jpeg().toBuffer();
  const deep = await plain(30, 30).toColourspace('rgb16').png().toBuffer();
  for (const photo of [cmyk, deep])
    expect((await drawn(photo)).meta).toMatchObject({ space: 'srgb', depth: 'uchar' });
});
