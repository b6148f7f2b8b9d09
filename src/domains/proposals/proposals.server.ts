import type { Tables } from '~/lib/database.types.ts';
import { toHidden } from '~/domains/moderation/moderation.ts';
import { isId } from '~/lib/forms.ts';
import { spacePhotoSize } from '~/lib/space-photo-name.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Proposal, ProposalCheck, ProposalMessage } from './proposals.ts';

/** What `toProposal` reads. */
export const fields =
  '*, place:places (name), proposal_authors (person_id), proposal_supporters (person_id), photo:proposal_photos (path, alternative_text), messages:proposal_messages (is_from_staff, created_at)' as const;
type Row = Tables<'proposals'> & {
  place: { name: string } | null;
  // Only my own rows come back, so that one row means: me.
  proposal_authors: { person_id: string } | null;
  proposal_supporters: { person_id: string }[];
  photo: { path: string; alternative_text: string } | null;
  messages: { is_from_staff: boolean; created_at: string }[];
};
const pageSize = 100;

export const inBlock = (db: Db, blockId: string) =>
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

/** Null for a proposal I may not see, and for an invalid id. */
export async function findProposal(db: Db, blockId: string, id: string): Promise<Proposal | null> {
  if (!isId(id)) return null;
  const row = rows(await inBlock(db, blockId).eq('id', id).maybeSingle());
  return row && toProposal(row);
}

/** What the consultant and the author have written to each other, oldest first; nothing for everybody else. */
export async function listMessages(db: Db, proposalId: string): Promise<ProposalMessage[]> {
  const query = db
    .from('proposal_messages')
    .select('body, is_from_staff, created_at')
    .eq('proposal_id', proposalId);
  return rows(await query.order('created_at').limit(pageSize)).map((row) => ({
    isFromStaff: row.is_from_staff,
    body: row.body,
    at: new Date(row.created_at),
  }));
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

/** A line to the other side, once: `id` is the form's own key. */
export async function writeAbout(db: Db, id: string, proposalId: string, body: string) {
  return rows(await db.rpc('write_about_proposal', { id, proposal_id: proposalId, body }));
}

export const toList = (answer: { data: Row[]; error: null } | { data: null; error: Error }) =>
  rows(answer).map(toProposal);

function toProposal(row: Row): Proposal {
  const { id, title, body, kind, alias, answer, photo } = row;
  const last = row.messages.toSorted((a, b) => a.created_at.localeCompare(b.created_at)).at(-1);
  return {
    id,
    title,
    body,
    kind,
    alias,
    place: row.place?.name ?? null,
    roughCostNok: row.rough_cost_nok,
    photo: photo && { alt: photo.alternative_text, ...spacePhotoSize(photo.path) },
    state: row.hidden_at ? 'hidden' : row.status,
    answer,
    hidden: toHidden(row),
    mergedInto: row.merged_into,
    check: toCheck(row),
    supportCount: row.support_count,
    createdAt: new Date(row.created_at),
    isMine: row.proposal_authors !== null,
    isSupported: row.proposal_supporters.length > 0,
    isAsked: row.status === 'pending' && last?.is_from_staff === true,
  };
}

const toCheck = (row: Row): ProposalCheck | null =>
  row.is_possible === null
    ? null
    : {
        isPossible: row.is_possible,
        costNok: row.cost_nok,
        reason: row.check_reason,
        onBehalf: row.kind === 'physical' && row.checked_by_role === 'consultant',
      };
