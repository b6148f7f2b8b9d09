import { describe, expect, test } from 'vitest';
import { joinForm } from '~/domains/residents/join/join.ts';
import {
  flatIn,
  hasRole,
  homeOf,
  type Membership,
  type Person,
} from '~/domains/residents/residents.ts';
import { safePath } from '~/domains/residents/sign-in/sign-in.ts';

describe('where a person may be sent after signing in', () => {
  test.each([
    '/',
    '/konto',
    '/drobakgata-1/drift?side=2&sok=a%20b',
    '/bli-med',
    '/a#b',
    '/å'.replace('å', '%C3%A5'),
  ])('to %s', (path) => {
    expect(safePath(path)).toBe(path);
    expect(new URL(path, 'https://portal.example').origin).toBe('https://portal.example');
  });

  test.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'https:evil.example',
    'https:/evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.example',
    '',
    ' /konto',
    '/konto ',
    '/ko nto',
    '/\t/evil.example',
    '\t//evil.example',
    '/\n/evil.example',
    '/konto\r\nset-cookie: a=b',
    '/\u0000/evil.example',
    '/\u0001',
    '/\u007f',
    '/a\\b',
    '/中',
    '/\u2028/evil.example',
    '/\uff0f/evil.example',
  ])('not to %j', (path) => {
    expect(safePath(path)).toBeNull();
  });

  test.each(['/%2f%2fevil.example', '/%5cevil.example', '/.//evil.example', '/..//evil.example'])(
    '%s stays on the own site, or is refused',
    (path) => {
      const safe = safePath(path);
      if (safe)
        expect(new URL(safe, 'https://portal.example').origin).toBe('https://portal.example');
    },
  );

  test.each([null, undefined])('%s leads nowhere', (path) => {
    expect(safePath(path)).toBeNull();
  });

  test('every accepted address stays on the own site and is valid in a header', () => {
    const signs = ['/', '\\', '.', ':', '@', '%2f', '\t', '\n', 'a', '?', '#', '\u0000', 'å', ' '];
    for (const a of signs)
      for (const b of signs)
        for (const c of signs) {
          const safe = safePath(`/${a}${b}${c}evil.example`);
          if (safe === null) continue;
          expect(new URL(safe, 'https://portal.example').origin).toBe('https://portal.example');
          expect(() => new Headers({ location: safe })).not.toThrow();
        }
  });
});

const gard = { id: 'g', slug: 'gard', name: 'Gard' };
const other = { id: 'o', slug: 'annen', name: 'Annen' };
const as = (...memberships: Partial<Membership>[]): Person => ({
  id: 'p',
  email: 'p@x.no',
  displayName: 'P',
  locale: 'nb',
  staffGate: null,
  memberships: memberships.map((one) => ({
    id: 'm',
    role: 'resident',
    block: null,
    flat: null,
    ...one,
  })),
});

describe('roles', () => {
  test('of one building do not count in another', () => {
    const person = as({ role: 'consultant', block: gard });
    expect(hasRole(person, 'g', 'consultant')).toBe(true);
    expect(hasRole(person, 'o', 'consultant')).toBe(false);
    expect(hasRole(person, null, 'consultant')).toBe(false);
    expect(hasRole(person, 'g', 'resident', 'landlord')).toBe(false);
  });

  test('without a building count in all', () => {
    expect(hasRole(as({ role: 'landlord' }), 'g', 'landlord')).toBe(true);
    expect(hasRole(as({ role: 'admin' }), null, 'admin')).toBe(true);
  });

  test('of a visitor who is not signed in are none', () => {
    expect(hasRole(null, 'g', 'resident')).toBe(false);
    expect(hasRole(as(), 'g', 'resident')).toBe(false);
  });

  test('the flat is the one in this building', () => {
    const flat = { id: 'f', name: 'A201' };
    expect(flatIn(as({ block: gard, flat }), 'g')).toEqual(flat);
    expect(flatIn(as({ block: gard, flat }), 'o')).toBeNull();
    expect(flatIn(null, 'g')).toBeNull();
  });
});

test.each([
  ['nobody', null, '/'],
  ['without a building', as(), '/bli-med'],
  ['a resident', as({ block: gard }), '/gard'],
  ['a resident of two flats in one building', as({ block: gard }, { block: gard }), '/gard'],
  ['a resident of two buildings', as({ block: gard }, { block: other }), '/'],
  ['a consultant', as({ role: 'consultant', block: gard }), '/gard/drift'],
  [
    'a consultant of two',
    as({ role: 'consultant', block: gard }, { role: 'consultant', block: other }),
    '/',
  ],
  ['the landlord', as({ role: 'landlord' }), '/boligbygg/saker'],
  ['the admin', as({ role: 'admin' }), '/admin'],
])('%s starts at the right place', (_who, person, path) => {
  expect(homeOf(person)).toBe(path);
});

describe('the form to join', () => {
  const good = { code: 'ABCD', displayName: 'Kari', email: 'kari@x.no', password: 'langt nok' };
  test.each([
    [{}, true],
    [{ password: 'x'.repeat(7) }, false],
    [{ password: 'x'.repeat(72) }, true],
    [{ password: 'x'.repeat(73) }, false],
    [{ password: 'å'.repeat(40) }, false],
    [{ email: 'kari' }, false],
    [{ email: `${'x'.repeat(115)}@x.no` }, true],
    [{ email: `${'x'.repeat(116)}@x.no` }, false],
    [{ displayName: '   ' }, false],
    [{ displayName: undefined }, false],
    [{ code: '' }, false],
    [{ code: 'x'.repeat(41) }, false],
    [{ code: 'AB\u0000CD' }, false],
  ])('%j: %s', (over, valid) => {
    expect(joinForm.safeParse({ ...good, ...over }).success).toBe(valid);
  });

  test('accepts an e-mail address with a trailing space, as phones type it', () => {
    expect(joinForm.safeParse({ ...good, email: 'kari@x.no ' }).data?.email).toBe('kari@x.no');
  });
});
