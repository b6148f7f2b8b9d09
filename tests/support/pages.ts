import fs from 'node:fs';
import { unsubscribeCode } from '../../src/domains/messages/links.server.ts';
import { CAST, type Email } from './cast.ts';
import { sql } from './demo-portal.ts';

/**
 * Every page of the portal by who looks at it. The checks of all pages (axe, weight, keyboard, headers) run over this list, and
 * fail when a file in src/pages has no line here. A new page: one line `route: its address`.
 */

export type Visitor = 'anonymous' | 'resident' | 'consultant' | 'landlord' | 'observer' | 'admin';
export const VISITORS: Record<Visitor, Email | null> = {
  anonymous: null,
  resident: CAST.drobak.resident,
  consultant: CAST.drobak.consultant,
  landlord: CAST.landlord,
  observer: CAST.observer,
  admin: CAST.admin,
};

/** An address, or a function that finds it; several when a page has several states. */
type Where = string | (() => Promise<string>);

const home = '/drobakgata-1';
const find = async (start: string, query: string) => {
  const [row] = await sql<{ id: string }>(query, ['drobakgata-1']);
  if (!row) throw new Error(`The demo data has nothing for ${start}`);
  return start + row.id;
};
const inBlock = 'block_id = (select id from public.blocks where slug = $1)';
const activity =
  (where: string, start = `${home}/aktiviteter/`) =>
  () =>
    find(
      start,
      `select id from public.activities where ${inBlock} and ${where} order by created_at, id limit 1`,
    );
const NOTICE = "state = 'published' and audience = 'stairs'";
const notice =
  (where: string, start = `${home}/oppslag/`, end = '') =>
  async () =>
    (await find(
      start,
      `select id from public.notices where ${inBlock} and ${where} order by published_at limit 1`,
    )) + end;
const poll =
  (state: string, start = `${home}/avstemninger/`) =>
  () =>
    find(start, `select id from public.polls where ${inBlock} and ${state} order by id limit 1`);
const atDesk = (state: string, page: string) => async () =>
  `${await poll(state, `${home}/drift/avstemninger/`)()}/${page}`;
const report =
  (where: string, start = `${home}/saker/`) =>
  () =>
    find(
      start,
      `select number as id from public.reports where ${inBlock} and ${where} order by number limit 1`,
    );
const OPEN = "status = 'open' and closes_at > now()";
const COUNTED = 'counted_at is not null';
const OWN_REPORT = report(`not is_common and id in (select d.report_id from public.report_details d
  join auth.users u on u.id = d.reporter_id where u.email = '${CAST.drobak.resident}')`);
const COMMON_REPORT =
  report(`is_common and id not in (select d.report_id from public.report_details d
  join auth.users u on u.id = d.reporter_id where u.email = '${CAST.drobak.resident}')`);
/** The link of an e-mail to the resident, signed with this portal's key; the jobs have made it. */
const unsubscribe = async () => {
  const [row] = await sql<{ key: string; id: string }>(
    `select k.link_key as key, u.id from private.message_keys k, auth.users u where u.email = $1`,
    [CAST.drobak.resident],
  );
  return `/avmeld/${unsubscribeCode(row!.key, row!.id)}`;
};
const proposal = () =>
  find(
    `${home}/forslag/`,
    `select id from public.proposals where ${inBlock} and status = 'approved' order by id limit 1`,
  );

