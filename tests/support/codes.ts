import readQr from 'jsqr';
import sharp from 'sharp';

/** The content of the QR code in this picture; null when it cannot be read. */
export async function readCode(picture: Buffer): Promise<string | null> {
  // The margin around a code on paper is white; a picture of the code only lacks it.
  const edge = { top: 40, bottom: 40, left: 40, right: 40, background: 'white' };
  const { data, info } = await sharp(picture)
    .extend(edge)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return readQr(new Uint8ClampedArray(data), info.width, info.height)?.data ?? null;
}
