import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Mail of the demo, which goes into a folder instead of out. */

export interface CaughtMail {
  id: string;
  at: string;
  to: { address: string };
  messageId: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

const kept = 200;
const namesIn = async (folder: string) =>
  (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();

/** The time stands first in the name, so that names are in order. */
export async function catchMail(folder: string, mail: Omit<CaughtMail, 'at'>): Promise<null> {
  const at = new Date().toISOString();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${at.replaceAll(/\D/g, '')}-${mail.id}.json`);
  await writeFile(file, JSON.stringify({ ...mail, at }), { mode: 0o600 });
  const names = await namesIn(folder);
  for (const old of names.slice(0, -kept)) await rm(path.join(folder, old), { force: true });
  return null;
}

/** The newest 20. */
export async function listCaught(folder: string): Promise<CaughtMail[]> {
  const names = (await namesIn(folder)).slice(-20).reverse();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.map((text) => JSON.parse(text) as CaughtMail);
}
