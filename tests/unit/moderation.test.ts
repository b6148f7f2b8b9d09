import { expect, test } from 'vitest';
import { declineForm } from '~/domains/activities/write/activity-form.ts';
import { whyWords } from '~/domains/moderation/audit-details.ts';
import { reasonTemplates, reasonText, storedReason } from '~/domains/moderation/reason.ts';
import { decisionForm } from '~/domains/proposals/queue/queue.ts';
import { readable } from '~/domains/residents/own-data/own-data.ts';
import { translator } from '~/i18n/index.ts';

const [nb, en] = [translator('nb'), translator('en')];

test.each(reasonTemplates)(
  'the standard reason "%s" is read in the language of its reader',
  (name) => {
    const stored = storedReason({ template: name, reason: null });
    expect(reasonText(stored, nb)).toBe(nb(`moderation.template.${name}.text`));
    expect(reasonText(stored, en)).toBe(en(`moderation.template.${name}.text`));
    expect(reasonText(stored, en)).not.toBe(reasonText(stored, nb));
  },
);

test('free text beside a standard reason stays as it was written, line by line', () => {
  const stored = storedReason({
    template: 'rude',
    reason: 'Skriv om saken.\nIkke om naboen.',
  });
  expect(reasonText(stored, en)).toBe(
    `${en('moderation.template.rude.text')}\nSkriv om saken.\nIkke om naboen.`,
  );
});

test.each([
  'Navnet er tatt ut.',
  'template:',
  'template:unknown',
  'Som i template:rude',
  ' template:rude',
  'Se under.\ntemplate:rude',
])('%j is not a standard reason and is read as it is', (reason) => {
  expect(reasonText(reason, en)).toBe(reason);
});

test('no reason is stored as null, which the database refuses', () => {
  expect(storedReason({ template: null, reason: null })).toBe('');
});

test('the log and my own data show a reason in the same way', () => {
  const reason = storedReason({ template: 'private', reason: null });
  const words = en('moderation.template.private.text');
  const line = { shape: 'none', details: {}, usualReason: 'private', reason: null } as const;
  expect(whyWords(line, { t: en, locale: 'en', nameOf: () => null })).toBe(words);
  for (const field of ['hidden_reason', 'reason', 'answer'])
    expect(readable({ [field]: reason }, en, 'en').facts[0]?.text).toBe(words);
});

test.each([
  ['proposal', decisionForm, 'answer', 1000],
  ['activity', declineForm, 'reason', 300],
] as const)(
  'to decline a %s one standard reason is enough, and with free text it fits the table',
  (_, schema, field, most) => {
    const id = '7f6c1f5e-7d0a-4a53-9a6b-0b7c4f1c2d3e';
    const read = (more: object) =>
      schema.safeParse({ id, approve: 'false', template: 'off_topic', ...more });
    const none = read({ [field]: '' });
    expect(none.success).toBe(true);
    const own = 'x'.repeat(most);
    const longest = Array.from({ length: most }, (_, n) => own.slice(n)).find(
      (words) => read({ [field]: words }).success,
    )!;
    for (const template of reasonTemplates) {
      const stored = storedReason({ template, reason: longest });
      expect(stored.length).toBeLessThanOrEqual(most);
      expect(reasonText(stored, en)).toContain(en(`moderation.template.${template}.text`));
    }
    expect(read({ template: 'annet' }).success).toBe(false);
  },
);
