import { periods } from '~/lib/numbers.ts';
import { milliseconds, osloDay } from '~/lib/time.ts';
import { openQuestion } from './questions.ts';
import type { Question, Report, ReportActor, ReportLine } from '~/domains/reports/reports.ts';

/** Who has to do the next thing in an open case. */
export type Holder = 'landlord' | 'consultant' | 'reporter';

/** Who holds a case; null when it is finished. A question to the resident goes before the status. */
export function holderOf(
  { status, isOpen }: Pick<ReportLine, 'status' | 'isOpen'>,
  isAsked: boolean,
): Holder | null {
  if (!isOpen) return null;
  if (isAsked) return 'reporter';
  return status === 'received' || status === 'reopened' ? 'consultant' : 'landlord';
}

/** The expected day is over and the case still open; the day itself is in time. */
export const isLate = ({ isOpen, expectedBy }: ReportLine, now: Date): boolean =>
  isOpen && expectedBy !== null && expectedBy < osloDay(now);

/** The consultant's cases, the latest first, then the oldest. */
export const byLateness =
  (now: Date) =>
  (a: ReportLine, b: ReportLine): number =>
    Number(isLate(b, now)) - Number(isLate(a, now)) ||
    (isLate(a, now) ? a.expectedBy!.localeCompare(b.expectedBy!) : 0) ||
    a.number - b.number;

/** Whether the consultant may chase: once per period, and only forwarded cases. */
export const mayChase = (
  { isOpen, status, chasedAt }: Pick<Report, 'isOpen' | 'status' | 'chasedAt'>,
  now: Date,
): boolean =>
  isOpen &&
  status !== 'received' &&
  (!chasedAt || now.getTime() - chasedAt.getTime() > milliseconds(periods.chase));

/** The reporter, or the consultant where nobody with an account reported it. */
export const actsAsReporter = ({ details }: Pick<Report, 'details'>, role: ReportActor): boolean =>
  role === 'reporter' || (role === 'consultant' && details !== null && details.reporterId === null);

/** Neighbours may say "Ikke fikset" for a while after the last change. */
export const mayObject = (
  { isCommon, status, statusChangedAt }: Report,
  role: ReportActor,
  now: Date,
): boolean =>
  role === 'neighbour' &&
  isCommon &&
  (status === 'fixed' || status === 'confirmed') &&
  now.getTime() - statusChangedAt.getTime() < milliseconds(periods.objection);

/** What an open case waits for from the resident. */
export const askedNow = ({
  isOpen,
  questions,
}: Pick<Report, 'isOpen' | 'questions'>): Question | null =>
  isOpen ? openQuestion(questions) : null;
