import { expect, test } from 'vitest';
import { csvCut, csvHead, csvRows } from '../../src/domains/reports/desk/queue-csv.ts';
import {
  bulkForm,
  bulkResult,
  bulkResultText,
  queueAddress,
  queueFilter,
  readBulkResult,
  type QueueLine,
} from '../../src/domains/reports/desk/queue.ts';
import { translator } from '../../src/i18n/index.ts';

const id = '0b7d9c9e-0000-4000-8000-000000000000';
const t = translator('nb');

test('filters come from the address, and unknown values are left out', () => {
  const read = (query: string) => queueFilter(new URLSearchParams(query));
  expect(read('')).toEqual({ status: 'open', marks: [], sort: 'oldest' });
  expect(
    read(
      `gard=${id}&status=open&hva=leak&alder=14&bare=late&bare=urgent&hvem=${id}&nr=1007&sorter=deadline&etter=20500_1007`,
    ),
  ).toEqual({
    blockId: id,
    status: 'open',
    thing: 'leak',
    minDays: 14,
    marks: ['late', 'urgent'],
    assignee: id,
    number: 1007,
    sort: 'deadline',
    after: { value: 20500, number: 1007 },
  });
  expect(read('etter=_1007').after).toEqual({ number: 1007 });
  expect(read('hvem=ingen').assignee).toBe('ingen');
  const nonsense = `gard=alle&status=x&hva=<b>&alder=13&bare=x&hvem=x&nr=-1&sorter=x&etter=1' or 1=1`;
  expect(read(nonsense)).toEqual(read(''));
});

test('finished cases are not ordered by followers or deadline', () => {
  const sort = (query: string) => queueFilter(new URLSearchParams(query)).sort;
  expect(sort('status=all&sorter=affected')).toBe('oldest');
  expect(sort('status=fixed&sorter=deadline')).toBe('oldest');
  expect(sort('status=all&sorter=changed')).toBe('changed');
});

test('the address of the next page keeps the filters and drops the rest', () => {
  const url = new URL('http://x.example/boligbygg/saker?hva=leak&etter=1_2&resultat=3&_action=a');
  expect(queueAddress(url, { value: 5, number: 7 })).toBe('/boligbygg/saker?hva=leak&etter=5_7');
  expect(queueAddress(new URL('http://x.example/s?etter=1_2'), null)).toBe('/s');
});

test('the result of a change of many counts each case once, and fits in an address', () => {
  const result = bulkResult([
    { number: 1, outcome: 'changed' },
    { number: 2, outcome: 'not_allowed' },
    { number: 3, outcome: 'unchanged' },
    { number: 1, outcome: 'unchanged' },
    { number: 2, outcome: 'assigned' },
    { number: 3, outcome: 'unchanged' },
  ]);
  expect(result).toEqual({
    changed: 1,
    refused: [
      { number: 2, outcome: 'not_allowed' },
      { number: 3, outcome: 'unchanged' },
    ],
  });
  expect(readBulkResult(bulkResultText(result))).toEqual(result);
  expect(readBulkResult(null)).toBeNull();
  expect(readBulkResult('<script>')).toBeNull();
  expect(readBulkResult('1.<b>-changed.5-hacked')).toEqual({ changed: 1, refused: [] });
});

test('unchanged choices are left out', () => {
  const read = bulkForm.parse({
    reportIds: [id],
    to: '',
    waitingFor: '',
    reason: '',
    assignee: '',
  });
  expect(read).toEqual({ reportIds: [id], reason: null });
  expect(bulkForm.safeParse({ reportIds: [], to: 'fixed' }).success).toBe(false);
  // Changes that only the resident or the consultant may make are not offered for many.
  expect(bulkForm.safeParse({ reportIds: [id], to: 'withdrawn' }).success).toBe(false);
});

const line: QueueLine = {
  id,
  number: 1007,
  thing: 'damp_air',
  status: 'waiting',
  waitingFor: 'parts',
  isOpen: true,
  isCommon: true,
  isUrgent: true,
  affectedCount: 3,
  createdAt: new Date('2026-11-20T23:30:00Z'),
  statusChangedAt: new Date('2026-11-21T08:05:00Z'),
  expectedBy: '2026-12-01',
  place: { name: 'Heis; nr. "2"', kind: 'lift' },
  isFollowing: false,
  awaitsAnswerSince: null,
  block: { id, slug: 'b', name: 'Drøbakgata 1' },
  assignee: 'Bård Ås',
  chaseCount: 2,
  cursor: { number: 1007 },
};

test('the file opens in a Norwegian spreadsheet: byte order mark, semicolons, æøå, Oslo time', () => {
  const head = csvHead(t);
  expect(head.startsWith('\uFEFFSaksnummer;Gård;Sted;')).toBe(true);
  expect(head.endsWith('\r\n')).toBe(true);
  expect(csvRows([line], t)).toBe(
    '1007;Drøbakgata 1;"Heis; nr. ""2""";Fukt, mugg eller dårlig luft;Venter på deler;Ja;2026-11-21 00:30;2026-11-21 09:05;2026-12-01;3;Bård Ås;2\r\n',
  );
  expect(head.split(';').length).toBe(12);
  expect(csvCut(t)).toContain('kuttet');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x.example";"a")'])(
  'a cell that begins with %j is text, not a formula',
  (name) => {
    const [row] = [csvRows([{ ...line, assignee: name, block: { ...line.block, name } }], t)];
    const cells = row.match(/"(?:[^"]|"")*"|[^;\r\n]+/g)!;
    for (const at of [1, cells.length - 2])
      expect(cells[at]!.replace(/^"/, '').startsWith("'"), cells[at]).toBe(true);
  },
);
