import fs from 'node:fs';
import { expect, test } from 'vitest';
import { doorOf, doors } from '../../src/middleware/doors.ts';

/** Every page, as its route: `/[gard]/saker`. */
const routes = fs
  .readdirSync('src/pages', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(astro|ts)$/.test(name) && !/(^|\/)_/.test(name))
  .map((name) => `/${name.replace(/\.(astro|ts)$/, '').replace(/(^|\/)index$/, '')}`)
  .sort();

const FOR_EVERYBODY = [
  '/ /404 /500',
  '/[gard] /[gard]/aktiviteter /[gard]/aktiviteter.ics /[gard]/aktiviteter/[id] /[gard]/aktiviteter/[id].ics',
  '/[gard]/aktiviteter/kalender /[gard]/aktiviteter/kalender.json /[gard]/hvem-fikser-hva',
  '/[gard]/oppslag /[gard]/oppslag/[id] /[gard]/oppslag/[id]/bilde',
  '/a/[kode] /api/health /api/jobs /api/open311/v2/[...call] /avmeld/[kode] /bli-med /bli-med/uten-kode /dev/post /kalender/[kode].ics',
  '/logg-inn /logg-inn/kode /logg-inn/lapp /logg-inn/tofaktor /logg-ut /personvern /tilgjengelighet',
];

test('only the pages listed here are open to everybody', () => {
  expect(routes.filter((route) => !doorOf(route)).join(' ')).toBe(FOR_EVERYBODY.join(' '));
});

/** The page of caught mail: its address is printed by the README, because it is there in the demo only. */
const WITHOUT_LINK = ['/dev/post'];

test('another file links to every page', () => {
  const sources = fs
    .readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(astro|tsx?)$/.test(name) && !/^(i18n\/|lib\/database)/.test(name))
    .map((name) => [name, fs.readFileSync(`src/${name}`, 'utf8')] as const);
  const pages = sources.filter(([name]) => /^pages\/.+\.astro$/.test(name) && !/\/(404|500)\./.test(name)); // prettier-ignore
  const alone = pages.flatMap(([page]) => {
    const route = page.slice('pages'.length).replace(/(\/index)?\.astro$/, '');
    // From its last written part on: what stands before it is often in a variable.
    const end = /\/[^[\]/]+(\/\[[^/]*\])*$/.exec(route)?.[0];
    if (!end) return []; // a building, or the city
    const written = end.replaceAll(/\[[^/]*\]/g, '(?:\\$\\{[^`]*?\\}|[^/\'"`\\s]+)');
    const link = new RegExp(`${written}(?=['"\`?#\\s<]|\\$\\{|$)`);
    return sources.some(([name, text]) => name !== page && link.test(text)) ? [] : [route];
  });
  expect(pages.length).toBeGreaterThan(80);
  expect(alone).toEqual(WITHOUT_LINK);
});

test('every listed route is that of a page', () => {
  const starts = Object.keys(doors);
  expect(starts.filter((start) => !routes.some((route) => doorOf(route) === start))).toEqual([]);
});
