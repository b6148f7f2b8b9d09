import { rows, type Db } from '~/lib/supabase.ts';
import type { Proposal } from '~/domains/proposals/proposals.ts';
import { inBlock, toList } from '~/domains/proposals/proposals.server.ts';
import type { ProposalInput } from './write.ts';

/** Approved proposals that are like this title at this place, most like first, at most five. */
export async function findLike(
  db: Db,
  blockId: string,
  title: string,
  placeId: string | null | undefined,
): Promise<Proposal[]> {
  const place = placeId ? { place_id: placeId } : {};
  const ids = rows(await db.rpc('like_proposals', { block_id: blockId, title, ...place }));
  if (ids.length === 0) return [];
  const found = toList(await inBlock(db, blockId).in('id', ids));
  return found.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

export async function propose(db: Db, blockId: string, input: ProposalInput) {
  const { id, title, body, kind, placeId, photo } = input;
  const optional = {
    ...(placeId && { place_id: placeId }),
    ...(input.alias && { alias: input.alias }),
    ...(input.roughCost !== null && { rough_cost_nok: input.roughCost }),
    ...(photo && { photo_path: photo, photo_text: input.photoText ?? '' }),
  };
  return rows(await db.rpc('propose', { id, block_id: blockId, title, body, kind, ...optional }));
}
