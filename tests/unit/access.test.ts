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

test('every listed route is that of a page', () => {
  const starts = Object.keys(doors);
  expect(starts.filter((start) => !routes.some((route) => doorOf(route) === start))).toEqual([]);
});
