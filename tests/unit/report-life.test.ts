import { describe, expect, test } from 'vitest';
import { inGroup, type DeskCase } from '~/domains/reports/desk/desk.ts';
import { agreedVisit, comingTimes, readTimes } from '~/domains/reports/case/questions.ts';
import type { Question, Report, ReportStatus } from '~/domains/reports/reports.ts';
import { actsAsReporter, holderOf, isLate, mayChase } from '~/domains/reports/case/standing.ts';
import { reasonNow, story } from '~/domains/reports/case/story.ts';

const now = new Date('2026-11-24T12:00:00Z');
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 12, minute));

describe('the timeline', () => {
  const event = { kind: 'status', waitingFor: null, actor: null } as const;
  const message = { by: 'landlord', audience: 'resident' } as const;
  const question: Question = {
    id: 'asked', body: 'Når?', by: 'landlord', askedAt: at(4), isWithdrawn: false,
    answeredAt: null, answeredBy: null, chosen: null, answer: null, times: [],
  }; // prettier-ignore
  const told = story({
    events: [
      { ...event, id: 2, from: 'received', to: 'closed', by: 'landlord', at: at(5) },
      { ...event, id: 1, from: null, to: 'received', by: 'reporter', at: at(0) },
    ],
    messages: [
      { ...message, id: 'loose', eventId: null, body: 'Hei.', at: at(5) },
      { ...message, id: 'reason', eventId: 2, body: 'Fordi.', at: at(9) },
      { ...message, id: 'early', eventId: null, body: 'Når?', at: at(3) },
      { ...message, id: 'unseen', eventId: 77, body: 'Om noe skjult.', at: at(1) },
    ],
    questions: [question],
  });
  const names = told.map((one) =>
    one.entry === 'event'
      ? one.event.to
      : one.entry === 'question'
        ? one.question.id
        : one.message.id,
  );

  test('is ordered by time, and an event comes before a message of the same moment', () => {
    expect(names).toEqual(['received', 'unseen', 'early', 'asked', 'closed', 'loose']);
  });

  test('the reason for the current status is the text of its last change, whatever came after', () => {
    const events = [
      { ...event, id: 1, from: null, to: 'received', by: 'reporter', at: at(0) },
      { ...event, id: 2, from: 'received', to: 'closed', by: 'landlord', at: at(5) },
      { ...event, id: 3, kind: 'chased', from: null, to: null, by: 'consultant', at: at(6) },
    ] satisfies Report['events'];
    const said = (eventId: number) => ({
      ...message,
      id: String(eventId),
      eventId,
      body: '',
      at: at(9),
    });
    expect(reasonNow({ events, messages: [said(1), said(2), said(3)] })?.id).toBe('2');
    expect(reasonNow({ events, messages: [said(1), said(3)] })).toBeNull();
  });

  test('the text of an event is shown with its event and nowhere else', () => {
    const [closed] = told.filter((one) => one.entry === 'event' && one.event.to === 'closed');
    expect(closed).toMatchObject({ texts: [{ id: 'reason' }] });
    expect(names).not.toContain('reason');
  });
});

describe('whose turn it is', () => {
  test.each<[ReportStatus, string | null]>([
    ['received', 'consultant'],
    ['reopened', 'consultant'],
    ['forwarded', 'landlord'],
    ['in_progress', 'landlord'],
    ['waiting', 'landlord'],
  ])('%s: %s', (status, holder) => {
    expect(holderOf({ status, isOpen: true }, false)).toBe(holder);
    expect(holderOf({ status, isOpen: true }, true)).toBe('reporter');
  });

  test('a finished case is nobody’s turn, even with an unanswered question', () => {
    expect(holderOf({ status: 'closed', isOpen: false }, true)).toBeNull();
  });

  test('the consultant acts for the reporter only in a case without an account', () => {
    const details = { description: '', access: null, contact: null, hasAppealed: false };
    const of = (reporterId: string | null) => ({ details: { ...details, reporterId } });
    expect(actsAsReporter(of(null), 'consultant')).toBe(true);
    expect(actsAsReporter(of('somebody'), 'consultant')).toBe(false);
    expect(actsAsReporter(of(null), 'landlord')).toBe(false);
    expect(actsAsReporter({ details: null }, 'neighbour')).toBe(false);
  });
});

