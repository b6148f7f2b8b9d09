import type { Tables } from '~/lib/database.types.ts';
import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Proposal, ProposalInput } from './proposals.ts';

const fields =
  '*, place:places (name), proposal_authors (person_id), proposal_supporters (person_id)' as const;
type Row = Tables<'proposals'> & {
  place: { name: string } | null;
  // Only my own rows come back, so that one row means: me.
  proposal_authors: { person_id: string } | null;
  proposal_supporters: { person_id: string }[];
};
const pageSize = 100;

const inBlock = (db: Db, blockId: string) =>
  db.from('proposals').select(fields).eq('block_id', blockId);

/** What neighbours see, most supported first. */
export async function listApproved(db: Db, blockId: string): Promise<Proposal[]> {
  const query = inBlock(db, blockId).eq('status', 'approved').is('hidden_at', null);
  return toList(await query.order('support_count', { ascending: false }).limit(pageSize));
}

/** My own ideas, newest first, whatever became of them. */
export async function listMine(db: Db, blockId: string): Promise<Proposal[]> {
  const query = db
    .from('proposals')
    .select(fields.replace('proposal_authors', 'proposal_authors!inner') as typeof fields)
    .eq('block_id', blockId);
  return toList(await query.order('created_at', { ascending: false }).limit(pageSize));
}

/** What waits for the consultant, oldest first. */
export async function listPending(db: Db, blockId: string): Promise<Proposal[]> {
  const query = inBlock(db, blockId).eq('status', 'pending');
  return toList(await query.order('created_at').limit(pageSize));
}

/** What the consultant has hidden from neighbours, newest first. */
export async function listHidden(db: Db, blockId: string): Promise<Proposal[]> {
  const query = inBlock(db, blockId).not('hidden_at', 'is', null);
  return toList(await query.order('hidden_at', { ascending: false }).limit(pageSize));
}

/** How many ideas wait for the consultant. */
export async function countPending(db: Db, blockId: string): Promise<number> {
  const { count, error } = await db
    .from('proposals')
    .select('id', { count: 'exact', head: true })
    .eq('block_id', blockId)
    .eq('status', 'pending');
  rows({ data: null, error });
  return count ?? 0;
}

/** Null for what I may not see, and for what is no id at all. */
export async function findProposal(db: Db, blockId: string, id: string): Promise<Proposal | null> {
  if (!isId(id)) return null;
  const row = rows(await inBlock(db, blockId).eq('id', id).maybeSingle());
  return row && toProposal(row);
}

export async function propose(db: Db, blockId: string, input: ProposalInput) {
  const { id, title, body, kind, placeId } = input;
  const place = placeId ? { place_id: placeId } : {};
  return rows(await db.rpc('propose', { id, block_id: blockId, title, body, kind, ...place }));
}

/** False when there is no waiting idea of mine with this id. */
export async function withdrawProposal(db: Db, id: string): Promise<boolean> {
  return rows(await db.rpc('withdraw_proposal', { proposal_id: id })) ?? false;
}

export async function supportProposal(db: Db, id: string) {
  return rows(await db.rpc('support_proposal', { proposal_id: id }));
}

export async function withdrawSupport(db: Db, id: string) {
  return rows(await db.rpc('withdraw_support', { proposal_id: id }));
}

export async function decideProposal(db: Db, id: string, approve: boolean, answer: string | null) {
  const said = answer ? { answer } : {};
  return rows(await db.rpc('decide_proposal', { proposal_id: id, approve, ...said }));
}

const toList = (answer: { data: Row[]; error: null } | { data: null; error: Error }) =>
  rows(answer).map(toProposal);

function toProposal(row: Row): Proposal {
  const { id, title, body, kind, answer } = row;
  return {
    id,
    title,
    body,
    kind,
    place: row.place?.name ?? null,
    state: row.hidden_at ? 'hidden' : row.status,
    answer,
    hiddenReason: row.hidden_reason,
    supportCount: row.support_count,
    createdAt: new Date(row.created_at),
    isMine: row.proposal_authors !== null,
    isSupported: row.proposal_supporters.length > 0,
  };
}
