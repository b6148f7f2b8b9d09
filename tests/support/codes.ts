import readQr from 'jsqr';
import sharp from 'sharp';

/** What the QR code in this picture says; null when no phone could read it. */
export async function readCode(picture: Buffer): Promise<string | null> {
  // Paper is white around the code: a picture of the code alone lacks that.
  const edge = { top: 40, bottom: 40, left: 40, right: 40, background: 'white' };
  const { data, info } = await sharp(picture)
    .extend(edge)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return readQr(new Uint8ClampedArray(data), info.width, info.height)?.data ?? null;
}
