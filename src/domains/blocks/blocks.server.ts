import type { Tables } from '~/lib/database.types.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Block, Contact, OpeningHours } from './blocks.ts';

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
  return (
    rows(await (words ? query.or(`name.ilike."%${words}%",address.ilike."%${words}%"`) : query)) ??
    []
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
