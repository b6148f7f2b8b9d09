import type { IconName } from '~/components/icons.ts';
import { hasRole, type Person } from '~/domains/residents/residents.ts';
import type { Translate } from '~/i18n/index.ts';

/** A place in the menu; `id` is what a page names as its `active`. */
export interface Place {
  id: 'home' | 'activities' | 'report' | 'polls' | 'mine' | 'desk';
  href: string;
  label: string;
  icon: IconName;
}
export type BlockLink = { name: string; slug: string };

/** The building of a page that belongs to none, when the person has just one. */
export function ownBlock(person: Person | null): (BlockLink & { id: string }) | undefined {
  const blocks = person?.memberships.flatMap(({ block }) => block ?? []) ?? [];
  return new Set(blocks.map(({ slug }) => slug)).size === 1 ? blocks[0] : undefined;
}

/** Where staff work: a consultant or an observer in this building, the landlord in one queue for all. */
function desk(person: Person | null, block: BlockLink | undefined, t: Translate): Place | null {
  const own = person?.memberships.find((one) => one.block?.slug === block?.slug)?.block;
  const blockId = own?.id ?? null;
  if (block && hasRole(person, blockId, 'consultant'))
    return { id: 'desk', href: `/${block.slug}/drift`, label: t('frame.nav.desk'), icon: 'desk' };
  if (block && hasRole(person, blockId, 'observer'))
    return { id: 'desk', href: `/${block.slug}/tall`, label: t('frame.nav.figures'), icon: 'desk' };
  if (hasRole(person, blockId, 'landlord'))
    return { id: 'desk', href: '/boligbygg/saker', label: t('frame.nav.cases'), icon: 'desk' };
  return null;
}

/** The five places of the menu (none without a building), and what moves up beside the name for staff. */
export function placesFor(person: Person | null, block: BlockLink | undefined, t: Translate) {
  const work = desk(person, block, t);
  if (!block) return { menu: [], top: work ? [work] : [] };
  const home = `/${block.slug}`;
  const mine: Place = { id: 'mine', href: '/mitt', label: t('frame.nav.mine'), icon: 'person' };
  const menu: Place[] = [
    { id: 'home', href: home, label: t('frame.nav.home'), icon: 'home' },
    {
      id: 'activities',
      href: `${home}/aktiviteter`,
      label: t('frame.nav.activities'),
      icon: 'calendar',
    },
    { id: 'report', href: `${home}/meld-feil`, label: t('frame.nav.report'), icon: 'wrench' },
    { id: 'polls', href: `${home}/avstemninger`, label: t('frame.nav.polls'), icon: 'vote' },
    work ?? mine,
  ];
  // The members of the steering group have no access there.
  const own = person?.memberships.filter((one) => one.block?.slug === block.slug) ?? [];
  const looksOnly = own.length > 0 && own.every(({ role }) => role === 'observer');
  const offered = menu.filter(({ id }) => !looksOnly || (id !== 'report' && id !== 'polls'));
  return { menu: offered, top: work ? [mine] : [] };
}
