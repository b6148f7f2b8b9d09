import { expect, test } from 'vitest';
import {
  actWords,
  readLogAddress,
  type Act,
  type SubjectKind,
} from '~/domains/moderation/audit.ts';
import { whyWords, type Why } from '~/domains/moderation/audit-details.ts';
import { translator } from '~/i18n/index.ts';

/** The text of a log line. tests/db/release-log.test.ts checks that old lines read as before. */

const t = translator('nb');
const why = (line: Partial<Why>) =>
  whyWords(
    { shape: 'none', details: {}, usualReason: null, reason: null, ...line },
    { t, locale: 'nb', nameOf: (id) => (id === place_id ? 'A101' : null) },
  );
const place_id = '7f6c1f5e-7d0a-4a53-9a6b-0b7c4f1c2d3e';

test.each([
  ['make_code', 'join_code', 'observer', 'Laget kode for rollen Observatør'],
  ['become', 'membership', 'admin', 'Fått rollen Administrator'],
  ['change', 'block', null, 'Endret: gården'],
] as const)('%s of %s for the role %s reads "%s"', (act, subjectKind, role, words) => {
  const line = role
    ? ({ shape: 'role', details: { role } } as const)
    : ({ shape: 'none', details: {} } as const);
  expect(actWords({ act, subjectKind, ...line }, t)).toBe(words);
});

test('values in a history have a text of their own', () => {
  const signedUp = { act: null, event: 'signup_offered', subjectKind: 'signup' } as const;
  expect(actWords({ ...signedUp, shape: 'none', details: {} }, t)).toBe('Tilbudt plass: påmelding');
});

test.each<[Partial<Why>, string | null]>([
  [
    {
      shape: 'dates',
      details: { at: '2026-11-23T17:00:00+00:00', moved_to: '2026-11-24T18:00:00+00:00', more: 2 },
    },
    'mandag 23. november, 18:00 → tirsdag 24. november, 19:00 og 2 datoer til',
  ],
  [{ shape: 'dates', details: { at: '2026-07-06T17:00:00+00:00' } }, 'mandag 6. juli, 19:00'],
  [
    { shape: 'taken_back', details: { flags: 3, is_appealed: true, is_waiting: true } },
    '3 hadde sagt fra. Den som skrev det, hadde bedt om en ny vurdering. Ikke alt hadde fått svar.',
  ],
  [
    { shape: 'fields', details: { fields: ['title', 'ends_at'] } },
    'overskrift, hvor lenge det gjelder',
  ],
  [{ shape: 'fields', details: { fields: [] } }, null],
  [{ shape: 'status', details: { status: 'forwarded' } }, 'Videresendt til Boligbygg'],
  [{ shape: 'language', details: { language: 'so' } }, 'Soomaali'],
  [{ shape: 'flat', details: { place_id } }, 'A101'],
  [{ shape: 'flat', details: { name: 'B302' } }, 'B302'],
  [{ shape: 'flat', details: {} }, null],
  [{ shape: 'merged', details: {} }, null],
  [
    { shape: 'check', details: { is_possible: true, cost_nok: 4000 }, reason: 'I veggen.' },
    'ja · 4000 · I veggen.',
  ],
  [
    { usualReason: 'rude', reason: 'Skriv om saken.' },
    `${t('moderation.template.rude.text')}\nSkriv om saken.`,
  ],
  [{ reason: '2026-07-06T17:00Z' }, '2026-07-06T17:00Z'],
])('%j reads "%s"', (line, words) => {
  expect(why(line)).toBe(words);
});

test('details of another shape are an error, not a text', () => {
  expect(() => why({ shape: 'status', details: { status: 'lost' } })).toThrow();
  expect(() => why({ shape: 'count', details: {} })).toThrow();
});

test('the log is filtered by existing acts and subjects', () => {
  const asked = (query: string) => readLogAddress(new URLSearchParams(query)).filter;
  expect(asked('handling=hide&gjelder=comment')).toEqual({ act: 'hide', subject: 'comment' });
  expect(asked('handling=done_milestone&gjelder=alle')).toEqual({ act: null, subject: null });
});

test('an act or a subject that the database does not know does not compile', () => {
  // @ts-expect-error -- not in the enum
  const act: Act = 'make_code_for_resident';
  // @ts-expect-error -- not in the enum
  const subject: SubjectKind = 'thing';
  expect([act, subject]).toHaveLength(2);
});
