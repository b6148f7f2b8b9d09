import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';

/** A list whose entries have a name in XML; in JSON it is an array. */
export class List {
  readonly item: string;
  readonly entries: Tree[];

  constructor(item: string, entries: Tree[]) {
    this.item = item;
    this.entries = entries;
  }
}

/** What can be printed as XML and as JSON alike. Null and undefined are left out of both. */
export type Tree = string | number | boolean | null | undefined | List | { [name: string]: Tree };

/** Characters that no XML 1.0 document may hold, not even escaped. */
const unprintable = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g;

/** A document without namespace: `<root>…</root>` with its declaration. */
export function toXml(root: string, tree: Tree): string {
  const document = new DOMImplementation().createDocument(null, root);
  append(document.documentElement!, tree);
  const body = new XMLSerializer().serializeToString(document);
  return `<?xml version="1.0" encoding="utf-8"?>\n${body}\n`;
}

/** The same without its outermost name. */
export const toJson = (tree: Tree): string => JSON.stringify(plain(tree));

type Parent = NonNullable<ReturnType<DOMImplementation['createDocument']>['documentElement']>;

function append(parent: Parent, tree: Tree): void {
  const document = parent.ownerDocument!;
  const child = (name: string, value: Tree) => {
    if (value === null || value === undefined) return;
    const element = document.createElement(name);
    parent.appendChild(element);
    append(element, value);
  };
  if (tree instanceof List) for (const entry of tree.entries) child(tree.item, entry);
  else if (typeof tree === 'object' && tree)
    for (const [name, value] of Object.entries(tree)) child(name, value);
  else {
    const text = String(tree ?? '').toWellFormed();
    parent.appendChild(document.createTextNode(text.replace(unprintable, '\uFFFD')));
  }
}

function plain(tree: Tree): unknown {
  if (tree instanceof List) return tree.entries.map(plain);
  if (typeof tree !== 'object' || !tree) return tree;
  const kept = Object.entries(tree).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(kept.map(([name, value]) => [name, plain(value)]));
}
