import { z } from 'astro/zod';
import type { Locale, Translate } from '~/i18n/index.ts';
import { Constants } from '~/lib/database.types.ts';
import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { idIn, whyWords, type Why } from './audit-details.ts';
import { toOldWords } from './moderation.server.ts';
import {
  acts,
  actWords,
  subjects,
  type ActAboutMe,
  type Entry,
  type LogFilter,
  type Subject,
} from './audit.ts';

const logPageSize = 50;

/** A page of the audit log (counted from 0), newest first; of one building, or (null) of everything I may read. */
export async function listActs(
  db: Db,
  blockId: string | null,
  { act, subject }: LogFilter,
  page: number,
): Promise<{ entries: Entry[]; hasMore: boolean }> {
  let query = db
    .from('audit_entries')
    .select(
      'id, act, subject, subject_id, actor_name, actor_role, shape, details, usual_reason, reason, acted_at, block:blocks (name, slug)',
    )
    .order('acted_at', { ascending: false })
    .order('id')
    .range(page * logPageSize, (page + 1) * logPageSize);
  if (blockId) query = query.eq('block_id', blockId);
  if (act) query = query.eq('act', act);
  if (subject) query = query.eq('subject', subject);
  const found = rows(await query);
  const shown = found.slice(0, logPageSize);
  const edited = shown.filter((row) => row.act === 'edit').map((row) => row.subject_id);
  const [old, named] = await Promise.all([listOldWords(db, edited), nameSubjects(db, shown)]);
  const entries = shown.map((row) => ({
    id: row.id,
    act: row.act,
    subjectKind: row.subject,
    subjectId: row.subject_id,
    actor: row.actor_name,
    role: row.actor_role,
    ...toWhy(row),
    ...named(row),
    at: new Date(row.acted_at),
    blockName: row.block?.name ?? null,
    slug: row.block?.slug ?? null,
    old: (row.act === 'edit' && old.get(`${row.subject_id} ${row.acted_at}`)) || null,
  }));
  return { entries, hasMore: found.length > logPageSize };
}

type WhyRow = Omit<Why, 'usualReason'> & { usual_reason: Why['usualReason'] };
const toWhy = ({ shape, details, usual_reason, reason }: WhyRow): Why => ({
  shape,
  details,
  usualReason: usual_reason,
  reason,
});

type Named = Pick<WhyRow, 'shape' | 'details'> & { subject_id?: string };

/** The names of the things these lines are about and refer to, as far as they exist and I may read them. */
async function nameSubjects(db: Db, lines: Named[]) {
  const asked = new Set(lines.flatMap((line) => [line.subject_id, idIn(line)]));
  const ids = [...asked].filter((id) => id !== undefined && isId(id)) as string[];
  const found = ids.length > 0 ? rows(await db.rpc('log_names', { ids })) : [];
  const names = new Map<string, Subject>(
    found.map(({ id, name, number, page_id }) => [id, { name, number, pageId: page_id }]),
  );
  return (line: Named) => ({
    subject: names.get(line.subject_id ?? '') ?? null,
    other: names.get(idIn(line) ?? '')?.name ?? null,
  });
}

/** The words of these things before each edit, by thing and moment: the edit and its line in the audit log have the same. */
async function listOldWords(db: Db, thingIds: string[]) {
  if (thingIds.length === 0) return new Map<string, NonNullable<Entry['old']>>();
  const query = db
    .from('edits')
    .select('thing_id, edited_at, old:edit_texts (old_title, old_body, old_parts)')
    .in('thing_id', thingIds.filter(isId));
  return new Map(
    rows(await query.limit(200)).flatMap((row) =>
      row.old ? [[`${row.thing_id} ${row.edited_at}`, toOldWords(row.old)] as const] : [],
    ),
  );
}

/** What staff did that is about me, newest first, at most 500. */
export async function listActsAboutMe(db: Db): Promise<ActAboutMe[]> {
  const found = rows(await db.rpc('acts_about_me'));
  const named = await nameSubjects(db, found);
  return found.map((row) => ({
    blockId: row.block_id,
    subjectKind: row.subject,
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- one of the two is null, which the generated types do not know
    ...(row.event ? { act: null, event: row.event } : { act: row.act }),
    subjectId: row.subject_id,
    role: row.actor_role,
    ...toWhy(row),
    ...named(row),
    at: new Date(row.acted_at),
  }));
}

/** A line of the log that I wrote, as my_data() has it. */
const ownAct = z.object({
  acted_at: z.string(),
  role: z.enum(Constants.public.Enums.member_role).nullable(),
  act: z.enum(acts),
  subject: z.enum(subjects),
  shape: z.enum(Constants.public.Enums.audit_shape),
  details: z.unknown(),
  usual_reason: z.enum(Constants.public.Enums.usual_reason).nullable(),
  reason: z.string().nullable(),
});

/** What I did as one of the staff, in words: when, as what, what and why. */
export async function wordActs(db: Db, found: unknown[] | undefined, t: Translate, locale: Locale) {
  const lines = (found ?? []).map((row) => ownAct.parse(row));
  const named = await nameSubjects(db, lines);
  return lines.map((line) => {
    const nameOf = () => named(line).other;
    return {
      acted_at: line.acted_at,
      role: line.role,
      act: actWords({ ...line, subjectKind: line.subject }, t),
      reason: whyWords(toWhy(line), { t, locale, nameOf }),
    };
  });
}
