import { describe, expect, test } from 'vitest';
import {
  allWords,
  readerLanguages,
  standingOf,
  wordsFor,
  type Notice,
} from '~/domains/notices/notices.ts';
import { flatNames, photoErrors, readNotice } from '~/domains/notices/write/write.ts';
import { phoneLanguage } from '~/lib/languages.ts';

const now = new Date('2026-11-24T12:00:00Z');
const before = new Date('2026-11-24T11:00:00Z');
const after = new Date('2026-11-24T13:00:00Z');
const notice = (wish: Partial<Notice> = {}): Notice => ({
  id: 'x',
  class: 'ordinary',
  title: 'Hei',
  body: 'Tekst',
  audience: 'everybody',
  state: 'published',
  publishedAt: before,
  endsAt: null,
  version: 2,
  changedAt: null,
  photo: null,
  translations: [
    { language: 'en', title: 'Hello', body: 'Text', sourceVersion: 2 },
    { language: 'ar', title: 'مرحبا', body: 'نص', sourceVersion: 1 },
  ],
  ...wish,
});

test.each([
  [{}, 'current'],
  [{ endsAt: after }, 'current'],
  [{ endsAt: now }, 'ended'],
  [{ publishedAt: after }, 'planned'],
  [{ state: 'draft', publishedAt: null }, 'draft'],
  [{ state: 'draft', publishedAt: before }, 'draft'],
  [{ state: 'withdrawn' }, 'withdrawn'],
] as const)('a notice with %j is %s', (wish, standing) => {
  expect(standingOf(notice(wish), now)).toBe(standing);
});

describe('the language of a notice', () => {
  test('a translation is outdated when the original was changed after it', () => {
    expect(allWords(notice()).map(({ language, isOutdated }) => [language, isOutdated])).toEqual([
      ['nb', false],
      ['en', false],
      ['ar', true],
    ]);
  });

  test.each([
    ['/', 'nb', 'nb-NO,nb;q=0.9,en;q=0.8', 'nb'],
    ['/', 'nb', 'ar-IQ,ar;q=0.9,en;q=0.8', 'ar'],
    ['/', 'nb', 'en-GB,en;q=0.9', 'nb'],
    ['/', 'en', 'ar', 'en'],
    ['/?sprak=ar', 'en', 'nb', 'ar'],
    ['/?sprak=nb', 'nb', 'ar', 'nb'],
    ['/?sprak=<script>', 'nb', null, 'nb'],
  ] as const)('at %s, in the portal in %s, on a phone in %s: %s', (path, locale, header, shown) => {
    const headers = new Headers(header ? { 'accept-language': header } : {});
    const request = new Request(`http://127.0.0.1${path}`, { headers });
    expect(wordsFor(notice(), readerLanguages(request, locale)).language).toBe(shown);
  });

  test.each([
    [null, null],
    ['', null],
    ['*', null],
    ['pl-PL,pl;q=0.9', 'pl'],
    ['constructor', null],
    ['fil-PH', null],
  ])('a phone that asks for %j reads %j', (header, language) => {
    expect(phoneLanguage(header)).toBe(language);
  });
});

describe('the form', () => {
  const send = (wish: Record<string, string> = {}) => {
    const sent = new FormData();
    const fields = { id: crypto.randomUUID(), title: 'Hei', body: 'Tekst', class: 'ordinary' };
    for (const [name, value] of Object.entries({ ...fields, audience: 'everybody', ...wish }))
      sent.set(name, value);
    return readNotice(sent);
  };
  const wrong = (wish: Record<string, string>) =>
    send(wish).error?.issues.map(({ path }) => path[0]) ?? [];

  test.each([
    [{}, []],
    [{ class: 'urgent' }, ['endsOn']],
    [{ class: 'urgent', endsOn: '2099-01-01' }, []],
    [{ endsOn: '2020-01-01' }, ['endsOn']],
    [{ publishOn: '2020-01-01' }, ['publishOn']],
    [{ publishAt: '10:00' }, ['publishOn']],
    [{ audience: 'stairs' }, ['stairs']],
    [{ audience: 'flats' }, ['flats']],
    [{ audience: 'flats', flats: 'A101' }, []],
    [{ audience: 'landlord' }, ['audience']],
    [{ title: ' ' }, ['title']],
  ] as [Record<string, string>, string[]][])('%j is wrong in %j', (wish, fields) => {
    expect(wrong(wish)).toEqual(fields);
  });

  test('for a day without a time means eight in the morning in Oslo', () => {
    expect(send({ publishOn: '2099-01-05' }).data?.publishesAt?.toISOString()).toBe(
      '2099-01-05T07:00:00.000Z',
    );
  });

  test('a picture of people needs a description and consent, a drawing a description', () => {
    const errors = (wish: Record<string, string>) =>
      Object.keys(photoErrors(send(wish).data!)).sort();
    expect(errors({})).toEqual(['photoKind', 'photoText']);
    expect(errors({ photoKind: 'portrait', photoText: 'To' })).toEqual(['photoConsent']);
    expect(errors({ photoKind: 'portrait', photoText: 'To', photoConsent: 'ja' })).toEqual([]);
    expect(errors({ photoKind: 'drawing', photoText: 'Sol' })).toEqual([]);
  });

  test.each([
    ['A101, a102\nA103;A101', ['A101', 'A102', 'A103']],
    [' , ', []],
  ])('%j are the flats %j', (typed, names) => {
    expect(flatNames(typed)).toEqual(names);
  });
});
