import type { Locale, Translate } from '~/i18n/index.ts';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { nameOf } from '~/i18n/languages.ts';
import { formatMoment } from '~/lib/time.ts';
import type { Entry } from './audit.ts';
import { reasonText } from './reason.ts';
import { commaed } from '~/i18n/lists.ts';

const noticeFields = ['title', 'body', 'class', 'audience', 'published_at', 'ends_at'] as const;
type NoticeField = (typeof noticeFields)[number];
const isNoticeField = (name: string): name is NoticeField =>
  (noticeFields as readonly string[]).includes(name);

/** `title, body`: what was changed in a notice. */
const fieldWords = (reason: string, t: Translate) =>
  commaed(
    reason.split(', ').map((name) => (isNoticeField(name) ? t(`moderation.field.${name}`) : name)),
    t,
  );

const isStatus = (name: string): name is Enums<'report_status'> =>
  (Constants.public.Enums.report_status as readonly string[]).includes(name);

/** Why it was done, or more of what was: a language, the fields of a notice and the status of a case are kept by their name in the
 * database, a date as a moment, a usual reason by its name. */
export function reasonWords(
  { act, subjectKind, reason }: Pick<Entry, 'act' | 'subjectKind' | 'reason'>,
  t: Translate,
  locale: Locale,
): string | null {
  if (!reason) return null;
  if (/^(translate|remove_translation|write_letter_text)$/.test(act)) return nameOf(reason);
  if (act === 'take_back') return takenBackWords(reason, t);
  if (act === 'change' && subjectKind === 'notice') return fieldWords(reason, t);
  if (act === 'report_status') return isStatus(reason) ? t(`reports.status.${reason}`) : reason;
  return /^(session|attendance)$/.test(subjectKind)
    ? dateWords(reason, t, locale)
    : reasonText(reason, t);
}

/** `flags:2 appeal waiting`: what was said about something that its author has taken back. */
function takenBackWords(reason: string, t: Translate): string {
  const flags = Number(/flags:(\d+)/.exec(reason)?.[1] ?? 0);
  return [
    flags > 0 && t('moderation.taken_back.flags', { count: flags }),
    reason.includes('appeal') && t('moderation.taken_back.appeal'),
    reason.includes('waiting') && t('moderation.taken_back.waiting'),
  ]
    .filter(Boolean)
    .join(' ');
}

/** `2026-11-23T17:00Z 2026-11-24T17:00Z +2`: the first of the dates, where it is now when it was moved, and how many more. */
function dateWords(reason: string, t: Translate, locale: Locale): string {
  const [, from, to, more] = /^(\S+Z)(?: (\S+Z))?(?: \+(\d+))?$/.exec(reason) ?? [];
  if (!from) return reason;
  const moments = [from, ...(to ? [to] : [])].map((at) => formatMoment(new Date(at), locale));
  return [moments.join(' → '), more && t('activities.more_dates', { count: Number(more) })]
    .filter(Boolean)
    .join(' ');
}
