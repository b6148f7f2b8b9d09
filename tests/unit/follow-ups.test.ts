import { describe, expect, test } from 'vitest';
import {
  followUpForm,
  isOverdue,
  previewOf,
  saidSince,
  statusesAfter,
  typedIn,
  type FollowUp,
} from '~/domains/polls/follow-up/follow-ups.ts';
import { formatNear } from '~/lib/time.ts';

const now = new Date('2026-11-12T22:30:00Z'); // 23:30 in Oslo
const followUp: FollowUp = {
  pollId: '5f0c7f0e-32f5-4d6e-9a53-6d1f0f6d7a11', owner: 'consultant', status: 'work', nextOn: '2026-12-01', decision: 'Vi kjøper.',
  body: 'Bestilt.', delayedBecause: null, costNok: 900, updatedAt: null, title: 'Hva nå?', block: { name: 'Gården', slug: 'garden' },
  version: 1, updates: [], milestones: [], photos: [],
}; // prettier-ignore

test.each([
  ['2026-11-11', true],
  ['2026-11-12', false],
  ['2026-11-13', false],
  [null, false],
])('a follow-up due by %s is overdue on 12 November: %s', (nextOn, expected) => {
  expect(isOverdue({ nextOn }, now)).toBe(expected);
});

test('a day ends at midnight in Oslo', () => {
  expect(isOverdue({ nextOn: '2026-11-12' }, new Date('2026-11-12T22:59:00Z'))).toBe(false);
  expect(isOverdue({ nextOn: '2026-11-12' }, new Date('2026-11-12T23:00:00Z'))).toBe(true);
});

test.each([
  ['decision', ['decision', 'work', 'done', 'declined']],
  ['work', ['work', 'done', 'declined']],
  ['done', ['done', 'work']],
  ['declined', ['declined', 'work']],
] as const)('after %s comes %j', (status, next) => {
  expect(statusesAfter(status)).toEqual(next);
});

describe('the preview', () => {
  const preview = (typed: string) => previewOf(followUp, typedIn(new URLSearchParams(typed))!, now);

  test('is not shown for an address without a status', () => {
    expect(typedIn(new URLSearchParams('body=Hei'))).toBeNull();
  });

  test('shows what was typed', () => {
    expect(preview('status=work&body=+Her.+&nextOn=2026-12-24&delayedBecause=Is.&cost=1+200+kr&owner=landlord')).toMatchObject({
      status: 'work', body: 'Her.', nextOn: '2026-12-24', delayedBecause: 'Is.', costNok: 1200, owner: 'landlord',
    }); // prettier-ignore
  });

  test('of a finished follow-up has no next day', () => {
    expect(preview('status=done&body=Her.&nextOn=2026-12-24&delayedBecause=Is.')).toMatchObject({
      status: 'done', nextOn: null, delayedBecause: null,
    }); // prettier-ignore
  });

  test('keeps invalid values as they are', () => {
    expect(preview('status=x&body=&nextOn=x&cost=x&owner=residents')).toMatchObject({
      status: 'work', body: 'Bestilt.', nextOn: '2026-12-01', owner: 'consultant', costNok: null,
    }); // prettier-ignore
  });
});

test('the new updates are those after the version on the page', () => {
  const updates = ['c', 'b', 'a'].map((body) => ({
    id: body, status: 'work' as const, body, delayedBecause: null, by: 'landlord' as const, at: now,
  }));
  const since = (seen: number) => saidSince({ ...followUp, version: 3, updates }, seen).map(({ body }) => body);
  expect([0, 1, 2, 3, 4].map(since)).toEqual([['c', 'b', 'a'], ['c', 'b'], ['c'], [], []]);
}); // prettier-ignore

test('the form takes 1000 characters and not one more', () => {
  const sent = { id: followUp.pollId, pollId: followUp.pollId, seen: '1', status: 'work', nextOn: '', cost: '' };
  expect(followUpForm.safeParse({ ...sent, body: 'x'.repeat(1000) }).success).toBe(true);
  expect(followUpForm.safeParse({ ...sent, body: 'x'.repeat(1001) }).success).toBe(false);
  expect(followUpForm.safeParse({ ...sent, body: ' ' }).success).toBe(false);
  for (const seen of [undefined, '-1', 'x']) expect(followUpForm.safeParse({ ...sent, body: 'x', seen }).success).toBe(false);
}); // prettier-ignore

test('a day of another year is shown with the year', () => {
  const at = (day: string) => new Date(`${day}T11:00:00Z`);
  expect(formatNear(at('2026-12-04'), now, 'nb')).toBe('4. desember');
  expect(formatNear(at('2027-01-04'), now, 'nb')).toBe('4. januar 2027');
});
