import type { Tables } from '~/lib/database.types.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type {
  FollowUp,
  FollowUpInput,
  FollowUpNow,
  FollowUpOwner,
  ListedFollowUp,
  MilestoneInput,
} from './follow-ups.ts';

/** How it stands now, as `toNow` reads it. */
export const followUpFields =
  'poll_id, owner, status, next_on, decision, body, delayed_because, cost_nok, updated_at, version' as const;
const listed =
  `${followUpFields}, poll:polls!inner (title, block:blocks!inner (name, slug))` as const;

/** What came of a vote, with history and steps; null before it is counted, and for a vote I may not see. */
export async function findFollowUp(db: Db, pollId: string): Promise<FollowUp | null> {
  const query = db
    .from('follow_ups')
    .select(
      `${listed}, updates:follow_up_updates (id, status, body, delayed_because, author_role, created_at),
      milestones:follow_up_milestones (id, title, due_on, done_on),
      photos:follow_up_photos (id, moment, path, alternative_text)`,
    )
    .eq('poll_id', pollId)
    .order('created_at', { referencedTable: 'follow_up_updates', ascending: false })
    .limit(100, { referencedTable: 'follow_up_updates' })
    .order('due_on', { referencedTable: 'follow_up_milestones', nullsFirst: false })
    .order('created_at', { referencedTable: 'follow_up_milestones' })
    .order('created_at', { referencedTable: 'follow_up_photos' });
  const row = rows(await query.maybeSingle());
  return (
    row && {
      ...toListed(row),
      updates: row.updates.map((one) => ({
        id: one.id,
        status: one.status,
        body: one.body,
        delayedBecause: one.delayed_because,
        by: ownerOf(one.author_role),
        at: new Date(one.created_at),
      })),
      milestones: row.milestones.map((one) => ({
        id: one.id,
        title: one.title,
        dueOn: one.due_on,
        doneOn: one.done_on,
      })),
      photos: row.photos.map((one) => ({
        id: one.id,
        moment: one.moment,
        alt: one.alternative_text,
        ...sizeOf(one.path),
      })),
    }
  );
}

/** The landlord's open follow-ups in all buildings, the longest overdue first. At most 200. */
export async function listOfLandlord(db: Db): Promise<ListedFollowUp[]> {
  const query = db
    .from('follow_ups')
    .select(listed)
    .eq('owner', 'landlord')
    .not('next_on', 'is', null);
  return rows(await query.order('next_on').limit(200)).map(toListed);
}

export async function updateFollowUp(db: Db, input: FollowUpInput) {
  const { id, pollId, status, body, nextOn, delayedBecause, cost, owner, wasClosed, seen } = input;
  const answer = await db.rpc('update_follow_up', {
    id,
    poll_id: pollId,
    status,
    body,
    ...(nextOn && { next_on: nextOn }),
    ...(delayedBecause && { delayed_because: delayedBecause }),
    ...(cost !== null && { cost_nok: cost }),
    ...(owner && { owner }),
    is_reopened: wasClosed === 'yes' && status === 'work',
    seen_version: seen,
  });
  return rows(answer) ?? 'not_allowed';
}

export async function addMilestone(db: Db, { id, pollId, title, dueOn }: MilestoneInput) {
  const due = dueOn ? { due_on: dueOn } : {};
  return (
    rows(await db.rpc('add_milestone', { id, poll_id: pollId, title, ...due })) ?? 'not_allowed'
  );
}

export async function changeMilestone(db: Db, id: string, act: 'done' | 'undone' | 'removed') {
  return rows(await db.rpc('change_milestone', { milestone_id: id, act })) ?? 'not_allowed';
}

/** The size is in the name of the file. */
function sizeOf(path: string) {
  const [, width, height] = /_(\d+)x(\d+)\.webp$/.exec(path) ?? [];
  return { width: Number(width), height: Number(height) };
}

type Row = Pick<
  Tables<'follow_ups'>,
  | 'poll_id'
  | 'owner'
  | 'status'
  | 'next_on'
  | 'decision'
  | 'body'
  | 'delayed_because'
  | 'cost_nok'
  | 'updated_at'
  | 'version'
>;

const ownerOf = (role: Row['owner']): FollowUpOwner =>
  role === 'landlord' ? 'landlord' : 'consultant';

export const toNow = (row: Row): FollowUpNow => ({
  pollId: row.poll_id,
  owner: ownerOf(row.owner),
  status: row.status,
  nextOn: row.next_on,
  decision: row.decision,
  body: row.body,
  delayedBecause: row.delayed_because,
  costNok: row.cost_nok,
  updatedAt: row.updated_at ? new Date(row.updated_at) : null,
  version: row.version,
});

const toListed = (
  row: Row & { poll: { title: string; block: ListedFollowUp['block'] } },
): ListedFollowUp => ({ ...toNow(row), title: row.poll.title, block: row.poll.block });