describe('late', () => {
  const line = (number: number, expectedBy: string | null, isOpen = true) =>
    ({ number, expectedBy, isOpen, status: 'forwarded', isAsked: number === 3 }) as DeskCase;

  test('the expected day itself is in time, the day after is late, and without a day nothing is late', () => {
    expect(isLate(line(1, '2026-11-24'), now)).toBe(false);
    expect(isLate(line(1, '2026-11-23'), now)).toBe(true);
    expect(isLate(line(1, '2026-11-23', false), now)).toBe(false);
    expect(isLate(line(1, null), now)).toBe(false);
  });

  test('the day is that of Oslo: after midnight there it is late, though not yet in UTC', () => {
    expect(isLate(line(1, '2026-11-24'), new Date('2026-11-24T23:30:00Z'))).toBe(true);
  });

  test('the desk shows the latest case first, then the oldest', () => {
    const all = [
      line(1, null),
      line(2, '2026-12-01'),
      line(3, '2026-11-20'),
      line(4, '2026-11-10'),
    ];
    const numbers = (group: Parameters<typeof inGroup>[1]) =>
      inGroup(all, group, now).map(({ number }) => number);
    expect(numbers('all')).toEqual([4, 3, 1, 2]);
    expect(numbers('late')).toEqual([4, 3]);
    expect(numbers('reporter')).toEqual([3]);
    expect(numbers('consultant')).toEqual([]);
  });

  test('a reminder is sent once in 24 hours, and not before the case is sent on', () => {
    const report = { isOpen: true, status: 'forwarded', chasedAt: null } as Report;
    const before = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
    expect(mayChase(report, now)).toBe(true);
    expect(mayChase({ ...report, chasedAt: before(23) }, now)).toBe(false);
    expect(mayChase({ ...report, chasedAt: before(25) }, now)).toBe(true);
    expect(mayChase({ ...report, status: 'received' }, now)).toBe(false);
    expect(mayChase({ ...report, isOpen: false }, now)).toBe(false);
  });
});

describe('proposed times', () => {
  test('are read as Oslo time, and empty rows are ignored', () => {
    const read = readTimes({ day1: '2026-11-26', from1: '10:00', to1: '12:00', day2: '' }, now);
    expect(read).toEqual({
      times: [
        { startsAt: new Date('2026-11-26T09:00:00Z'), endsAt: new Date('2026-11-26T11:00:00Z') },
      ],
      errors: {},
    });
  });

  test.each([
    [{ from1: '10:00', to1: '12:00' }, 'day1', 'reports.ask.day_missing'],
    [{ day1: '2026-11-26', to1: '12:00' }, 'from1', 'reports.ask.clock_missing'],
    [{ day1: '2026-11-26', from1: '10:00', to1: 'senere' }, 'to1', 'reports.ask.clock_missing'],
    [{ day1: '2026-11-26', from1: '10:00', to1: '10:00' }, 'to1', 'reports.ask.order'],
    [{ day1: '2026-11-23', from1: '10:00', to1: '12:00' }, 'day1', 'reports.ask.past'],
    [{ day6: '2026-02-30', from6: '10:00', to6: '12:00' }, 'day6', 'reports.ask.day_missing'],
  ])('%j is refused under %s', (input, field, message) => {
    expect(readTimes(input, now)).toEqual({ times: [], errors: { [field]: message } });
  });

  const hours = (from: number) => ({
    startsAt: new Date(now.getTime() + from * 3_600_000),
    endsAt: new Date(now.getTime() + (from + 2) * 3_600_000),
  });
  const asked = {
    times: [{ position: 1, ...hours(-1) }, { position: 2, ...hours(3) }],
  } as Question; // prettier-ignore

  test('those in the past are not offered', () => {
    expect(comingTimes(asked, now).map(({ position }) => position)).toEqual([2]);
  });

  test('an agreed visit is shown until it is over', () => {
    expect(agreedVisit([{ ...asked, chosen: 1 }], now)?.position).toBe(1);
    expect(agreedVisit([{ ...asked, chosen: 1 }], hours(1).endsAt)).toBeNull();
    expect(agreedVisit([{ ...asked, chosen: null }], now)).toBeNull();
    const both = [{ ...asked, chosen: 2 }, { ...asked, chosen: 1 }]; // prettier-ignore
    expect(agreedVisit(both, now)?.position).toBe(1);
  });
});
