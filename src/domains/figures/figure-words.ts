import type { Locale, Translate } from '~/i18n/index.ts';
import { formatMonth, formatMonthBriefly } from '~/lib/time.ts';
import {
  dayOf,
  formatNumber,
  toldOf,
  type Line,
  type Metric,
  type MonthFigures,
  type Told,
} from './figures.ts';

/** For the head of a column. */
export const columnName = (month: string, locale: Locale) =>
  formatMonthBriefly(dayOf(month), locale);

export const monthName = (month: string, locale: Locale) => formatMonth(dayOf(month), locale);

/** The text for a hidden number: how few is too few. */
export function fewWords(metric: Metric, t: Translate): string {
  if (metric.startsWith('pulse')) return t('figures.few.pulse');
  if (metric.startsWith('days')) return t('figures.few.median');
  return metric === 'could_vote' || metric === 'voted'
    ? t('figures.few.turnout')
    : t('figures.few');
}

/** A formatted number; null where there is nothing to count. */
export function toldWords(told: Told, metric: Metric, t: Translate, locale: Locale): string | null {
  return told === 'few' ? fewWords(metric, t) : told === null ? null : formatNumber(told, locale);
}

/** One cell of the table of a month. */
export function lineWords(month: MonthFigures | null, line: Line, t: Translate, locale: Locale) {
  if (line !== 'turnout') return toldWords(toldOf(month, line), line, t, locale);
  const [voted, could] = [toldOf(month, 'voted'), toldOf(month, 'could_vote')];
  if (typeof voted !== 'number' || typeof could !== 'number')
    return toldWords(voted, 'voted', t, locale);
  return t('figures.turnout', { voted, could, percent: Math.round((voted / could) * 100) });
}
