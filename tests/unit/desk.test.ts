import { describe, expect, test } from 'vitest';
import { arrange, excerpt, isOwn, lostRefusal, pathOf, refusalOf } from '~/domains/desk/desk.ts';
import type { Waiting, WaitingKind } from '~/domains/desk/desk.ts';
import type { FormState } from '~/lib/forms.ts';

const thing = (kind: WaitingKind, more = {}) =>
  ({ kind, id: 'en', parentId: 'to', number: 7, kindCount: 1, about: null, ...more }) as Waiting;
const many = (kind: WaitingKind, shown: number, kindCount: number) =>
  Array.from({ length: shown }, (_, n) => thing(kind, { id: `${kind}-${n}`, kindCount }));
const shown = (things: Waiting[]) =>
  arrange(things).map(({ thing, rest }) => `${thing.id}${rest ? ` +${rest}` : ''}`);

describe('the list as it is shown', () => {
  test('up to five of a kind are shown separately', () => {
    expect(shown(many('case', 5, 5))).toEqual(['case-0', 'case-1', 'case-2', 'case-3', 'case-4']);
  });

  test('of six the first two are shown separately, and the second tells how many more there are', () => {
    expect(shown(many('case', 5, 6))).toEqual(['case-0', 'case-1 +4']);
  });

  test('a kind with many items hides nothing else, and the order stays', () => {
    const [first, ...others] = many('proposal', 5, 12);
    const list = [first!, thing('activity', { id: 'fest' }), ...others];
    expect(shown(list)).toEqual(['proposal-0', 'fest', 'proposal-1 +10']);
  });

  test('drafts, polls that close and undelivered messages are my own; a poll to count is not', () => {
    const kinds: WaitingKind[] = ['draft', 'closing', 'unreached', 'count', 'follow_up', 'flag'];
    expect(kinds.filter((kind) => isOwn(thing(kind)))).toEqual(['draft', 'closing', 'unreached']);
  });
});

test('each item links to the page where it is handled in full', () => {
  expect(pathOf(thing('late_case'))).toBe('saker/7');
  expect(pathOf(thing('question'))).toBe('drift/avstemninger/to#sporsmal');
  expect(pathOf(thing('draft', { about: 'planned' }))).toBe('drift/avstemninger/en');
  expect(pathOf(thing('draft', { about: 'notice' }))).toBe('drift/oppslag/en');
  expect(pathOf(thing('unreached'))).toBeNull();
});

test('a long text is cut between two words, and marked as cut', () => {
  expect(excerpt('kort')).toEqual({ text: 'kort', isCut: false });
  const { text, isCut } = excerpt('ordene '.repeat(100));
  expect(isCut).toBe(true);
  expect(text).toMatch(/^(ordene )+…$/);
  expect(text.length).toBeLessThanOrEqual(502);
});

describe('a refused decision', () => {
  const form = (values: FormState['values']): FormState => ({ values, errors: {} });
  const refused = { action: 'proposals.decide', form: form({ id: ['en'] }) };

  test('belongs to the item it was about', () => {
    expect(refusalOf(refused, 'proposals.decide', 'en')).toBe(refused.form);
    expect(refusalOf(refused, 'proposals.decide', 'to')).toBeNull();
    expect(refusalOf(refused, 'notices.act', 'en')).toBeNull();
    expect(refusalOf(null, 'notices.act', 'en')).toBeNull();
  });

  test('is shown at the top when the item does not wait any more', () => {
    const entries = arrange([thing('case')]);
    expect(lostRefusal(refused, entries)).toBeNull();
    expect(lostRefusal(refused, [])).toBe(refused.form);
    const ofCase = { form: form({ reportId: ['en'] }) };
    expect(lostRefusal(ofCase, entries)).toBeNull();
    expect(lostRefusal(null, entries)).toBeNull();
  });
});
