import { Buffer } from 'node:buffer';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { calendarFile, type CalendarDate } from '~/domains/activities/calendar/ics.ts';
import { osloInstant } from '~/lib/time.ts';

/** Day and clock in Oslo. */
type Wall = [string, string];
const now = new Date('2026-11-21T10:00:00Z');
const date = (changes: Partial<CalendarDate> = {}): CalendarDate => ({
  sessionId: '7c1c8a52-5f7c-4a39-9f6f-0d6b2f3f5f11',
  startsAt: osloInstant('2026-12-01', '11:00'),
  endsAt: osloInstant('2026-12-01', '12:30'),
  isCancelled: false,
  sequence: 3,
  title: 'Norsk kafé',
  body: null,
  where: 'Fellesrommet',
  note: null,
  url: 'https://bomiljo.example/drobakgata-1/aktiviteter/1',
  ...changes,
});
const write = (dates: CalendarDate[], name = 'Drøbakgata 1') =>
  calendarFile(dates, { name, now, cancelledTitle: (title) => `Avlyst: ${title}` });

/** Parsed by a library other than the one that wrote it. */
const read = (file: string) => new ICAL.Component(ICAL.parse(file) as never[]);
const events = (file: string) => read(file).getAllSubcomponents('vevent');
const eventOf = (changes: Partial<CalendarDate>) => events(write([date(changes)]))[0]!;
const valueOf = (event: ICAL.Component, name: string) => event.getFirstPropertyValue(name);
const instant = (event: ICAL.Component, name: string) =>
  (valueOf(event, name) as ICAL.Time).toJSDate().toISOString();

describe('the times that a calendar reads are those that were written', () => {
  test.each([
    ['on a winter day', ['2026-12-01', '11:00'], ['2026-12-01', '12:30']],
    ['on a summer day', ['2027-06-01', '11:00'], ['2027-06-01', '12:30']],
    ['over the night the clocks go forward', ['2027-03-27', '23:30'], ['2027-03-28', '04:00']],
    ['right after the hour that is not there', ['2027-03-28', '03:00'], ['2027-03-28', '05:00']],
    ['over the night the clocks go back', ['2026-10-24', '23:30'], ['2026-10-25', '04:00']],
    ['in the doubled hour', ['2026-10-25', '02:30'], ['2026-10-25', '03:30']],
    ['over midnight', ['2026-12-31', '20:00'], ['2027-01-01', '01:00']],
    ['for several days', ['2027-03-26', '16:00'], ['2027-03-29', '12:00']],
  ] as [string, Wall, Wall][])('%s', (_when, from, to) => {
    const startsAt = osloInstant(...from);
    const endsAt = osloInstant(...to);
    const event = eventOf({ startsAt, endsAt });
    expect(instant(event, 'dtstart')).toBe(startsAt.toISOString());
    expect(instant(event, 'dtend')).toBe(endsAt.toISOString());
  });

  test('a date keeps its local time in summer and in winter', () => {
    const weekly = ['2027-03-21', '2027-03-28'].map((day) =>
      date({ startsAt: osloInstant(day, '11:00'), endsAt: osloInstant(day, '12:00') }),
    );
    const [before, after] = events(write(weekly)).map((one) => Date.parse(instant(one, 'dtstart')));
    expect(after! - before!).toBe((7 * 24 - 1) * 3_600_000);
  });

  test('every time is in UTC, so that a phone may be in any time zone', () => {
    for (const name of ['dtstart', 'dtend', 'dtstamp'])
      expect((valueOf(eventOf({}), name) as ICAL.Time).zone?.tzid, name).toBe('UTC');
  });
});

