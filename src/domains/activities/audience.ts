import type { Locale, Translate } from '~/i18n/index.ts';
import type { ActivitySummary, AudienceGroup } from './activities.ts';
import { listed } from '~/i18n/lists.ts';

/** How a group stands in the address: `?for=barn`. The order is that of the filter and the form. */
export const groupSlugs = {
  children: 'barn',
  youth: 'ungdom',
  families: 'familier',
  adults: 'voksne',
  seniors: 'eldre',
} as const satisfies Record<AudienceGroup, string>;
export const groups = Object.keys(groupSlugs) as AudienceGroup[];
export const groupOf = (slug: string | null): AudienceGroup | undefined =>
  groups.find((group) => groupSlugs[group] === slug);

/** For whom, in words: the activity's own, else the groups that were ticked; null when nothing is said. */
export function audienceText(activity: ActivitySummary, t: Translate, locale: Locale) {
  const { audience, forWhom } = activity;
  if (audience || forWhom.length === 0) return audience;
  const names = groups
    .filter((group) => forWhom.includes(group))
    .map((group, at) => {
      const name = t(`activities.group.${group}`);
      return at ? name.toLocaleLowerCase(locale) : name;
    });
  return listed(names, t);
}
