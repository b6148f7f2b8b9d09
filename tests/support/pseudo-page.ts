import type { Page } from '@playwright/test';
import { sql } from './demo-portal.ts';

/** What is wrong with a page in the pseudo-language (src/i18n/pseudo.ts), as a browser shows it. */

let found: Promise<string[]> | undefined;
/** Every text that is stored in the database, whole and by its lines: what people have written. */
export const writtenByPeople = (): Promise<string[]> => (found ??= readTexts());
/** The same with what other tests have written since. */
export const writtenByNow = (): Promise<string[]> => (found = readTexts());

async function readTexts(): Promise<string[]> {
  const tables = await sql(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const texts = new Set<string>();
  const keep = (value: unknown): void => {
    if (typeof value === 'string')
      [value, ...value.split(/\n|\*\*/)].forEach((line) => texts.add(plain(line)));
    else if (value && typeof value === 'object') Object.values(value).forEach(keep);
  };
  for (const { name } of tables)
    for (const row of await sql(`select to_jsonb(t) as row from ${name} t`)) keep(row['row']);
  for (const row of await sql('select email from auth.users')) keep(row);
  return [...texts];
}
/** Without the marks of a list. */
const plain = (line: string) =>
  line
    .replace(/^\s*- /, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Words that come neither from the pseudo-language nor from people, in an element without a language of its own. */
export const foreignWords = (page: Page, written: string[]) =>
  page.evaluate((written) => {
    const known = new Set(written);
    const isPlain = (text: string) => /(?<!\p{L})[A-Za-zæøåÆØÅ]{2,}(?!\p{L})/u.test(text);
    const isKnown = (text: string) =>
      !isPlain(text) ||
      known.has(text) ||
      // The control number of a receipt.
      /^[\da-f]{4}( [\da-f]{4})+$/.test(text) ||
      /^[\d\s.,\u00a0\u202f]+ kr$/.test(text) ||
      (/^(https?:\/\/)?[\w.:]+(\/\S*)?$/.test(text) && /[./]/.test(text));
    const told = (text: string) =>
      text
        .split(/[\u2066-\u2069\u200F]/)
        .map((part) => part.replace(/\s+/g, ' ').trim())
        .filter(
          (part) => !isKnown(part) && !part.split(/, | · /).every((one) => isKnown(one.trim())),
        );
    const marked = (one: Element) => one.closest('[lang]') !== document.documentElement;
    const wrong: string[] = told(document.title).map((text) => `title: ${text}`);
    for (const one of document.querySelectorAll('body, body *')) {
      if (one.matches('script, style, noscript') || marked(one)) continue;
      for (const name of ['aria-label', 'alt', 'title', 'placeholder'])
        wrong.push(...told(one.getAttribute(name) ?? '').map((text) => `${name}: ${text}`));
      for (const node of one.childNodes)
        if (node.nodeType === Node.TEXT_NODE)
          wrong.push(...told(node.textContent ?? '').map((text) => `${one.tagName}: ${text}`));
    }
    return wrong;
  }, written);

/** Punctuation at the wrong side of a text, and numbers whose parts run from right to left. */
export const brokenLines = (page: Page) =>
  page.evaluate(() => {
    const wrong: string[] = [];
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const boxOf = (node: Node, at: number) => {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect();
    };
    const isShown = (node: Node) => {
      const parent = node.parentElement!;
      if (!parent.checkVisibility() || parent.closest('script, style, noscript, svg, option'))
        return false;
      return parent.getBoundingClientRect().width > 2;
    };
    while (nodes.nextNode()) {
      const node = nodes.currentNode;
      const text = node.textContent ?? '';
      if (!isShown(node)) continue;
      const [end, before, sign] =
        /([\p{L}\p{N}])[\u202C\u2069]*([.!?:,;])[\u202C\u2069]*\s*$/u.exec(text) ?? [];
      if (end && before && sign) {
        const at = text.length - end.length;
        const [letter, mark] = [boxOf(node, at), boxOf(node, at + end.indexOf(sign))];
        // Words of the pseudo-language and their punctuation run to the left; plain words take theirs to the right.
        const runsLeft = /\u2069|\u202C/.test(end.slice(0, end.indexOf(sign)));
        const isLeft = mark.left < letter.left;
        if (Math.abs(letter.top - mark.top) < 4 && mark.width > 0 && isLeft !== runsLeft)
          wrong.push(`"${sign}" on the wrong side: ${text.trim().slice(-60)}`);
      }
      for (const { index, 0: number } of text.matchAll(/\+?\d[\d \u00a0-]{3,}\d/g)) {
        const [first, last] = [boxOf(node, index), boxOf(node, index + number.length - 1)];
        if (Math.abs(first.top - last.top) < 4 && first.left > last.left)
          wrong.push(`read backwards: ${number}`);
      }
    }
    return wrong;
  });

/** Elements outside the window that make the page scroll sideways. */
export const tooWide = (page: Page) =>
  page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().left < -1)
      .map((one) => one.outerHTML.slice(0, 160));
  });
