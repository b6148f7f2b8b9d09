import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/lib/markdown.ts';

const html = (text: string) => renderMarkdown(text).trim();
/** Every element of the answer; escaped text has none. */
const elements = (text: string) => [
  ...new Set([...html(text).matchAll(/<([a-z0-9]+)[\s>]/gi)].map(([, tag]) => tag)),
];
const linksOf = (text: string) =>
  [...html(text).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);

describe('what people write', () => {
  it('keeps paragraphs and line breaks', () => {
    expect(html('En\nto\n\ntre')).toBe('<p>En<br>\nto</p>\n<p>tre</p>');
  });
  it('is bold and italic', () => {
    expect(html('**Husk** *dette*')).toBe('<p><strong>Husk</strong> <em>dette</em></p>');
  });
  it.each(['- en\n- to', '* en\n* to'])('is a list: %j', (text) => {
    expect(html(text)).toBe('<ul>\n<li>en</li>\n<li>to</li>\n</ul>');
  });
  it('is a numbered list that begins with the first number typed', () => {
    expect(html('3. desember\n4. desember')).toContain('<ol start="3">');
  });
  it.each([
    ['[Kart](https://example.org/a?b=1)', 'https://example.org/a?b=1'],
    ['Se https://example.org.', 'https://example.org'],
    ['Skriv til post@example.org', 'mailto:post@example.org'],
    ['[Skriv](mailto:post@example.org)', 'mailto:post@example.org'],
  ])('links: %s', (text, href) => {
    expect(linksOf(text)).toEqual([href]);
    expect(html(text)).toContain('rel="noopener nofollow"');
  });
  it.each(['vi møtes kl.no', 'f.eks. suppe', 'leilighet 110.no', '192.168.1.1'])(
    'is not a link by accident: %s',
    (text) => {
      expect(linksOf(text)).toEqual([]);
    },
  );
  it.each([
    '# Stor',
    '## Stor',
    '> sitat',
    '    kode',
    '`kode`',
    '| a | b |\n|---|---|\n| 1 | 2 |',
  ])('prints markup outside the subset as it is: %j', (text) => {
    expect(elements(text).filter((tag) => !['p', 'br'].includes(tag!))).toEqual([]);
    expect(html(text)).toContain(text.trim().split('\n')[0]!.replace('>', '&gt;'));
  });
  it('gives nothing for an empty text', () => {
    expect(html(' \n ')).toBe('');
  });
});

describe('what an attacker writes', () => {
  const allowed = ['p', 'br', 'strong', 'em', 'ul', 'ol', 'li', 'a'];
  const attacks = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<iframe src="https://example.org">',
    '<a href="https://example.org" onclick="alert(1)">x</a>',
    '</div></main><h1>Vi har flyttet</h1>',
    '<!-- --><b>x</b>',
    '<![CDATA[<script>alert(1)</script>]]>',
    '<style>*{display:none}</style>',
    '![x](https://example.org/spy.png)',
    '![x][1]\n\n[1]: https://example.org/spy.png',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java\tscript:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](javascript&colon;alert(1))',
    '[x](\u0001javascript:alert(1))',
    '[x](<javascript:alert(1)>)',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](vbscript:msgbox(1))',
    '[x](file:///etc/passwd)',
    '[x](//example.org)',
    '[x](/logg-ut)',
    '[x](https:example.org)',
    '[x](https://a" onmouseover="alert(1))',
    "[x](https://a' onmouseover='alert(1))",
    '[x](https://a "title\\" onmouseover=\\"alert(1)")',
    '<javascript:alert(1)>',
    '<https://example.org/"><script>alert(1)</script>>',
    'https://example.org/"onmouseover="alert(1)',
    '[<img src=x onerror=alert(1)>](https://example.org)',
    '**<b onclick=alert(1)>x</b>**',
    '- <script>alert(1)</script>',
    '[x]: javascript:alert(1)\n\n[x]',
    '\\<script>alert(1)</script>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
  ];

  it.each(attacks)('becomes harmless: %j', (text) => {
    expect(elements(text).filter((tag) => !allowed.includes(tag!))).toEqual([]);
    for (const href of linksOf(text)) expect(href).toMatch(/^(https?:\/\/|mailto:)/);
    // No attributes but these three, so no event handlers.
    const attributes = [...html(text).matchAll(/<[a-z]+\s([^>]*)>/gi)].flatMap(([, all]) =>
      [...all!.matchAll(/([a-z-]+)="[^"]*"/gi)].map(([, name]) => name),
    );
    expect(attributes.filter((name) => !['href', 'rel', 'title', 'start'].includes(name!))).toEqual(
      [],
    );
  });

  it.each([
    ['nested brackets', '['.repeat(2000)],
    ['stars', '*a '.repeat(1300)],
    ['nested lists', Array.from({ length: 60 }, (_, i) => '  '.repeat(i) + '- x').join('\n')],
    ['half links', '[a](https://'.repeat(300)],
  ])('4000 characters of %s take no time', (_, text) => {
    const start = performance.now();
    html(text.slice(0, 4000));
    expect(performance.now() - start).toBeLessThan(500); // ms
  });
});
