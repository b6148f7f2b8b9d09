import { createHash } from 'node:crypto';
import sharp, { type Metadata } from 'sharp';
import { numbers } from '~/lib/numbers.ts';

/** Why a file cannot be used as a picture. */
export type PictureProblem = 'not_a_picture' | 'heic' | 'too_big' | 'too_many_pixels' | 'broken';

interface Picture {
  /** WebP without any metadata. */
  bytes: Buffer;
  sha256: string;
  width: number;
  height: number;
}

export type PictureOutcome =
  { ok: true; picture: Picture } | { ok: false; problem: PictureProblem };

const maxBytes = numbers.photo_megabytes * 1024 * 1024;
const maxPixels = 60_000_000;
const maxSide = 20_000; // a single row is held many times over
const maxHeld = 320e6; // bytes: fifty megapixels of a JPEG that comes in passes
const maxSeconds = 15;
const longestSide = 1600;

// Only these readers exist in this process: an SVG, a PDF or a TIFF is no picture here, whatever it calls itself.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
});
sharp.cache(false);
sharp.concurrency(1);

let last: Promise<unknown> = Promise.resolve();

/** Runs one after another in this process: a picture that is drawn may take 400 MB. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
}

/**
 * A file somebody sent, re-encoded: turned the right way up, at most 1600 px, without EXIF, GPS or colour profile; what is transparent gets white.
 * JPEG, PNG and WebP of at most 10 MB and 60 megapixels; the content decides, not the name or the stated type. Of what
 * moves the first picture is taken.
 */
export function readPicture(file: Blob): Promise<PictureOutcome> {
  if (file.size === 0) return Promise.resolve({ ok: false, problem: 'not_a_picture' });
  if (file.size > maxBytes) return Promise.resolve({ ok: false, problem: 'too_big' });
  return inTurn(async () => redraw(Buffer.from(await file.arrayBuffer())));
}

async function redraw(sent: Buffer): Promise<PictureOutcome> {
  const head = await sharp(sent, { limitInputPixels: false })
    .metadata()
    .catch(() => null);
  if (!head) return { ok: false, problem: isHeic(sent) ? 'heic' : 'not_a_picture' };
  if (isTooLarge(head)) return { ok: false, problem: 'too_many_pixels' };
  const drawn = await sharp(sent, { limitInputPixels: maxPixels, failOn: 'error' })
    .timeout({ seconds: maxSeconds })
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
    .autoOrient()
    .flatten({ background: 'white' })
    .webp({ quality: 78 })
    .toBuffer({ resolveWithObject: true })
    .catch(() => null);
  if (!drawn) return { ok: false, problem: 'broken' };
  const { data: bytes, info } = drawn;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ok: true, picture: { bytes, sha256, width: info.width, height: info.height } };
}

/** Judged by the header, before anything is unpacked. What comes in passes is held whole until the last one. */
function isTooLarge({ width, height, channels, depth, format, isProgressive }: Metadata): boolean {
  if (width * height > maxPixels || Math.max(width, height) > maxSide) return true;
  const sample = depth === 'ushort' || format === 'jpeg' ? 2 : 1;
  return Boolean(isProgressive) && width * height * channels * sample > maxHeld;
}

/** What an iPhone keeps its photos in. There is no reader of it here: its compression is patented. */
function isHeic(sent: Buffer): boolean {
  if (sent.toString('latin1', 4, 8) !== 'ftyp') return false;
  const size = Math.min(sent.readUInt32BE(0), 256);
  return /hei[cmsx]|hev[cmsx]/.test(sent.toString('latin1', 8, size));
}
