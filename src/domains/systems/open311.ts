import type { PlaceKind } from '~/domains/blocks/blocks.ts';
import type { ReportStatus, ReportThing } from '~/domains/reports/reports.ts';
import { Constants } from '~/lib/database.types.ts';
import { List, type Tree } from '~/lib/xml.ts';

/** The words of Open311 GeoReport v2 and of its extension for updates, as pure rules. */

const formats = ['xml', 'json'] as const;
export type Format = (typeof formats)[number];

/** One of the standard's errors. */
export interface Problem {
  status: 400 | 403 | 404 | 405 | 429 | 500;
  description: string;
}

/** Ends a call with errors; the first one gives the HTTP status. */
export class Open311Error extends Error {
  readonly problems: Problem[];

  constructor(...problems: Problem[]) {
    super('refused');
    this.problems = problems;
  }
}
export const bad = (description: string): Problem => ({ status: 400, description });
export const unknown = (description: string): Problem => ({ status: 404, description });

/** A printed answer: the root's name for XML, and what is in it. */
export interface Answer {
  root: string;
  tree: Tree;
}

export const errorAnswer = (problems: Problem[]): Answer => ({
  root: 'errors',
  tree: new List(
    'error',
    problems.map(({ status, description }) => ({ code: status, description })),
  ),
});

export interface Service {
  kind: PlaceKind;
  thing: ReportThing;
}

/** The permanent name of a thing at a kind of place for other systems. */
export const serviceCode = ({ kind, thing }: Service) => `${kind}-${thing}`;

/** A system asks again for what it has not seen: the longest time one call covers. */
const longest = 90 * 86_400_000; // ms
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+ -]\d\d:\d\d)$/;

/** A moment with its zone; null for anything else. A plus sign that came unescaped in an address is a space. */
export function readMoment(text: string): Date | null {
  if (!moment.test(text)) return null;
  const at = new Date(text.replace(' ', '+'));
  const day = text.slice(0, 10);
  // 31 February is read as 3 March.
  // Before 1970 nothing was reported; the NaN of no date is refused too.
  const midnight = new Date(`${day}T00:00:00Z`);
  const isDay = midnight.getTime() >= 0 && midnight.toISOString().startsWith(day);
  return isDay && at.getTime() >= 0 ? at : null;
}

/** The time a list covers: the 90 days until now, or 90 days from the one end that was given. Longer is refused. */
export function readSpan(start: string | null, end: string | null, now: Date) {
  const problems: Problem[] = [];
  const read = (name: string, text: string | null) => {
    const at = text && readMoment(text);
    if (text && !at)
      problems.push(bad(`${name} must be a date with time and zone, like 2026-01-31T12:00:00Z`));
    return at || null;
  };
  const [from, until] = [read('start_date', start), read('end_date', end)];
  const last = until ?? new Date(Math.min(now.getTime(), (from ?? now).getTime() + longest));
  const first = from ?? new Date(last.getTime() - longest);
  if (problems.length) throw new Open311Error(...problems);
  if (first > last) {
    // Everything since a moment to come is nothing.
    if (!until) return { from: first, until: first };
    throw new Open311Error(bad('start_date is after end_date'));
  }
  if (last.getTime() - first.getTime() > longest)
    throw new Open311Error(bad('start_date and end_date may not be more than 90 days apart'));
  return { from: first, until: last };
}

/** The name of our status in the extension for updates. */
export const updateStatus: Record<ReportStatus, string> = {
  received: 'open',
  forwarded: 'open',
  in_progress: 'in_progress',
  waiting: 'planned',
  fixed: 'fixed',
  confirmed: 'fixed',
  reopened: 'reopen',
  closed: 'no_further_action',
  withdrawn: 'cancelled',
  merged: 'duplicate',
};

/** The meaning of each status of the extension from the landlord's system; null leaves ours unchanged. Missing here: refused. */
const sentStatus: Record<string, ReportStatus | null> = {
  open: null,
  unchanged: null,
  investigating: 'in_progress',
  in_progress: 'in_progress',
  planned: 'in_progress',
  action_scheduled: 'in_progress',
  fixed: 'fixed',
  closed: 'closed',
  cancelled: 'closed',
  no_further_action: 'closed',
  not_councils_responsibility: 'closed',
};

export const waitingFor = Constants.public.Enums.report_wait;

/** Undefined when the status cannot be sent. Planned, with what it waits for, is our "waiting". */
export function readStatus(sent: string, waitsFor: string | null): ReportStatus | null | undefined {
  const status = sent.toLowerCase().replaceAll(/[ -]/g, '_');
  if (waitsFor && ['planned', 'action_scheduled'].includes(status)) return 'waiting';
  return Object.hasOwn(sentStatus, status) ? sentStatus[status] : undefined;
}

/** Name, telephone and e-mail as one line of at most 80 characters; what has no room left is left out. */
export function contactLine(parts: (string | null)[]): string | null {
  let line = '';
  for (const part of parts) {
    const next = [line, part].filter(Boolean).join(' · ');
    if ([...next].length <= 80) line = next;
  }
  return line || null;
}

/** `requests/1001.json` as resource and format; null when the ending is not a known format. */
export function readPath(path: string) {
  const found = /^([a-z]+)(?:\/([^/]+))?\.([a-z]+)$/.exec(path);
  const format = formats.find((one) => one === found?.[3]);
  return found && format ? { call: found[1]!, id: found[2] ?? null, format } : null;
}
