import MarkdownIt from 'markdown-it';

/** Where a link may lead; everything else stays text. */
const safeLink = /^(https?:\/\/|mailto:)[^\s\\]+$/i;

/**
 * Paragraphs, line breaks, bold, italic, lists and links; all else is printed as it was typed. `zero` knows nothing that is
 * not enabled here: no HTML, no images, no headings, no code, no tables.
 */
const writer = new MarkdownIt('zero', { html: false, breaks: true, linkify: true }).enable([
  'list',
  'emphasis',
  'link',
  'linkify',
  'newline',
  'escape',
]);
writer.validateLink = (address) => safeLink.test(address);
// Only what begins with https:// or is an e-mail address: "kl.no" in a text is no link.
writer.linkify.set({ fuzzyLink: false, fuzzyIP: false });
writer.renderer.rules['link_open'] = (tokens, index, options, _, self) => {
  tokens[index]!.attrSet('rel', 'noopener nofollow');
  return self.renderToken(tokens, index, options);
};

/** Text by people as HTML that can do no harm. */
export const renderMarkdown = (text: string): string => writer.render(text);

/** The same as its parts, for those who print it otherwise. */
export const parseMarkdown = (text: string) => writer.parse(text, {});
export type Token = ReturnType<typeof parseMarkdown>[number];
