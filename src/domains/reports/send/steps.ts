import type { PlaceKind } from '~/domains/blocks/blocks.ts';
import type { ReportPlace, ReportThing } from '~/domains/reports/reports.ts';
import { ownLanguage } from '~/i18n/languages.ts';
import { comparing } from '~/lib/intl.ts';

/** The answers of "Meld feil" as they stand in the address: a tap is a link, and going back is the browser's own. */
export interface Answers {
  haster?: 'ja' | 'nei' | undefined;
  hvor?: string | undefined;
  /** It is the whole stair, or nobody knows which floor. */
  hele?: 'ja' | undefined;
  hva?: string | undefined;
  /** The id of the case this becomes, and of what is typed so far. */
  utkast?: string | undefined;
  steg?: '5' | undefined;
}

export type ReportStep = 1 | 2 | 3 | 4 | 5;

/** The step that the answers have reached; an invalid answer goes no further. */
export function reportStep(answers: {
  haster: string | undefined;
  place: Pick<ReportPlace, 'kind'> | null;
  /** The floors to choose from, when the place is a stair and it is not said that it is the whole of it. */
  floors: readonly unknown[];
  thing: ReportThing | undefined;
  /** Something is typed, and somebody asked to see it all. */
  isTyped: boolean;
}): ReportStep {
  if (answers.haster !== 'ja' && answers.haster !== 'nei') return 1;
  if (!answers.place || answers.floors.length > 0) return 2;
  if (!answers.thing) return 3;
  return answers.isTyped ? 5 : 4;
}

/** The address of these answers. */
export function stepLink(page: string, answers: Answers): string {
  const query = Object.entries(answers).filter(([, value]) => value) as [string, string][];
  return query.length ? `${page}?${new URLSearchParams(query)}` : page;
}

/** My own flat first, each stair followed by its floors, then the rest; as they stood within each. */
export function placesInOrder(
  places: (ReportPlace & { parent_id: string | null })[],
): ReportPlace[] {
  const floors = places.filter(({ kind }) => kind === 'floor');
  const others = places.filter(({ kind }) => kind !== 'floor' && kind !== 'flat');
  return [
    ...places.filter(({ kind }) => kind === 'flat'),
    ...others.flatMap((one) => [one, ...floors.filter(({ parent_id }) => parent_id === one.id)]),
  ];
}

/** Places for a list to choose from: the common ones, then the flats by their number. */
export const placeGroups = (places: ReportPlace[], labels: { common: string; flat: string }) => [
  { label: labels.common, options: options(places.filter(({ kind }) => kind !== 'flat')) },
  {
    label: labels.flat,
    options: options(places.filter(({ kind }) => kind === 'flat')).sort((a, b) =>
      comparing(ownLanguage)(a.label, b.label),
    ),
  },
];
const options = (places: ReportPlace[]) =>
  places.map(({ id, name }) => ({ value: id, label: name }));

/** "2. etasje" of "Oppgang A, 2. etasje", where the stair is plain. */
export const floorWithin = (floor: string, stair: string) =>
  floor.startsWith(`${stair}, `) ? floor.slice(stair.length + 2) : floor;

/** What can be wrong is the same on a stair and on its floors. */
export const thingGroups = [
  'flat',
  'stair',
  'lift',
  'laundry',
  'cellar',
  'yard',
  'common_room',
] as const satisfies PlaceKind[];

export type ThingGroup = (typeof thingGroups)[number];

/** Not a thing of the database: what is not a fault leads elsewhere and is never reported. */
export const notAFault = 'brak';
