import { rows, type Db } from '~/lib/supabase.ts';

/** As private.new_slug makes them; people type capitals, and anything else is not worth a query. */
const slugForm = /^[a-z0-9]{4,12}$/;

/** The activity of a short address, when I may see it. */
export async function findBySlug(db: Db, typed: string) {
  const slug = typed.toLowerCase();
  if (!slugForm.test(slug)) return null;
  const query = db.from('activities').select('id, block:blocks (slug)').eq('slug', slug);
  const row = rows(await query.maybeSingle());
  return row && { id: row.id, blockSlug: row.block.slug };
}
