import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import sharp from 'sharp';
import { readPicture } from '~/lib/images.ts';
import {
  gifClaiming,
  heic,
  jpegOfManyPasses,
  jpegWith,
  moving,
  movingPng,
  noisy,
  plain,
  pngChunk,
  pngClaiming,
  pngUnpacking,
  telling,
  webpClaiming,
  webpParts,
} from '../support/pictures.ts';

/** Every file here is called .jpg and sent as a JPEG: only its content may decide. */
const read = (bytes: Buffer | string) =>
  readPicture(new File([bytes as BlobPart], 'bilde.jpg', { type: 'image/jpeg' }));
const verdict = async (bytes: Buffer | string) => {
  const outcome = await read(bytes);
  return outcome.ok ? 'ok' : outcome.problem;
};
const drawn = async (bytes: Buffer) => {
  const outcome = await read(bytes);
  if (!outcome.ok) throw new Error(outcome.problem);
  return outcome.picture;
};

/** By how many MB the process grew at most while this ran. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
  await work();
  clearInterval(watch);
  const most = Math.round((Math.max(peak, process.memoryUsage().rss) - before) / 1e6);
  if (process.env['PRINT_GROWTH']) console.log(expect.getState().currentTestName, `+${most} MB`);
  return most;
}

test('the stored bytes hold the picture and no other part: no EXIF, no XMP, no profile', async () => {
  const photo = await telling(300, 200);
  for (const word of ['Hemmelig', 'Kamera', 'GPSLatitude', 'Exif'])
    expect(photo.includes(word), word).toBe(true);
  const { bytes, width, height } = await drawn(photo);
  expect(webpParts(bytes)).toEqual(['VP8']);
  for (const word of ['Hemmelig', 'Kamera', 'GPS', 'Exif', 'adobe'])
    expect(bytes.includes(word), word).toBe(false);
  expect({ width, height }).toEqual({ width: 200, height: 300 });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'orientation %i is applied, then removed',
  async (orientation) => {
    // Red on the left half, blue on the right.
    const half = (background: string) =>
      sharp({ create: { width: 40, height: 40, channels: 3, background } })
        .png()
        .toBuffer();
    const photo = await sharp(await half('blue'))
      .extend({ left: 40, background: 'red' })
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
    const { bytes, width, height } = await drawn(photo);
    const isTurned = orientation > 4;
    expect({ width, height }).toEqual(
      isTurned ? { width: 40, height: 80 } : { width: 80, height: 40 },
    );
    const [red] = await sharp(bytes)
      .extract({ left: 10, top: 10, width: 1, height: 1 })
      .raw()
      .toBuffer();
    expect(red! > 128).toBe([1, 4, 5, 6].includes(orientation));
  },
);

test('transparent areas become white, so that the largest possible file fits the bucket', async () => {
  const clear = sharp({ create: { width: 30, height: 30, channels: 4, background: '#ff000000' } });
  const { bytes } = await drawn(await clear.png().toBuffer());
  expect(webpParts(bytes)).toEqual(['VP8']);
  expect([...(await sharp(bytes).raw().toBuffer()).subarray(0, 3)].every((one) => one > 250)).toBe(
    true,
  );

  const raw = { width: 1600, height: 1600, channels: 4 } as const;
  const chaos = sharp(randomBytes(1600 * 1600 * 4), { raw }).png({ compressionLevel: 0 });
  const worst = await drawn(await chaos.toBuffer());
  expect(worst.bytes.length).toBeLessThan(3 * 1024 * 1024);
});

test('an animated WebP or PNG gives its first picture, a GIF is refused', async () => {
  const { bytes } = await drawn(await moving('webp'));
  expect(webpParts(bytes)).toEqual(['VP8']);
  const [red, green] = await sharp(bytes).raw().toBuffer();
  expect(red! > 200 && green! < 60).toBe(true);
  expect(await drawn(await movingPng())).toMatchObject({ width: 10, height: 10 });
  expect(await verdict(await moving('gif'))).toBe('not_a_picture');
});

test('a HEIC is recognised by its content, so that its owner reads what to do', async () => {
  for (const brand of ['heic', 'heix', 'hevc', 'heim'])
    expect(await verdict(heic(brand)), brand).toBe('heic');
  expect(await verdict(heic().subarray(0, 8))).toBe('not_a_picture');
  expect(await verdict(heic('isom'))).toBe('not_a_picture');
  expect(await verdict(await plain(64, 64).avif().toBuffer())).toBe('not_a_picture');
});

test.each([
  ['a zip', Buffer.from('PK\x03\x04\x14\0\0\0\x08\0 bilde.jpg', 'latin1')],
  ['a PDF', Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj', 'latin1')],
  ['a script', '<script>alert(1)</script>'],
  [
    'an SVG with script',
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  ],
  ['zeros', Buffer.alloc(5000)],
  ['nothing', ''],
  ['one byte', Buffer.from([0xff])],
  ['the first bytes of a JPEG', Buffer.from([0xff, 0xd8, 0xff])],
  ['the sign of a PNG', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ['a PNG without width', pngClaiming(0, 10)],
  ['a GIF that claims 4295 megapixels', gifClaiming(65_535, 65_535)],
])('%s is not a picture', async (_, bytes) => {
  expect(await verdict(bytes)).toBe('not_a_picture');
});

test('data after or inside a picture is not in the stored file', async () => {
  const html = Buffer.from('<html><script>alert(document.domain)</script></html>');
  const behind = Buffer.concat([await plain(60, 40).jpeg().toBuffer(), html]);
  const inComment = await jpegWith(0xfe, html);
  const inText = pngClaiming(10, 10, [
    pngChunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), html])),
  ]);
  for (const photo of [behind, inComment, inText]) {
    const { bytes } = await drawn(photo);
    expect(bytes.includes('script')).toBe(false);
    expect(webpParts(bytes)).toEqual(['VP8']);
  }
});

test('a broken colour profile or EXIF does not prevent using a good picture', async () => {
  const junk = Buffer.alloc(3000, 0xab);
  const photos = [
    await jpegWith(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), junk])),
    await jpegWith(
      0xe1,
      Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08\xff\xff', 'latin1'), junk]),
    ),
    pngClaiming(10, 10, [pngChunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), junk]))]),
    pngClaiming(10, 10, [pngChunk('eXIf', junk)]),
  ];
  for (const photo of photos) expect(webpParts((await drawn(photo)).bytes)).toEqual(['VP8']);
});

test('a file cut off anywhere is refused and not half a picture', async () => {
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const photo = await noisy(300, 200).toFormat(format).toBuffer();
    for (const part of [0.02, 0.3, 0.7, 0.97]) {
      const cut = photo.subarray(0, Math.floor(photo.length * part));
      expect(['broken', 'not_a_picture'], `${format} ${part}`).toContain(await verdict(cut));
    }
    expect(await verdict(photo), format).toBe('ok');
  }
});

test.each([
  ['a PNG of 2500 megapixels', () => pngClaiming(50_000, 50_000)],
  ['a PNG of 4 611 686 014 132 megapixels', () => pngClaiming(0x7fff_fff0, 0x7fff_fff0)],
  // One row is held many times: 74 bytes took 650 MB.
  ['a PNG a kilometre wide', () => pngClaiming(1_000_000, 60)],
  ['a PNG a kilometre high', () => pngClaiming(60, 1_000_000)],
  ['a WebP of 268 megapixels', () => webpClaiming(16_383, 16_383)],
])('%s is refused before it is unpacked', async (_, make) => {
  const bytes = make();
  const grown = await growth(async () =>
    expect(['too_many_pixels', 'not_a_picture']).toContain(await verdict(bytes)),
  );
  expect(grown).toBeLessThan(30);
});

test('a profile or text that unpacks to 400 MB is not unpacked', async () => {
  for (const bomb of [
    pngUnpacking('iCCP'),
    pngUnpacking('zTXt'),
    pngUnpacking('zTXt', 'Raw profile type exif'),
  ]) {
    const grown = await growth(async () => expect(await verdict(bomb)).toBe('ok'));
    expect(grown).toBeLessThan(60);
  }
});

test('a progressive or interlaced picture that must be held whole is refused when it is too large', async () => {
  const cmyk = await plain(64, 64).toColourspace('cmyk').jpeg({ progressive: true }).toBuffer();
  const frame = cmyk.indexOf(Buffer.from([0xff, 0xc2]));
  cmyk.writeUInt16BE(5774, frame + 5);
  cmyk.writeUInt16BE(8660, frame + 7);
  const deep = pngClaiming(8660, 5774, [], [16, 6, 0, 0, 1]);
  for (const photo of [cmyk, deep]) {
    const grown = await growth(async () => expect(await verdict(photo)).toBe('too_many_pixels'));
    expect(grown).toBeLessThan(30);
  }
});

test('endless passes are an error, and do not take an hour', async () => {
  const bomb = await jpegOfManyPasses(2000, 2000);
  const start = performance.now();
  expect(await verdict(bomb)).toBe('broken');
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('fifty megapixels of every kind are processed one after the other, though sent at the same time', async () => {
  const large = plain(8660, 5774).withMetadata({ orientation: 6 });
  const photos = await Promise.all([
    large.clone().jpeg().toBuffer(),
    large.clone().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
    large.clone().png({ compressionLevel: 1 }).toBuffer(),
    large.clone().webp({ effort: 0 }).toBuffer(),
  ]);
  const grown = await growth(async () => {
    const sizes = await Promise.all(photos.map(drawn));
    for (const { height } of sizes) expect(height).toBe(1600);
  });
  expect(grown).toBeLessThan(450);
}, 180_000);

test('after all this an ordinary photo is still processed', async () => {
  const bad = [pngClaiming(50_000, 50_000), heic(), Buffer.from('PK')].map(verdict);
  const good = await plain(400, 300).jpeg().toBuffer();
  const mixed = await Promise.all([...bad, verdict(good)]);
  expect(mixed).toEqual(['too_many_pixels', 'heic', 'not_a_picture', 'ok']);
});
