import { byLateness, holderOf, isLate, type Holder } from '~/domains/reports/case/standing.ts';
import type { ReportLine, ReportStatus } from '~/domains/reports/reports.ts';

/** An open case on the consultant's desk. */
export interface DeskCase extends ReportLine {
  chasedAt: Date | null;
  chaseCount: number;
  /** The resident has been asked and has not answered. */
  isAsked: boolean;
}

/** The ways a case ends, each counted by itself. */
export const finishedStatuses = [
  'fixed',
  'confirmed',
  'closed',
  'withdrawn',
  'merged',
] as const satisfies ReportStatus[];

/** The groups of the desk as they stand in the address. */
export const deskGroups = {
  alle: 'all',
  forsinket: 'late',
  oss: 'consultant',
  boligbygg: 'landlord',
  beboeren: 'reporter',
} as const;
export type DeskGroup = (typeof deskGroups)[keyof typeof deskGroups];

export const holderOfCase = (one: DeskCase): Holder | null => holderOf(one, one.isAsked);

/** The open cases of a group, what is late first. */
export function inGroup(cases: DeskCase[], group: DeskGroup, now: Date): DeskCase[] {
  const isIn = (one: DeskCase) =>
    group === 'all' || (group === 'late' ? isLate(one, now) : holderOfCase(one) === group);
  return cases.filter(isIn).sort(byLateness(now));
}
