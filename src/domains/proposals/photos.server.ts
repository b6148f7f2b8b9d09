import { isId } from '~/lib/forms.ts';
import { openSpacePhoto } from '~/lib/space-photos.ts';
import { rows, serviceDb, type Db } from '~/lib/supabase.ts';

/** The picture of a proposal, when I may see it: its row is read as the person, the file as the server. */
export async function openProposalPhoto(
  db: Db,
  blockId: string,
  id: string | undefined,
): Promise<Blob | null> {
  if (!id || !isId(id)) return null;
  const query = db
    .from('proposal_photos')
    .select('path, proposals!inner (block_id)')
    .eq('proposal_id', id)
    .eq('proposals.block_id', blockId);
  const row = rows(await query.maybeSingle());
  return row && openSpacePhoto(serviceDb(), row.path);
}
