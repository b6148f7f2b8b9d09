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
  if (years > 1) return t('rules.period.year', { count: years });
  if (years || months) return t('rules.period.month', { count: 12 * years + months });
  if (days) return t('rules.period.day', { count: days });
  return t('rules.period.hour', { count: hours });
}

/** What it is in words for residents; null for what says nothing to them. */
export function keptName({ what }: Kept, t: Translate): string | null {
  const key = `own_data.kept.${what}`;
  return isMessageKey(key) ? say(t, key) : null;
}
