import fs from 'node:fs';
import { CAST, type Email } from './cast.ts';
import { sql } from './demo-portal.ts';

/**
 * Every page of the portal by who looks at it. The checks of all pages (axe, weight, keyboard, headers) run over this
 * list, and fail when a file in src/pages has no line here. A new page: one line `route: where it is`.
 */

export type Visitor = 'anonymous' | 'resident' | 'consultant' | 'landlord' | 'admin';
export const VISITORS: Record<Visitor, Email | null> = {
  anonymous: null,
  resident: CAST.drobak.resident,
  consultant: CAST.drobak.consultant,
  landlord: CAST.landlord,
  admin: CAST.admin,
};

/** An address, or how to find it out. */
type Where = string | (() => Promise<string>);

const home = '/drobakgata-1';
const find = async (start: string, query: string) => {
  const [row] = await sql<{ id: string }>(query, ['drobakgata-1']);
  if (!row) throw new Error(`The demo data has nothing for ${start}`);
  return start + row.id;
};
const inBlock = 'block_id = (select id from public.blocks where slug = $1)';

export const PAGES: Record<Visitor, Record<string, Where>> = {
  anonymous: {
    '/': '/',
    '/[gard]': home,
    '/[gard]/oppslag': `${home}/oppslag`,
    '/bli-med': '/bli-med',
    '/bli-med/[kode]': '/bli-med/DEMODROBAKG1',
    '/logg-inn': '/logg-inn',
    '/personvern': '/personvern',
    '/tilgjengelighet': '/tilgjengelighet',
    '/404': '/finnes-ikke',
  },
  resident: {
    '/': '/?sok=finnes+ikke',
    '/[gard]': home,
    '/[gard]/oppslag': `${home}/oppslag`,
    '/bli-med/[kode]': '/bli-med/DEMODROBAKG1',
    '/konto': '/konto',
    '/logg-ut': '/logg-ut',
  },
  consultant: {
    '/[gard]': home,
    '/[gard]/drift': `${home}/drift`,
    '/[gard]/drift/beboere': `${home}/drift/beboere`,
    '/[gard]/drift/beboere/kode': `${home}/drift/beboere/kode`,
    '/[gard]/drift/garden': `${home}/drift/garden`,
    '/[gard]/drift/oppslag': `${home}/drift/oppslag`,
    '/[gard]/drift/oppslag/ny': `${home}/drift/oppslag/ny`,
    '/[gard]/drift/oppslag/[id]': () =>
      find(
        `${home}/drift/oppslag/`,
        `select id from public.notices where ${inBlock} order by published_at limit 1`,
      ),
    '/konto': '/konto',
  },
  landlord: {
    '/[gard]': home,
    '/konto': '/konto',
  },
  admin: {
    '/admin': '/admin',
    '/admin/ny': '/admin/ny',
    '/admin/kode': '/admin/kode',
    '/konto': '/konto',
  },
};

/** Shown for faults only: no address leads there. */
const WITHOUT_ADDRESS = ['/500'];

/** All pages as [who, route, where]. */
export const everyPage = Object.entries(PAGES).flatMap(([who, pages]) =>
  Object.entries(pages).map(([route, where]) => ({ who: who as Visitor, route, where })),
);

export const addressOf = async (where: Where) => (typeof where === 'string' ? where : where());

/** Routes of src/pages that no line above covers, and lines whose page is gone. */
export function uncovered(): { missing: string[]; gone: string[] } {
  const files = fs
    .readdirSync('src/pages', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.astro'))
    .map((file) => `/${file.replace(/\.astro$/, '').replace(/(^|\/)index$/, '')}`);
  const covered = new Set([...everyPage.map(({ route }) => route), ...WITHOUT_ADDRESS]);
  return {
    missing: files.filter((route) => !covered.has(route)),
    gone: [...covered].filter((route) => !files.includes(route)),
  };
}
