import { createHash, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { Database, Enums } from '../../src/lib/database.types.ts';
import { CAST } from './cast.ts';
import type { Db, TestDb } from './database.ts';

/** The same id that the seeds give to a building, place or case. */
export const demoId = (name: string) => {
  const hash = createHash('md5').update(`bomiljo-demo/${name}`).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

export const BLOCK = demoId('drobakgata-1');
export const OTHER_BLOCK = demoId('stovner-senter');
export const FLAT = demoId('drobakgata-1/flat/A201');
export const STAIR = demoId('drobakgata-1/stair/A');

/** All roles towards a case of `resident` in Drøbakgata. */
export const PEOPLE = {
  reporter: CAST.drobak.resident,
  household: CAST.drobak.household,
  neighbour: CAST.drobak.neighbour,
  consultant: CAST.drobak.consultant,
  landlord: CAST.landlord,
  'resident elsewhere': CAST.stovner.resident,
  'consultant elsewhere': CAST.stovner.consultant,
  admin: CAST.admin,
} as const;
export type Who = keyof typeof PEOPLE;

type NewReport = Partial<Database['public']['Functions']['create_report']['Args']>;

/** Sends a report through the API; a leak in the reporter's own flat by default. */
export async function sendReport(db: Db, report: NewReport = {}) {
  const args = { id: randomUUID(), block_id: BLOCK, place_id: FLAT, ...report };
  const { data, error } = await db.rpc('create_report', {
    thing: 'leak',
    // The same description twice would be the same case.
    description: `Det drypper. ${args.id}`,
    ...args,
  });
  if (error) throw error;
  return { id: args.id, ...data[0]! };
}

/** A case of the reporter with a photo, a message, an internal note and a follower (common area only). */
export async function fullCase(database: TestDb, placeId: string) {
  const reporter = await database.as(PEOPLE.reporter);
  const consultant = await database.as(PEOPLE.consultant);
  const path = await storePhoto(reporter);
  const report = await sendReport(reporter, {
    place_id: placeId,
    contact: '900 00 000',
    photo_paths: [path],
  });
  const say = (audience: Enums<'message_audience'>, body: string) =>
    consultant.rpc('add_report_message', {
      id: randomUUID(),
      report_id: report.id,
      body,
      audience,
    });
  await say('resident', 'Vi ser på det.');
  await say('internal', 'Hemmelig notat.');
  return { ...report, path };
}

let shade = 0;

/** Uploads a small picture, different each time, into the person's own folder. */
export async function storePhoto(db: Db): Promise<string> {
  shade += 16;
  const background = { r: shade % 256, g: Math.floor(shade / 256) * 16, b: 90 };
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background } })
    .webp()
    .toBuffer();
  const { data } = await db.auth.getUser();
  const path = `${data.user!.id}/${createHash('sha256').update(bytes).digest('hex')}_40x30.webp`;
  const { error } = await db.storage
    .from('report-photos')
    .upload(path, bytes, { contentType: 'image/webp' });
  if (error) throw error;
  return path;
}
