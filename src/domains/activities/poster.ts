import type { Locale, Translate } from '~/i18n/index.ts';
import { formatClock, formatDay, osloDay } from '~/lib/time.ts';
import type { Session } from './activities.ts';

/** Signs of text that one A4 sheet takes beside the facts, all languages together. */
const sheet = 1400;
/** What a language costs in space beside its text: its heading and the air around it. */
const perLanguage = 60;
/** Dates that are written out on a poster. */
const shownDates = 4;

/** Markdown of our small subset as plain text: a poster has no links and no headings of its own. */
export const plainText = (markdown: string) =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^#+\s+/gm, '')
    .replace(/^[ \t]*[-*+]\s+/gm, '• ')
    .replace(/(\*\*|__|[*_`])(\S(?:.*?\S)?)\1/g, '$2')
    .trim();

const ends = [/^[\s\S]*\n\n/, /^[\s\S]*[.!?؟۔](?=\s)/, /^[\s\S]*(?=\s)/];

/** As many whole paragraphs as fit, else whole sentences, else words; "…" says that there is more. */
export function excerpt(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  const parts = ends.map((end) => end.exec(cut)?.[0].trimEnd() ?? '');
  return `${parts.find((part) => part.length > most / 2) ?? cut} …`;
}

/** The texts of a poster, each cut to its share of the sheet; and how large they can be set. */
export function posterTexts(bodies: (string | null)[]) {
  const share = Math.floor(sheet / bodies.length) - (bodies.length > 1 ? perLanguage : 0);
  const texts = bodies.map((body) => (body ? excerpt(plainText(body), share) : null));
  const signs = texts.reduce((sum, text) => sum + (text?.length ?? 0) + perLanguage, 0);
  return { texts, size: signs < 500 ? 'large' : signs < 1000 ? 'medium' : 'small' };
}

/** The dates to print, and how many more there are. */
export function posterDates(sessions: Session[], now: Date) {
  const coming = sessions.filter(({ isCancelled, endsAt }) => !isCancelled && endsAt > now);
  return { dates: coming.slice(0, shownDates), more: Math.max(0, coming.length - shownDates) };
}

/** A date with its whole day, never "today": paper hangs for weeks. */
export function printedWhen({ startsAt, endsAt }: Session, locale: Locale, t: Translate) {
  const day = formatDay(startsAt, locale).replace(/^./, (first) => first.toUpperCase());
  const [from, to] = [formatClock(startsAt, locale), formatClock(endsAt, locale)];
  return osloDay(startsAt) === osloDay(endsAt)
    ? t('activities.when', { day, from, to })
    : t('activities.when.days', { day, from, to, endDay: formatDay(endsAt, locale) });
}
