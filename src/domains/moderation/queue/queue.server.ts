import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { thingKinds, type ModerationAct, type ThingKind } from '~/domains/moderation/moderation.ts';
import { partNames, type PartName } from '~/domains/moderation/parts.ts';
import type { PauseKind, Thing } from './queue.ts';

const queue = (db: Db, blockId: string) => db.rpc('moderation_queue', { block_id: blockId });
type QueueRow = NonNullable<Awaited<ReturnType<typeof queue>>['data']>[number];

/** What waits for the consultant: flags, what flags have hidden, appeals; the longest waiting first, at most 100. */
export async function listWaiting(db: Db, blockId: string): Promise<Thing[]> {
  return withParts(db, rows(await queue(db, blockId)).map(toThing));
}

/** These things, with the other texts of those that are activities. */
async function withParts(db: Db, things: Thing[]): Promise<Thing[]> {
  const ids = things.filter(({ kind }) => kind === 'activity').map(({ id }) => id);
  if (ids.length === 0) return things;
  const query = db
    .from('activities')
    .select(
      'id, audience, whereabouts, host, what_to_expect, food, languages, activity_translations (language, title, body)',
    );
  const found = new Map(rows(await query.in('id', ids)).map((row) => [row.id, row]));
  return things.map((thing) => {
    const row = found.get(thing.id);
    if (!row) return thing;
    const columns = partNames.map((name) => ({ name, words: row[name] ?? '' }));
    const others = row.activity_translations.map(({ language, title, body }) => ({
      name: `translation:${language}`,
      words: [title, body].filter(Boolean).join('\n'),
    }));
    return { ...thing, parts: [...columns, ...others].filter(({ words }) => words) };
  });
}

const moment = (at: string | null) => (at ? new Date(at) : null);

const toThing = (row: Partial<QueueRow>): Thing => ({
  id: row.id ?? '',
  kind: row.kind ?? 'comment',
  pageId: row.page_id ?? '',
  pageTitle: row.page_title ?? '',
  title: row.title ?? null,
  body: row.body ?? null,
  alias: row.alias ?? null,
  parts: [],
  hidden: row.hidden_by ? { by: row.hidden_by, reason: row.hidden_reason ?? null } : null,
  reasons: row.reasons ?? [],
  appeal: row.appeal ?? null,
  changedAt: moment(row.changed_at ?? null),
  since: moment(row.waiting_since ?? null),
  isInOpenVote: row.is_in_open_vote ?? false,
  pausedUntil: moment(row.paused_until ?? null),
});

const fields =
  'kind, id, page_id, page_title, title, body, alias, hidden_by, hidden_reason' as const;

/** A thing that does not wait, with the pause that was given for it. */
async function withPause(db: Db, row: Partial<Record<keyof QueueRow, unknown>>): Promise<Thing> {
  const found = toThing(row as Partial<QueueRow>);
  const query = db.from('pauses').select('ends_at').eq('thing_id', found.id).is('lifted_at', null);
  const [pause] = rows(
    await query.gt('ends_at', new Date().toISOString()).order('ends_at').limit(1),
  );
  return { ...found, pausedUntil: moment(pause?.ends_at ?? null) };
}

/** One thing of a building, whether it waits or not; null when there is none. */
export async function findThing(
  db: Db,
  blockId: string,
  kind: string | null,
  id: string | null,
): Promise<Thing | null> {
  const known = thingKinds.find((one) => one === kind);
  if (!known || !id || !isId(id)) return null;
  const waiting = (await listWaiting(db, blockId)).find((one) => one.id === id);
  if (waiting) return waiting;
  const query = db.from('things').select(fields).eq('block_id', blockId);
  const row = rows(await query.eq('kind', known).eq('id', id).maybeSingle());
  if (!row) return null;
  const [found] = await withParts(db, [await withPause(db, row)]);
  return found ?? null;
}

/** What the consultant has hidden, newest first, at most 50. */
export async function listHidden(db: Db, blockId: string): Promise<Thing[]> {
  const query = db.from('things').select(fields).eq('block_id', blockId).eq('hidden_by', 'staff');
  return rows(await query.order('hidden_at', { ascending: false }).limit(50)).map((row) =>
    toThing(row as Partial<QueueRow>),
  );
}

/** Pauses that run and were given for a thing, the first to end first, at most 50: for which thing, never for whom. */
export async function listThingPauses(db: Db, blockId: string) {
  const query = db
    .from('pauses')
    .select('id, thing_id, thing_kind, reason, ends_at')
    .eq('block_id', blockId)
    .is('lifted_at', null)
    .not('thing_id', 'is', null)
    .gt('ends_at', new Date().toISOString());
  return rows(await query.order('ends_at').limit(50)).flatMap((row) =>
    row.thing_id && row.thing_kind
      ? { id: row.thing_id, kind: row.thing_kind, reason: row.reason, until: new Date(row.ends_at) }
      : [],
  );
}

/** Members of a building who have a pause that was given to them by name: until when, by membership. */
export async function listMemberPauses(db: Db, blockId: string): Promise<Map<string, Date>> {
  const query = db
    .from('pauses')
    .select('membership_id, ends_at')
    .eq('block_id', blockId)
    .is('lifted_at', null)
    .not('membership_id', 'is', null)
    .gt('ends_at', new Date().toISOString());
  const found = rows(await query.limit(500));
  return new Map(found.map((row) => [row.membership_id, new Date(row.ends_at)]));
}

interface Judgement {
  kind: ThingKind;
  id: string;
  act: ModerationAct;
  reason: string;
  title?: string | null;
  body?: string | null;
  days?: number;
  /** The other texts of an activity; an empty one is removed. */
  parts?: Partial<Record<PartName | 'body', string>> | null;
}

export async function moderate(db: Db, { title, body, days, parts, ...rest }: Judgement) {
  const more = {
    ...(title && { title }),
    ...(body && { body }),
    ...(days && { days }),
    ...(parts && { parts }),
  };
  return rows(await db.rpc('moderate', { ...rest, ...more })) ?? 'not_found';
}

interface Pause {
  /** Of the thing, or of the membership. */
  id: string;
  kind: PauseKind;
  /** None: ends the current pause. */
  days?: number;
  reason: string;
}

/** Pauses the author of a thing, or a member by name; or ends that. */
export async function pause(db: Db, { id, kind, days, reason }: Pause) {
  if (kind !== 'member')
    return days
      ? moderate(db, { id, kind, act: 'pause', reason, days })
      : moderate(db, { id, kind, act: 'lift_pause', reason });
  const answer = days
    ? await db.rpc('pause_member', { membership_id: id, days, reason })
    : await db.rpc('lift_member_pause', { membership_id: id, reason });
  return rows(answer) ?? 'not_found';
}
