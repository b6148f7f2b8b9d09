import type { Tables } from '~/lib/database.types.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Block, BlockInput, Contact, ContactInput, OpeningHours } from './blocks.ts';

const fields = '*, contacts (*, opening_hours (*))' as const;
type Row = Tables<'blocks'> & {
  contacts: (Tables<'contacts'> & { opening_hours: Tables<'opening_hours'>[] })[];
};

/** The building of an address; null when there is none. */
export async function findBlock(db: Db, slug: string): Promise<Block | null> {
  const row = rows(await db.from('blocks').select(fields).eq('slug', slug).maybeSingle());
  return row && toBlock(row);
}

/** All buildings by name, or those whose name or address holds the words. At most 50. */
export async function listBlocks(db: Db, search = '') {
  const query = db
    .from('blocks')
    .select('id, slug, name, address, district')
    .order('name')
    .limit(50);
  // PostgREST reads commas and brackets as syntax and % as wildcard: only letters, digits and dashes are searched.
  const words = search
    .normalize()
    .replace(/[^\p{L}\p{N}–-]+/gu, ' ')
    .trim()
    .slice(0, 60);
  return rows(
    await (words ? query.or(`name.ilike."%${words}%",address.ilike."%${words}%"`) : query),
  );
}

function toBlock({ contacts, ...row }: Row): Block {
  const { id, slug, name, address, district, about } = row;
  const sorted = contacts.toSorted(
    (a, b) => a.position - b.position || a.title.localeCompare(b.title),
  );
  return {
    id,
    slug,
    name,
    address,
    district,
    about,
    allowsComments: row.allows_comments,
    asksPulse: row.asks_pulse,
    ownerType: row.owner_type,
    contacts: sorted.map(toContact),
  };
}

function toContact({ opening_hours, ...row }: Row['contacts'][number]): Contact {
  const { id, kind, title, phone, email, whereabouts, note } = row;
  const hours: OpeningHours[] = opening_hours
    .map((h) => ({
      weekday: h.weekday,
      opensAt: h.opens_at.slice(0, 5),
      closesAt: h.closes_at.slice(0, 5),
    }))
    .sort((a, b) => a.weekday - b.weekday || a.opensAt.localeCompare(b.opensAt));
  return { id, kind, title, personName: row.person_name, phone, email, whereabouts, note, hours };
}

export async function changeAbout(db: Db, blockId: string, about: string | null): Promise<boolean> {
  return rows(await db.from('blocks').update({ about }).eq('id', blockId).select('id')).length > 0;
}

/** Switches the comments on proposals on or off. False when I may not. */
export async function changeComments(db: Db, blockId: string, allows: boolean): Promise<boolean> {
  const query = db.from('blocks').update({ allows_comments: allows }).eq('id', blockId);
  return rows(await query.select('id')).length > 0;
}

/** Begins or ends asking residents for the pulse of the month. False when I may not. */
export async function changePulse(db: Db, blockId: string, asks: boolean): Promise<boolean> {
  const query = db.from('blocks').update({ asks_pulse: asks }).eq('id', blockId);
  return rows(await query.select('id')).length > 0;
}

/** Adds or changes a contact card and replaces its weekly hours. False when I may not. */
export async function saveContact(db: Db, blockId: string, input: ContactInput): Promise<boolean> {
  const days = [input.day1, input.day2, input.day3, input.day4, input.day5, input.day6, input.day7];
  const hours = days
    .flat()
    .map((h) => ({ weekday: h.weekday, opens_at: h.opensAt, closes_at: h.closesAt }));
  // The generated types do not know that arguments may be null.
  const optional = (value: string | null | undefined) => (value ?? null) as string;
  const saved = await db.rpc('save_contact', {
    block_id: blockId,
    contact_id: optional(input.id),
    kind: input.kind,
    title: input.title,
    person_name: optional(input.personName),
    phone: optional(input.phone),
    email: optional(input.email),
    whereabouts: optional(input.whereabouts),
    note: optional(input.note),
    hours,
  });
  if (saved.error?.code === '42501' || saved.error?.code === '23505') return false;
  return rows(saved) ?? false;
}

export async function removeContact(db: Db, id: string): Promise<boolean> {
  return rows(await db.from('contacts').delete().eq('id', id).select('id')).length > 0;
}

/** A new building with its places; the address in the portal may be taken or reserved. */
export async function addBlock(
  db: Db,
  input: BlockInput,
): Promise<'added' | 'slug_taken' | 'not_allowed'> {
  const { error } = await db.rpc('add_block', {
    slug: input.slug,
    name: input.name,
    address: input.address,
    district: input.district,
    owner_type: input.ownerType,
    stairs: input.stairs,
    floors: input.floors,
    flats_per_floor: input.flatsPerFloor,
  });
  if (error?.code === '23505' || error?.code === '23514') return 'slug_taken';
  if (error?.code === '42501') return 'not_allowed';
  rows({ data: null, error });
  return 'added';
}

/** Where something in the building can be, other than a flat: for choosing a place. */
export async function listCommonPlaces(db: Db, blockId: string) {
  const query = db
    .from('places')
    .select('id, name')
    .eq('block_id', blockId)
    .not('kind', 'in', '(flat,floor)');
  return rows(await query.order('position').limit(100));
}
