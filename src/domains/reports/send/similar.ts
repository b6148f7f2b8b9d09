import type { ReportLine } from '~/domains/reports/reports.ts';

/** What the staff have posted about a fault that they know of. */
export interface KnownFault {
  body: string;
  /** The day (Oslo) when something is to happen; null when nobody knows. */
  expectedOn: string | null;
  /** What is sent for this very place is gathered there; not what is sent for another floor of the stair. */
  gathers: boolean;
  /** Its case. */
  report: ReportLine;
}

/** A case that may be the same. */
export type SimilarReport = ReportLine & {
  /** Its first picture may be seen by me. */
  hasPhoto: boolean;
};
