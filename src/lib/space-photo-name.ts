/** The name of a stored picture of a shared space: drawn at random, with its size. Safe in a browser. */
export const spacePhotoPath = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_\d{1,4}x\d{1,4}\.webp$/;

/** How large a stored picture is, read from its name. */
export function spacePhotoSize(path: string): { width: number; height: number } {
  const [, width, height] = /_(\d+)x(\d+)\.webp$/.exec(path) ?? [];
  return { width: Number(width ?? 0), height: Number(height ?? 0) };
}
