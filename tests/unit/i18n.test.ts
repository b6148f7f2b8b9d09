import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { en } from '~/i18n/en.ts';
import { isMessageKey, translator, type MessageKey } from '~/i18n/index.ts';
import { languageList } from '~/i18n/languages.ts';
import { isStaffKey, staffBeginnings } from '~/i18n/staff-texts.ts';
import type { Forms } from '~/i18n/translate.ts';
import { nb } from '~/i18n/nb.ts';

const keys = Object.keys(nb) as MessageKey[];
const forms = (message: string | Forms) =>
  typeof message === 'string' ? [message] : Object.values(message);
/** The number is shown beside its name, not in a sentence with it. */
const COUNT_BESIDE_A_LABEL: MessageKey[] = [
  'frame.counted',
  'reports.desk.all',
  'reports.desk.late',
  'reports.desk.us',
  'reports.desk.landlord',
  'reports.desk.reporter',
];
const placeholders = (text: string) =>
  [...text.matchAll(/\{([\w.]+)\}/g)].map(([, name]) => name).sort();

test('the same keys in both languages', () => {
  expect(Object.keys(en).sort()).toEqual(keys.toSorted());
});

test('the same placeholders in both languages and in each plural form', () => {
  const wrong = keys.filter((key) => {
    const all = [...forms(nb[key]), ...forms(en[key])].map((text) => placeholders(text).join());
    return new Set(all).size > 1;
  });
  expect(wrong).toEqual([]);
});

test('every text with a count has plural forms, except those listed with a reason', () => {
  const alike = keys.filter(
    (key) => typeof nb[key] === 'string' && placeholders(nb[key]).includes('count'),
  );
  expect(alike.filter((key) => !COUNT_BESIDE_A_LABEL.includes(key))).toEqual([]);
});

test('every listed prefix of the texts of staff is used', () => {
  const vain = staffBeginnings.filter((one) => !keys.some((key) => key.startsWith(one)));
  expect(vain).toEqual([]);
  expect(isStaffKey('desk.more')).toBe(true);
  expect(isStaffKey('frame.site')).toBe(false);
});

test('languages are named only in the list, not in other code', () => {
  const codes = Object.keys(languageList).join('|');
  const named = [
    ...sources.matchAll(
      new RegExp(`^.*(?<!closest\\()(["'\`])(?:${codes})(?:-[A-Z]{2})?\\1.*$`, 'gm'),
    ),
  ];
  expect(named.map(([line]) => line.trim())).toEqual([]);
});

/** Whole sentences and addresses on separate lines, not parts of one. */
const LAYS_OUT = ['domains/messages/words.ts', 'domains/polls/desk/VotePoster.astro'];
test('no string joins two texts', () => {
  const text = /\$\{(?:t|nb|en|say)\((?:[^`{}]|\{[^{}]*\}|`[^`]*`)*\)\}/.source;
  const glued = new RegExp(`\`[^\`\\n]*(?:${text}[^\`\\n]*\\$\\{|\\$\\{[^\`\\n]*${text})`, 'g');
  const found = files
    .filter(([file]) => !LAYS_OUT.includes(file))
    .flatMap(([file, content]) => [...content.matchAll(glued)].map(([line]) => `${file}: ${line}`));
  expect(found).toEqual([]);
});

test('no text is empty, unfinished, or has white space around it', () => {
  const wrong = keys.filter((key) =>
    [...forms(nb[key]), ...forms(en[key])].some(
      (text) => text.trim() !== text || text === '' || /TODO|FIXME|xxx|lorem/i.test(text),
    ),
  );
  expect(wrong).toEqual([]);
});

test('no brace is left open', () => {
  const wrong = keys.filter((key) =>
    [...forms(nb[key]), ...forms(en[key])].some((text) =>
      /[{}]/.test(text.replace(/\{[\w.]+\}/g, '')),
    ),
  );
  expect(wrong).toEqual([]);
});

test('English is English: no long text equals the Norwegian one', () => {
  const same = keys.filter((key) =>
    forms(nb[key]).some(
      (text, i) => text.replace(/\{\w+\}/g, '').length > 14 && text === forms(en[key])[i],
    ),
  );
  expect(same).toEqual([]);
});

const files = fs
  .readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(astro|tsx?)$/.test(file) && !/^(i18n\/|lib\/database\.types)/.test(file))
  .map((file) => [file, fs.readFileSync(path.join('src', file), 'utf8')] as const);
const sources = [...files.map(([, content]) => content), fs.readFileSync('src/i18n/index.ts', 'utf8')].join('\n'); // prettier-ignore

test('every text is used', () => {
  const written = new Set(
    [...sources.matchAll(/['"`]([a-z_]+(?:\.[a-z_0-9]+)+)['"`]/g)].map(([, key]) => key),
  );
  // `residents.role.${role}` and `${prefix}.hint`: the fixed parts around the placeholders.
  const patterns = [...sources.matchAll(/`([a-z_0-9.]*\$\{[^`]*)`/g)]
    .map(([, text]) => text!.replace(/\$\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, '\u0000'))
    .filter((text) => /^[a-z_]+\.[a-z_0-9.]*\u0000[a-z_0-9.\u0000]*$/.test(text))
    .map(
      (text) => new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('\u0000', '[a-z_0-9.]+')}$`),
    );
  const unused = keys.filter((key) => !written.has(key) && !patterns.some((one) => one.test(key)));
  expect(unused).toEqual([]);
});

describe('printing a text', () => {
  test('a count chooses the form', () => {
    const t = translator('nb');
    expect(t('residents.letters.ready', { count: 1 })).toBe('1 brev er klart');
    const [one, other] = [1, 0].map((count) => t('residents.codes.live', { count }));
    expect(one).not.toBe(other);
    expect(other).toContain('0 ganger');
  });

  test('a value is printed as it is, even when it looks like a placeholder', () => {
    expect(translator('nb')('residents.people.end', { name: '{name} $& <b>' })).toContain(
      '{name} $& <b>',
    );
  });

  test('only a key of the catalogue is a key', () => {
    for (const key of ['toString', '__proto__', 'constructor', '', 'frame.nothing', null, 1])
      expect(isMessageKey(key)).toBe(false);
    expect(isMessageKey('frame.site')).toBe(true);
  });
});