describe('how a calendar identifies a date', () => {
  test('the same date has the same UID, whatever the address, the text and the time are', () => {
    const moved = date({
      url: 'https://another.example/x',
      title: 'Noe annet',
      startsAt: osloInstant('2026-12-02', '11:00'),
      endsAt: osloInstant('2026-12-02', '12:00'),
    });
    const [one, other] = [date(), moved].map((each) => valueOf(events(write([each]))[0]!, 'uid'));
    expect(one).toBe(other);
    expect(String(one)).not.toContain('example');
  });

  test('two dates of one activity have two UIDs', () => {
    const other = date({ sessionId: '0a0f5a6e-97c3-4a58-8a39-5f0f54a5c0aa' });
    const uids = events(write([date(), other])).map((one) => valueOf(one, 'uid'));
    expect(new Set(uids).size).toBe(2);
  });

  test('the sequence and the stamp are read back', () => {
    expect(valueOf(eventOf({ sequence: 12 }), 'sequence')).toBe(12);
    expect(instant(eventOf({}), 'dtstamp')).toBe(now.toISOString());
  });
});

test('a cancelled date stays in the calendar as cancelled, and its title says so', () => {
  const event = eventOf({ isCancelled: true, note: 'Læreren er syk.' });
  expect(valueOf(event, 'status')).toBe('CANCELLED');
  expect(valueOf(event, 'summary')).toBe('Avlyst: Norsk kafé');
  expect(valueOf(event, 'description')).toBe('Læreren er syk.');
  expect(valueOf(eventOf({}), 'status')).toBe('CONFIRMED');
});

describe('every text is read back as it was', () => {
  const texts = [
    'Suppe, brød; og \\ kaffe',
    'Første linje\nandre linje\n\nny del',
    'æøå ÆØÅ é ñ',
    'مرحبا بكم في المقهى، أهلا وسهلا',
    '👩‍👩‍👧‍👦 familiekveld 🎉'.repeat(12),
    'BEGIN:VEVENT\nUID:falsk',
    'a'.repeat(200),
    ' begynner med et mellomrom: x ',
  ];
  test.each(texts)('%j', (text) => {
    expect(valueOf(eventOf({ note: text }), 'description')).toBe(text);
    const line = text.replaceAll('\n', ' ');
    expect(valueOf(eventOf({ where: line }), 'location')).toBe(line);
    expect(valueOf(eventOf({ title: line }), 'summary')).toBe(line);
    const file = write([date()], line);
    // ical.js leaves values of X- properties as they are in the file.
    const name = String(valueOf(read(file), 'x-wr-calname'));
    expect(name.replaceAll(/\\([\\;,])/g, '$1')).toBe(line);
    expect(events(file)).toHaveLength(1);
  });

  test('a character that a calendar may not contain becomes a space', () => {
    expect(valueOf(eventOf({ title: 'A\u0007B\u0000C' }), 'summary')).toBe('A B C');
    expect(valueOf(eventOf({ title: 'A\rB' }), 'summary')).toBe('A\nB');
  });
});

test('Markdown is plain text in a calendar', () => {
  const body =
    '# Velkommen\n\nTa med **gode** sko og [se kartet](https://kart.example/a).\n\n- brød\n- suppe\n\n1. først\n2. så <b>nei</b>';
  expect(valueOf(eventOf({ body }), 'description')).toBe(
    '# Velkommen\n\nTa med gode sko og se kartet (https://kart.example/a).\n\n- brød\n- suppe\n\n1. først\n2. så <b>nei</b>',
  );
});

test('every line ends with CRLF and is 75 octets at most, and no character is cut in two', () => {
  const file = write(
    ['å'.repeat(300), '👩‍👩‍👧‍👦'.repeat(40), 'مقهى '.repeat(60), 'x'.repeat(76)].map((note) =>
      date({ note }),
    ),
    'Gård '.repeat(30),
  );
  expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
  const lines = file.split('\r\n').slice(0, -1);
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) {
    expect(line).not.toMatch(/[\r\n]/);
    expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    expect(Buffer.from(line).toString()).toBe(line);
    expect(line).not.toContain('\uFFFD');
  }
});

test('the calendar contains its producer, its name and how often to reload', () => {
  const calendar = read(write([]));
  expect(valueOf(calendar, 'version')).toBe('2.0');
  expect(valueOf(calendar, 'prodid')).toBe('-//Bomiljø//Aktiviteter//NO');
  expect(valueOf(calendar, 'x-wr-calname')).toBe('Drøbakgata 1');
  expect(String(valueOf(calendar, 'refresh-interval'))).toBe('PT1H');
  expect(calendar.getAllSubcomponents()).toEqual([]);
});
