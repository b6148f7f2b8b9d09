import { parseMarkdown, type Token } from './markdown.ts';

/** The words without stars and brackets; the address of a link stands behind its words. */
function words(tokens: Token[]): string {
  let text = '';
  let address = '';
  for (const token of tokens) {
    if (token.type.endsWith('break')) text += '\n';
    else if (token.type === 'link_open') address = String(token.attrGet('href'));
    else if (token.type === 'link_close') text += text.endsWith(address) ? '' : ` (${address})`;
    else text += token.content;
  }
  return text;
}

/** Markdown for places that show plain text only: a calendar, a poster. Paragraphs and list items stay apart. */
export function plainText(source: string): string {
  let text = '';
  let mark = '';
  /** Before the first item of a list stands an empty line, between its items none. */
  let isItem = false;
  /** The next number of each list we are in; null where it has dots. */
  const lists: (number | null)[] = [];
  for (const token of parseMarkdown(source)) {
    const { type, content, children } = token;
    if (type === 'bullet_list_open') lists.push(null);
    else if (type === 'ordered_list_open') lists.push(Number(token.attrGet('start') ?? 1));
    else if (type.endsWith('list_close')) {
      lists.pop();
      isItem = lists.length > 0;
    } else if (type === 'list_item_open') {
      const number = lists.pop() ?? null;
      mark = number === null ? '- ' : `${number}. `;
      lists.push(number === null ? null : number + 1);
    } else if (content) {
      text +=
        (isItem && mark ? '\n' : '\n\n') + mark + (children ? words(children) : content.trimEnd());
      isItem = lists.length > 0;
      mark = '';
    }
  }
  return text.trim();
}
