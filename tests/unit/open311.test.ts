import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { reportStatuses } from '~/domains/reports/reports.ts';
import {
  contactLine,
  Open311Error,
  readMoment,
  readPath,
  readSpan,
  readStatus,
  updateStatus,
} from '~/domains/systems/open311.ts';
import { List, toJson, toXml } from '~/lib/xml.ts';

const now = new Date('2026-11-22T12:00:00Z');
const DAY = 86_400_000;

describe('a moment', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-07-01T00:00:00+02:00', '2026-06-30T22:00:00.000Z'],
    ['2026-07-01T00:00:00 02:00', '2026-06-30T22:00:00.000Z'], // an unescaped plus
    ['2026-07-01T00:00:00.123456-03:30', '2026-07-01T03:30:00.123Z'],
  ])('%s is read', (text, at) => expect(readMoment(text)?.toISOString()).toBe(at));

  test.each([
    '2026-01-31',
    '2026-01-31T12:00:00',
    '31.01.2026',
    '2026-02-31T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-31T25:00:00Z',
    'now',
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
  ])('%s is not a time, or has no zone', (text) => expect(readMoment(text)).toBeNull());
});

describe('the period of a list', () => {
  const days = ({ from, until }: { from: Date; until: Date }) =>
    [from, until].map((at) => Math.round((at.getTime() - now.getTime()) / DAY));
  const ago = (count: number) => new Date(now.getTime() - count * DAY).toISOString();

  test('is the last 90 days, or 90 days from the given end', () => {
    expect(days(readSpan(null, null, now))).toEqual([-90, 0]);
    expect(days(readSpan('', '', now))).toEqual([-90, 0]);
    expect(days(readSpan(ago(10), null, now))).toEqual([-10, 0]);
    expect(days(readSpan(ago(200), null, now))).toEqual([-200, -110]);
    expect(days(readSpan(null, ago(30), now))).toEqual([-120, -30]);
    expect(days(readSpan(ago(100), ago(10), now))).toEqual([-100, -10]);
  });

  test('is never longer than 90 days, and never backwards', () => {
    expect(() => readSpan(ago(91), ago(0), now)).toThrow(Open311Error);
    expect(() => readSpan(ago(1), ago(2), now)).toThrow(Open311Error);
  });

  test('with two wrong dates has two errors', () => {
    const wrong = (() => {
      try {
        readSpan('x', 'y', now);
        return [];
      } catch (error) {
        return (error as Open311Error).problems;
      }
    })();
    expect(wrong).toHaveLength(2);
  });
});

describe('a status', () => {
  test('of ours has exactly one word of the extension', () => {
    const words = ['open', 'in_progress', 'planned', 'fixed', 'reopen', 'no_further_action'];
    for (const status of reportStatuses)
      expect([...words, 'cancelled', 'duplicate'], status).toContain(updateStatus[status]);
  });

  test.each([
    ['IN_PROGRESS', null, 'in_progress'],
    ['in progress', null, 'in_progress'],
    ['planned', null, 'in_progress'],
    ['planned', 'parts', 'waiting'],
    ['fixed', null, 'fixed'],
    ['no_further_action', null, 'closed'],
    ['open', null, null],
    ['unchanged', null, null],
    ['duplicate', null, undefined],
    ['constructor', null, undefined],
  ] as const)('%s (waits for %s) as sent is our %s', (sent, waits, ours) =>
    expect(readStatus(sent, waits)).toBe(ours),
  );
});

test.each([
  ['requests.xml', { call: 'requests', id: null, format: 'xml' }],
  ['services/flat-leak.json', { call: 'services', id: 'flat-leak', format: 'json' }],
  ['requests.csv', null],
  ['requests', null],
  ['requests/1/2.xml', null],
  ['../requests.xml', null],
])('the path %s is read', (path, read) => expect(readPath(path)).toEqual(read));

test('a contact has at most 80 characters, and leaves out whole parts', () => {
  expect(contactLine(['Kari', '900 00 000', null])).toBe('Kari · 900 00 000');
  expect(contactLine(['Kari', '9'.repeat(80), 'k@x.no'])).toBe('Kari · k@x.no');
  expect(contactLine([null, '', null])).toBeNull();
});

describe('XML and JSON', () => {
  const nasty = 'æøå 🛗 <b>&amp;</b> ]]> "sitat"\ttab\nlinje';
  const tree = { service: nasty, none: null, list: new List('one', [1, true, { x: 'y' }]) };

  test('have the same content, and an independent parser reads it', () => {
    const xml = toXml('root', tree);
    expect(XMLValidator.validate(xml)).toBe(true);
    const parser = new XMLParser({ trimValues: false, ignoreDeclaration: true });
    const read = parser.parse(xml) as { root: Record<string, unknown> };
    expect(read.root['service']).toBe(nasty);
    expect(read.root['none']).toBeUndefined();
    expect(read.root['list']).toEqual({ one: [1, true, { x: 'y' }] });
    expect(JSON.parse(toJson(tree))).toEqual({ service: nasty, list: [1, true, { x: 'y' }] });
  });

  test('a character that XML cannot contain breaks nothing', () => {
    const xml = toXml('root', { text: 'a\u0000b\u000bc\ud800d\uffffe' });
    expect(XMLValidator.validate(xml)).toBe(true);
    expect(xml).toContain('a\ufffdb\ufffdc\ufffdd\ufffde');
  });
});