const PAGES: Record<Visitor, Record<string, Where | Where[]>> = {
  anonymous: {
    '/': '/',
    '/[gard]': home,
    '/[gard]/oppslag': `${home}/oppslag`,
    '/[gard]/oppslag/[id]': notice(`class = 'important' and audience = 'everybody'`),
    '/[gard]/hvem-fikser-hva': `${home}/hvem-fikser-hva`,
    '/[gard]/aktiviteter': [`${home}/aktiviteter`, `${home}/aktiviteter?type=kurs&for=barn`],
    '/[gard]/aktiviteter/[id]': activity("status = 'published'"),
    '/[gard]/aktiviteter/kalender': `${home}/aktiviteter/kalender`,
    '/bli-med': '/bli-med',
    '/bli-med/uten-kode': '/bli-med/uten-kode',
    '/logg-inn': '/logg-inn',
    '/avmeld/[kode]': unsubscribe,
    '/dev/post': '/dev/post',
    '/logg-inn/kode': '/logg-inn/kode',
    '/logg-inn/lapp': '/logg-inn/lapp',
    '/personvern': '/personvern',
    '/tilgjengelighet': '/tilgjengelighet',
    '/404': '/finnes-ikke',
  },
  resident: {
    '/': '/?sok=finnes+ikke',
    '/[gard]': home,
    '/[gard]/oppslag': `${home}/oppslag`,
    '/bli-med/uten-kode': '/bli-med/uten-kode',
    '/[gard]/aktiviteter': `${home}/aktiviteter`,
    '/[gard]/aktiviteter/[id]': [
      activity("kind = 'course' and status = 'published'"),
      activity("status = 'cancelled'"),
    ],
    '/[gard]/aktiviteter/foresla': `${home}/aktiviteter/foresla`,
    '/[gard]/meld-feil': [
      `${home}/meld-feil`,
      `${home}/meld-feil?haster=ja`,
      `${home}/meld-feil?haster=nei`,
      () =>
        find(
          `${home}/meld-feil?haster=nei&hvor=`,
          `select id from public.places where ${inBlock} and kind = 'laundry' limit 1`,
        ),
      () =>
        find(
          `${home}/meld-feil?haster=nei&hva=light&utkast=5f0c7f0e-32f5-4d6e-9a53-6d1f0f6d7a11&hvor=`,
          `select id from public.places where ${inBlock} and kind = 'yard' limit 1`,
        ),
    ],
    '/[gard]/meld-feil/alt': `${home}/meld-feil/alt?utkast=5f0c7f0e-32f5-4d6e-9a53-6d1f0f6d7a12`,
    '/[gard]/saker': `${home}/saker`,
    '/[gard]/saker/[nr]': [OWN_REPORT, COMMON_REPORT],
    '/[gard]/puls': `${home}/puls`,
    '/[gard]/forslag': `${home}/forslag`,
    '/[gard]/forslag/ny': [`${home}/forslag/ny`, `${home}/forslag/ny?title=Benker+i+gården`],
    '/[gard]/forslag/[id]': proposal,
    '/[gard]/avstemninger': `${home}/avstemninger`,
    '/[gard]/avstemninger/[id]': [
      poll(`${OPEN} and kind = 'single'`),
      poll(`${OPEN} and kind = 'budget'`),
    ],
    '/[gard]/avstemninger/[id]/kvittering': async () => `${await poll(OPEN)()}/kvittering`,
    '/[gard]/avstemninger/[id]/resultat': async () => `${await poll(COUNTED)()}/resultat`,
    '/[gard]/avstemninger/[id]/protokoll': async () => `${await poll(COUNTED)()}/protokoll`,
    '/mitt': '/mitt',
    '/konto': '/konto',
    '/konto/varsler': '/konto/varsler',
    '/konto/mine-data': '/konto/mine-data',
    '/konto/slett': '/konto/slett',
    '/logg-ut': '/logg-ut',
  },
  consultant: {
    '/[gard]': home,
    '/[gard]/drift': `${home}/drift`,
    '/[gard]/drift/beboere': `${home}/drift/beboere`,
    '/[gard]/drift/beboere/kode': `${home}/drift/beboere/kode`,
    '/[gard]/drift/beboere/brev': `${home}/drift/beboere/brev`,
    '/[gard]/drift/beboere/leilighet/[id]': () =>
      find(
        `${home}/drift/beboere/leilighet/`,
        `select id from public.places where ${inBlock} and name = 'A201'`,
      ),
    '/[gard]/drift/garden': `${home}/drift/garden`,
    '/[gard]/drift/garden/skilt': `${home}/drift/garden/skilt`,
    '/[gard]/drift/oppslag': `${home}/drift/oppslag`,
    '/[gard]/drift/oppslag/ny': `${home}/drift/oppslag/ny`,
    '/[gard]/drift/oppslag/[id]': notice(NOTICE, `${home}/drift/oppslag/`),
    '/[gard]/drift/oppslag/[id]/endre': notice(NOTICE, `${home}/drift/oppslag/`, '/endre'),
    '/[gard]/drift/oppslag/[id]/plakat': notice(NOTICE, `${home}/drift/oppslag/`, '/plakat'),
    '/[gard]/drift/oppslag/[id]/sprak': notice(NOTICE, `${home}/drift/oppslag/`, '/sprak'),
    '/[gard]/drift/aktiviteter': `${home}/drift/aktiviteter`,
    '/[gard]/drift/aktiviteter/ny': `${home}/drift/aktiviteter/ny`,
    '/[gard]/drift/aktiviteter/[id]': activity(
      "kind = 'course' and status = 'published'",
      `${home}/drift/aktiviteter/`,
    ),
    '/[gard]/drift/aktiviteter/[id]/dato/[dato]': () =>
      find(
        `${home}/drift/aktiviteter/`,
        `select activity_id || '/dato/' || id as id from public.activity_sessions
          where ${inBlock} and is_moved order by starts_at limit 1`,
      ),
    '/[gard]/drift/aktiviteter/[id]/dor/[dato]': () =>
      find(
        `${home}/drift/aktiviteter/`,
        `select activity_id || '/dor/' || (starts_at at time zone 'Europe/Oslo')::date as id from public.activity_sessions
         where activity_id = (select id from public.activities where ${inBlock} and title = 'Brannvernkveld')`,
      ),
    '/[gard]/drift/aktiviteter/[id]/plakat': async () =>
      `${await activity("title = 'Leksehjelp'", `${home}/drift/aktiviteter/`)()}/plakat`,
    '/[gard]/drift/avstemninger': `${home}/drift/avstemninger`,
    '/[gard]/drift/avstemninger/ny': `${home}/drift/avstemninger/ny`,
    '/[gard]/drift/avstemninger/[id]': [
      poll(OPEN, `${home}/drift/avstemninger/`),
      poll("status = 'planned'", `${home}/drift/avstemninger/`),
    ],
    '/[gard]/drift/avstemninger/[id]/endre': atDesk("status = 'planned'", 'endre'),
    '/[gard]/drift/avstemninger/[id]/papir': atDesk(OPEN, 'papir'),
    '/[gard]/drift/avstemninger/[id]/papir/stemmeseddel': atDesk(OPEN, 'papir/stemmeseddel'),
    '/[gard]/drift/avstemninger/[id]/plakat': atDesk(OPEN, 'plakat'),
    '/[gard]/drift/avstemninger/[id]/telling': atDesk(
      "status = 'closed' and counted_at is null",
      'telling',
    ),
    '/[gard]/drift/avstemninger/[id]/oppfolging': async () =>
      `${await poll('counted_at is not null', `${home}/drift/avstemninger/`)()}/oppfolging`,
    '/[gard]/drift/forslag': `${home}/drift/forslag`,
    '/[gard]/drift/moderering': `${home}/drift/moderering`,
    '/[gard]/drift/logg': `${home}/drift/logg`,
    '/[gard]/drift/saker': `${home}/drift/saker`,
    '/[gard]/drift/saker/ny': `${home}/drift/saker/ny?utkast=5f0c7f0e-32f5-4d6e-9a53-6d1f0f6d7a13`,
    '/[gard]/drift/driftsmeldinger': `${home}/drift/driftsmeldinger`,
    '/[gard]/saker/[nr]': COMMON_REPORT,
    '/konto': '/konto',
  },
  landlord: {
    '/[gard]': home,
    '/boligbygg/saker': ['/boligbygg/saker', '/boligbygg/saker?status=waiting'],
    '/boligbygg/oppsett': '/boligbygg/oppsett',
    '/boligbygg/systemer': '/boligbygg/systemer',
    '/boligbygg/frister': '/boligbygg/frister',
    '/boligbygg/saker/[nr]': report('true', '/boligbygg/saker/'),
    '/boligbygg/saker/[nr]/utskrift': async () =>
      `${await report('true', '/boligbygg/saker/')()}/utskrift`,
    '/boligbygg/forslag': '/boligbygg/forslag',
    '/boligbygg/folk': '/boligbygg/folk',
    '/boligbygg/oppfolging': '/boligbygg/oppfolging',
    '/konto': '/konto',
  },
  observer: {
    '/[gard]/tall': `${home}/tall`,
  },
  admin: {
    '/admin': '/admin',
    '/admin/ny': '/admin/ny',
    '/admin/kode': '/admin/kode',
    '/admin/logg': '/admin/logg',
    '/konto/sikkerhet': '/konto/sikkerhet',
    '/konto': '/konto',
  },
};

/** Shown only for server errors, and to people who have a second factor (none of the cast): no address leads there. */
const WITHOUT_ADDRESS = ['/500', '/logg-inn/tofaktor'];

/** All pages with their titles. The first state of a route for a visitor is checked in every way. */
export const everyPage = Object.entries(PAGES).flatMap(([who, pages]) =>
  Object.entries(pages).flatMap(([route, places]) =>
    [places].flat().map((where, i) => {
      const title = `${route}${i ? ` (${i + 1})` : ''} for ${who}`;
      return { who: who as Visitor, route, where, title, isFirst: i === 0 };
    }),
  ),
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
