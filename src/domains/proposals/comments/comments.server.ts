import { toHidden } from '~/domains/moderation/moderation.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Comment, CommentInput } from './comments.ts';

/** What was said about a proposal, oldest first, at most 200. */
export async function listComments(db: Db, proposalId: string): Promise<Comment[]> {
  const query = db
    .from('proposal_comments')
    .select(
      'id, body, alias, created_at, hidden_at, hidden_by, hidden_reason, proposal_comment_authors (person_id)',
    )
    .eq('proposal_id', proposalId);
  return rows(await query.order('created_at').limit(200)).map((row) => ({
    id: row.id,
    body: row.body,
    alias: row.alias,
    at: new Date(row.created_at),
    hidden: toHidden(row),
    // Only my own rows come back.
    isMine: row.proposal_comment_authors !== null,
  }));
}

export async function commentProposal(db: Db, { id, proposalId, body, alias }: CommentInput) {
  const name = alias ? { alias } : {};
  return rows(await db.rpc('comment_proposal', { id, proposal_id: proposalId, body, ...name }));
}

/** False when there is no comment of mine with this id. */
export async function takeBackComment(db: Db, id: string): Promise<boolean> {
  return rows(await db.rpc('take_back_comment', { comment_id: id })) ?? false;
}
