import {
  kindOf,
  kindSlugs,
  type ActivityKind,
  type AudienceGroup,
} from '~/domains/activities/activities.ts';
import { groupOf, groupSlugs } from '~/domains/activities/audience.ts';

/** What the list is narrowed to; it stands in the address: `?type=kurs&for=barn`. */
export interface ActivityFilter {
  kind?: ActivityKind | undefined;
  group?: AudienceGroup | undefined;
}

export const filterOf = (query: URLSearchParams): ActivityFilter => ({
  kind: kindOf(query.get('type')),
  group: groupOf(query.get('for')),
});

/** The filter as it stands in the address, `?` included; empty without one. */
export function filterQuery({ kind, group }: ActivityFilter, more: Record<string, string> = {}) {
  const query = new URLSearchParams({
    ...(kind ? { type: kindSlugs[kind] } : {}),
    ...(group ? { for: groupSlugs[group] } : {}),
    ...more,
  });
  return query.size ? `?${query}` : '';
}
