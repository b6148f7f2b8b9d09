import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Files for the tests of pictures, made here: ordinary ones and malicious ones. */

const colour = { r: 30, g: 90, b: 60 };

export const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: colour } });

/** A picture that does not compress: its file is large. */
export const noisy = (width: number, height: number) => {
  const noise = { type: 'gaussian', mean: 120, sigma: 60 } as const;
  return sharp({ create: { width, height, channels: 3, background: colour, noise } });
};

/** Several pictures in one file, each of another colour: red, then green. */
export async function moving(format: 'gif' | 'webp', width = 40, height = 30): Promise<Buffer> {
  const frames = ['red', 'green'].map((background) =>
    sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  const all = sharp(await Promise.all(frames), { join: { animated: true } });
  return all.toFormat(format, { loop: 0, delay: [100, 100] }).toBuffer();
}

/** A JPEG with place, time and camera in every kind of metadata. */
export const telling = (width: number, height: number, orientation = 6) =>
  plain(width, height)
    .withMetadata({ orientation })
    .withIccProfile('p3')
    .withExifMerge({
      IFD0: { Make: 'Kamera', ImageDescription: 'Hemmelig sted' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '59/1 55/1 30/1' },
    })
    .withXmp(
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
        '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="59,55.5N"/></rdf:RDF></x:xmpmeta>',
    )
    .jpeg()
    .toBuffer();

/** The names of the parts of a WebP file, read from its bytes. */
export function webpParts(bytes: Buffer): string[] {
  const parts = [];
  for (let at = 12; at < bytes.length;) {
    parts.push(bytes.toString('latin1', at, at + 4).trim());
    const size = bytes.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  return parts;
}

/** What an iPhone stores; the coded picture after the header is left out. */
export function heic(brand = 'heic'): Buffer {
  const head = Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1${brand}`, 'latin1');
  return Buffer.concat([head, Buffer.alloc(4000, 7)]);
}

const PNG_SIGN = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}

/** A PNG that declares a size, with a little data after it. */
export function pngClaiming(
  width: number,
  height: number,
  extra: Buffer[] = [],
  kind = [8, 2, 0, 0, 0],
): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set(kind, 8);
  const data = Buffer.alloc(width * height === 100 ? 310 : 1000);
  return Buffer.concat([
    PNG_SIGN,
    pngChunk('IHDR', head),
    ...extra,
    pngChunk('IDAT', deflateSync(data)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PNG with a second picture that a browser would animate to. */
export async function movingPng(): Promise<Buffer> {
  const still = await plain(10, 10).png().toBuffer();
  const control = pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
  const frame = Buffer.alloc(26);
  frame.writeUInt32BE(10, 4);
  frame.writeUInt32BE(10, 8);
  const afterHead = 8 + 25;
  return Buffer.concat([
    still.subarray(0, afterHead),
    control,
    pngChunk('fcTL', frame),
    still.subarray(afterHead),
  ]);
}

/** A WebP (or GIF) that declares its largest size and contains almost nothing. */
export function webpClaiming(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(44);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36, 4);
  bytes.write('WEBPVP8X', 8, 'latin1');
  bytes.writeUInt32LE(10, 16);
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  bytes.write('VP8 ', 30, 'latin1');
  bytes.writeUInt32LE(6, 34);
  return bytes;
}
export const gifClaiming = (width: number, height: number): Buffer => {
  const bytes = Buffer.from('GIF89a\0\0\0\0\0\0\0,\0\0\0\0\0\0\0\0\0\x02\x02D\x01\0;', 'latin1');
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  return bytes;
};

/** A small file whose colour profile or text unpacks to 400 MB. */
export function pngUnpacking(chunk: 'iCCP' | 'zTXt', name = 'x'): Buffer {
  const data = deflateSync(Buffer.alloc(400e6), { level: 1 });
  return pngClaiming(10, 10, [pngChunk(chunk, Buffer.concat([Buffer.from(`${name}\0\0`), data]))]);
}

/** A JPEG with this before its first table, as a segment of the kind `marker`. */
export async function jpegWith(marker: number, data: Buffer): Promise<Buffer> {
  const photo = await plain(60, 40).jpeg().toBuffer();
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([photo.subarray(0, 2), head, data, photo.subarray(2)]);
}

/** A progressive JPEG whose last pass comes thousands of times. */
export async function jpegOfManyPasses(width: number, height: number): Promise<Buffer> {
  const photo = await plain(width, height).jpeg({ progressive: true }).toBuffer();
  const end = photo.length - 2;
  const pass = photo.subarray(photo.lastIndexOf(Buffer.from([0xff, 0xc4])), end);
  const passes = Array<Buffer>(5000).fill(pass);
  return Buffer.concat([photo.subarray(0, end), ...passes, photo.subarray(end)]);
}
