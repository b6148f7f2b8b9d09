import { isMessageKey, say, type Translate } from '~/i18n/index.ts';

export interface Kept {
  what: string;
  years: number;
  months: number;
  days: number;
  hours: number;
}

/** A period in words: years from two on, else months, days or hours. */
export function periodOf({ years, months, days, hours }: Kept, t: Translate): string {
  if (years > 1) return t('own_data.period.years', { count: years });
  if (years || months) return t('own_data.period.months', { count: 12 * years + months });
  if (days) return t('own_data.period.days', { count: days });
  return t('own_data.period.hours', { count: hours });
}

/** What it is in words for residents; null for what says nothing to them. */
export function keptName({ what }: Kept, t: Translate): string | null {
  const key = `own_data.kept.${what}`;
  return isMessageKey(key) ? say(t, key) : null;
}
