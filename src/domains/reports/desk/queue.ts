import { z } from 'astro/zod';
import type { MessageKey } from '~/i18n/index.ts';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { id, optionalText } from '~/lib/forms.ts';
import { lengths, numbers } from '~/lib/numbers.ts';
import {
  reportStatuses,
  reportThings,
  reportWaits,
  type ReportLine,
  type ReportStatus,
  type ReportThing,
} from '~/domains/reports/reports.ts';

type ReportSort = Enums<'report_sort'>;
export const reportSorts = Constants.public.Enums.report_sort;
/** Cases on one page of the queue, and so at most ticked at once. */
export const pageSize = 30;
export const queueAges = [7, 14, 30] as const;

/** What makes a case press, each a box to tick. */
export const queueMarks = ['late', 'urgent', 'awaiting'] as const;
type QueueMark = (typeof queueMarks)[number];

/** A place in the queue: the case, and the value it is ordered by (as it was then). */
export interface QueueCursor {
  value?: number | undefined;
  number: number;
}

/** The staff's filters and order, as they stand in the address of the queue. */
export interface QueueFilter {
  blockId?: string | undefined;
  status: ReportStatus | 'open' | 'all';
  thing?: ReportThing | undefined;
  /** At least this many days old. */
  minDays?: number | undefined;
  marks: QueueMark[];
  /** An assignee's id, or nobody. */
  assignee?: string | undefined;
  number?: number | undefined;
  sort: ReportSort;
  after?: QueueCursor | undefined;
}

/** A line of the queue, with what only the staff see. */
export interface QueueLine extends ReportLine {
  assignee: string | null;
  chaseCount: number;
  cursor: QueueCursor;
}

export interface QueuePage {
  reports: QueueLine[];
  /** Where the following page begins; null at the end. */
  next: QueueCursor | null;
  /** The filters are so narrow that the search stopped before the page was full; `next` goes on. */
  isPartial: boolean;
}

const oneOf = <const T extends string>(values: readonly T[], value: string | null) =>
  values.find((one) => one === value);
const whole = (value: string | null) =>
  /^\d{1,15}$/.test(value ?? '') ? Number(value) : undefined;

const cursorText = ({ value, number }: QueueCursor) => `${value ?? ''}_${number}`;
function cursor(text: string | null): QueueCursor | undefined {
  const [, value, number] = /^(\d{1,16})?_(\d{1,15})$/.exec(text ?? '') ?? [];
  return number ? { value: value ? Number(value) : undefined, number: Number(number) } : undefined;
}

/** Reads the filters of an address; what is not understood is left out. */
export function queueFilter(query: URLSearchParams): QueueFilter {
  const days = whole(query.get('alder'));
  const status = oneOf([...reportStatuses, 'open', 'all'], query.get('status')) ?? 'open';
  const assignee = query.get('hvem');
  const sort = oneOf(reportSorts, query.get('sorter')) ?? 'oldest';
  return {
    blockId: id().safeParse(query.get('gard')).data,
    status,
    thing: oneOf(reportThings, query.get('hva')),
    minDays: queueAges.find((age) => age === days),
    marks: queueMarks.filter((mark) => query.getAll('bare').includes(mark)),
    assignee: assignee === 'ingen' ? 'ingen' : id().safeParse(assignee).data,
    number: whole(query.get('nr')?.trim() ?? null),
    // Only open cases are ordered by how many have them, or by when they are due.
    sort: status !== 'open' && (sort === 'affected' || sort === 'deadline') ? 'oldest' : sort,
    after: cursor(query.get('etter')),
  };
}

/** The address of the same queue from another place on; without one, its beginning. */
export function queueAddress(url: URL, after: QueueCursor | null, path = url.pathname): string {
  const query = new URLSearchParams(url.search);
  for (const name of ['etter', 'resultat', '_action']) query.delete(name);
  if (after) query.set('etter', cursorText(after));
  return query.size ? `${path}?${query}` : path;
}

const changes = Constants.public.Enums.report_status.filter((one) =>
  ['in_progress', 'waiting', 'fixed', 'closed'].includes(one),
);
/** The changes that can be made of many cases at once: the landlord's. */
export const bulkStatuses = changes;

/** An empty choice leaves things as they are. */
const orNothing = <T extends z.ZodType>(schema: T) =>
  z.literal('').transform(() => undefined).or(schema).optional(); // prettier-ignore

export const bulkForm = z.object({
  reportIds: z
    .array(id())
    .min(1, 'reports.desk.none_ticked')
    .max(numbers.reports_at_once, 'form.invalid'),
  to: orNothing(z.enum(changes)),
  waitingFor: orNothing(z.enum(reportWaits)),
  reason: optionalText(lengths.report_messages.body),
  /** An assignee's id, or nobody. */
  assignee: orNothing(z.literal('ingen').or(id())),
});

export type ChangeOutcome = Enums<'report_status_outcome'>;
export type AssignOutcome = Enums<'assign_report_outcome'>;
const done: readonly string[] = ['changed', 'assigned', 'unassigned'];
const outcomes = [
  ...new Set([
    ...Constants.public.Enums.report_status_outcome,
    ...Constants.public.Enums.assign_report_outcome,
  ]),
];

/** What a change of many cases came to, as it travels in the address: `<changed>.<number>-<outcome>…`. */
export interface BulkResult {
  changed: number;
  refused: { number: number; outcome: ChangeOutcome | AssignOutcome }[];
}

/** A case counts as changed when something changed and nothing was refused; an unchanged value is not a refusal. */
export function bulkResult(
  answers: { number: number; outcome: ChangeOutcome | AssignOutcome }[],
): BulkResult {
  const refused = answers.filter(
    ({ outcome }) => !done.includes(outcome) && outcome !== 'unchanged',
  );
  const bad = new Set(refused.map(({ number }) => number));
  const good = answers.filter(({ number, outcome }) => done.includes(outcome) && !bad.has(number));
  const changed = new Set(good.map(({ number }) => number));
  const same = new Map(
    answers
      .filter(({ number }) => !changed.has(number) && !bad.has(number))
      .map((one) => [one.number, one]),
  );
  return { changed: changed.size, refused: [...refused, ...same.values()] };
}

export const bulkResultText = ({ changed, refused }: BulkResult) =>
  [changed, ...refused.map(({ number, outcome }) => `${number}-${outcome}`)].join('.');

/** Reads it from an address; null when there is none. */
export function readBulkResult(text: string | null): BulkResult | null {
  const [changed, ...rest] = (text ?? '').split('.');
  if (whole(changed ?? null) === undefined) return null;
  const refused = rest.slice(0, 200).flatMap((one) => {
    const [number, name] = one.split('-');
    const outcome = oneOf(outcomes, name ?? null);
    const at = whole(number ?? null);
    return at !== undefined && outcome ? [{ number: at, outcome }] : [];
  });
  return { changed: Number(changed), refused };
}

/** The text of an outcome. */
export const outcomeKey = (outcome: ChangeOutcome | AssignOutcome) =>
  `reports.desk.outcome.${outcome}` satisfies MessageKey;
