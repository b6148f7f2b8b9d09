import { rows, type Db } from '~/lib/supabase.ts';
import type { Flagged, FlaggedKind, ModerationAct } from './moderation.ts';

/** The ids of what I have said from about in a building and nobody has looked at yet. */
export async function listMyFlags(db: Db, blockId: string): Promise<string[]> {
  const query = db
    .from('flags')
    .select('proposal_id, comment_id')
    .eq('block_id', blockId)
    .is('resolved_at', null);
  return (rows(await query.limit(100)) ?? []).flatMap(
    ({ proposal_id, comment_id }) => proposal_id ?? comment_id ?? [],
  );
}

export async function flagThing(db: Db, kind: FlaggedKind, id: string, reason: string) {
  return kind === 'comment'
    ? rows(await db.rpc('flag_comment', { comment_id: id, reason }))
    : rows(await db.rpc('flag_proposal', { proposal_id: id, reason }));
}

/** The consultant's queue: what is flagged, the longest waiting first; at most 100 flags. */
export async function listFlagged(db: Db, blockId: string): Promise<Flagged[]> {
  const query = db
    .from('flags')
    .select(
      `reason, created_at, proposal:proposals (id, title, body),
      comment:proposal_comments (id, body, proposal:proposals (title))`,
    )
    .eq('block_id', blockId)
    .is('resolved_at', null);
  const flags = rows(await query.order('created_at').limit(100)) ?? [];
  const byThing = Map.groupBy(flags, ({ proposal, comment }) => proposal?.id ?? comment?.id);
  return [...byThing.values()].flatMap((group) => {
    const { proposal, comment, created_at } = group[0]!;
    const reasons = group.map(({ reason }) => reason);
    const said = { reasons, since: new Date(created_at) };
    if (proposal) return { ...proposal, kind: 'proposal' as const, ...said };
    if (!comment) return [];
    const { id, body } = comment;
    return { id, body, title: comment.proposal.title, kind: 'comment' as const, ...said };
  });
}

export async function moderate(
  db: Db,
  kind: FlaggedKind,
  id: string,
  act: ModerationAct,
  typed: string | null,
) {
  const reason = typed ?? '';
  return kind === 'comment'
    ? rows(await db.rpc('moderate_comment', { comment_id: id, act, reason }))
    : rows(await db.rpc('moderate_proposal', { proposal_id: id, act, reason }));
}
