import type { Role } from '~/domains/residents/residents.ts';

const member: Role[] = ['resident', 'partner', 'consultant', 'landlord'];

/**
 * Which pages are offered to whom; the longest matching start of the route decides, and no entry means everybody.
 * The database holds the rights: this only spares people pages that would be empty for them.
 */
export const doors: Record<string, Role[] | 'signed_in'> = {
  '/[gard]/meld-feil': member,
  '/[gard]/saker': member,
  '/[gard]/forslag': member,
  '/[gard]/avstemninger': member,
  '/[gard]/aktiviteter/foresla': ['resident', 'partner'],
  '/[gard]/tall': ['observer', 'consultant', 'admin'],
  '/[gard]/tall.csv': ['observer', 'consultant', 'admin'],
  '/[gard]/puls': ['resident'],
  '/[gard]/drift': ['consultant'],
  '/[gard]/drift/driftsmeldinger': ['consultant', 'landlord'],
  // The landlord when the landlord is responsible: the page checks.
  '/[gard]/drift/avstemninger/[id]/oppfolging': ['consultant', 'landlord'],
  // A resident or a partner who hosts it; the pages check whether it is theirs.
  '/[gard]/drift/aktiviteter/[id]': ['resident', 'partner', 'consultant'],
  '/boligbygg': ['landlord'],
  '/admin': ['admin'],
  '/mitt': 'signed_in',
  '/konto': 'signed_in',
};

/** The prefix of a route that decides who has access; undefined: everybody. */
export const doorOf = (route: string) =>
  Object.keys(doors)
    .filter((start) => route === start || route.startsWith(`${start}/`))
    .sort((a, b) => b.length - a.length)[0];
