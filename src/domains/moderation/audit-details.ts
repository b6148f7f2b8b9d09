import { z } from 'astro/zod';
import type { Locale, Translate } from '~/i18n/index.ts';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { nameOf } from '~/i18n/languages.ts';
import { formatMoment } from '~/lib/time.ts';
import { usualReasonText } from './reason.ts';

/** The details of a line of the log and its reason, as the database has them. */
export interface Why {
  shape: Shape;
  /** As its shape says; the database has checked it. */
  details: unknown;
  usualReason: Enums<'usual_reason'> | null;
  /** Words that somebody wrote. */
  reason: string | null;
}
type Shape = Enums<'audit_shape'>;

/** The reader's language, and the names of other things that a line refers to; null: the reader may not see it. */
export interface Reader {
  t: Translate;
  locale: Locale;
  nameOf: (id: string) => string | null;
}

const { member_role, notice_field, report_status } = Constants.public.Enums;
const moment = z.coerce.date();

/** What details of each shape hold; `private.has_shape` refuses others. */
export const shapes = {
  none: z.object({}),
  role: z.object({ role: z.enum(member_role) }),
  language: z.object({ language: z.string() }),
  fields: z.object({ fields: z.array(z.enum(notice_field)) }),
  status: z.object({ status: z.enum(report_status) }),
  dates: z.object({ at: moment, moved_to: moment.optional(), more: z.number().optional() }),
  // Whoever reads what is about them does not learn into which.
  merged: z.object({ into: z.guid().optional() }),
  taken_back: z.object({ flags: z.number(), is_appealed: z.boolean(), is_waiting: z.boolean() }),
  count: z.object({ count: z.number() }),
  flat: z.object({ place_id: z.guid().optional(), name: z.string().optional() }),
  title: z.object({ title: z.string() }),
  check: z.object({ is_possible: z.boolean(), cost_nok: z.number().optional() }),
} satisfies Record<Shape, z.ZodType>;
type Details = { [S in Shape]: z.infer<(typeof shapes)[S]> };

const joined = (parts: (string | false | null | undefined)[], by = ' ') =>
  parts.filter(Boolean).join(by);

const detailWords: { [S in Shape]: (details: Details[S], reader: Reader) => string | null } = {
  none: () => null,
  // It is in the words of the act.
  role: () => null,
  language: ({ language }) => nameOf(language),
  fields: ({ fields }, { t }) => fields.map((field) => t(`moderation.field.${field}`)).join(', '),
  status: ({ status }, { t }) => t(`reports.status.${status}`),
  dates: ({ at, moved_to, more }, { t, locale }) =>
    joined([
      [at, ...(moved_to ? [moved_to] : [])].map((one) => formatMoment(one, locale)).join(' → '),
      more !== undefined && t('activities.more_dates', { count: more }),
    ]),
  merged: ({ into }, { nameOf }) => (into ? nameOf(into) : null),
  taken_back: ({ flags, is_appealed, is_waiting }, { t }) =>
    joined([
      flags > 0 && t('moderation.taken_back.flags', { count: flags }),
      is_appealed && t('moderation.taken_back.appeal'),
      is_waiting && t('moderation.taken_back.waiting'),
    ]),
  count: ({ count }) => String(count),
  flat: ({ place_id, name }, { nameOf }) => (place_id ? nameOf(place_id) : (name ?? null)),
  title: ({ title }) => title,
  check: ({ is_possible, cost_nok }, { t }) =>
    joined([t(`moderation.check.${is_possible ? 'yes' : 'no'}`), cost_nok?.toString()], ' · '),
};

const wordsOf = <S extends Shape>(shape: S, details: unknown, reader: Reader) =>
  detailWords[shape](shapes[shape].parse(details) as Details[S], reader);

/** Details and reason in the reader's language; null when there are none. */
export function whyWords({ shape, details, usualReason, reason }: Why, reader: Reader) {
  const why = joined([usualReason && usualReasonText(usualReason, reader.t), reason], '\n');
  return joined([wordsOf(shape, details, reader), why], ' · ') || null;
}

/** The role that a line is about; null for one that is about none. */
export const roleIn = ({ shape, details }: Pick<Why, 'shape' | 'details'>) =>
  shape === 'role' ? shapes.role.parse(details).role : null;

/** The other thing that a line refers to, to be looked up by its id. */
export function idIn({ shape, details }: Pick<Why, 'shape' | 'details'>): string | undefined {
  if (shape === 'merged') return shapes.merged.parse(details).into;
  return shape === 'flat' ? shapes.flat.parse(details).place_id : undefined;
}
