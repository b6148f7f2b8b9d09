import { translator } from '~/i18n/index.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { osloInstant } from '~/lib/time.ts';
import type { ReportStatus, ReportWait } from '~/domains/reports/reports.ts';
import { List } from '~/lib/xml.ts';
import type { Caller } from './open311-caller.server.ts';
import {
  bad,
  Open311Error,
  readSpan,
  serviceCode,
  unknown,
  updateStatus,
  type Answer,
  type Service,
} from './open311.ts';
import { ownLanguage } from '~/i18n/languages.ts';

/** What the Open311 server answers without changing anything. Each asks the database once. */

const t = translator(ownLanguage);

/** Everything that can be reported, in the order of the form. */
async function listServices(db: Db): Promise<Service[]> {
  const found = rows(await db.rpc('open311_services'));
  return found.map(({ place_kind, thing }) => ({ kind: place_kind, thing }));
}

export async function findService(db: Db, code: string | null): Promise<Service | undefined> {
  return (await listServices(db)).find((service) => serviceCode(service) === code);
}

export const serviceName = ({ thing }: Service) => t(`reports.thing.${thing}`);
const placeName = ({ kind }: Service) => t(`systems.place.${kind}`);

export async function servicesAnswer({ db }: Caller): Promise<Answer> {
  const services = (await listServices(db)).map((service) => ({
    service_code: serviceCode(service),
    service_name: serviceName(service),
    description: `${serviceName(service)} (${placeName(service)})`,
    metadata: true,
    type: 'realtime',
    keywords: [placeName(service), service.thing].join(','),
    group: placeName(service),
  }));
  return { root: 'services', tree: new List('service', services) };
}

/** What may, and in a flat must, be said with a new case. */
export async function definitionAnswer({ db, id }: Caller): Promise<Answer> {
  const service = await findService(db, id);
  if (!service) throw new Open311Error(unknown('service_code was not found'));
  const choice = (code: string, order: number, required: boolean, values: [string, string][]) => ({
    variable: true,
    code,
    datatype: 'singlevaluelist',
    required,
    datatype_description: t('systems.attribute.choose'),
    order,
    description: t(`systems.attribute.${code as 'access' | 'urgent'}`),
    values: new List(
      'value',
      values.map(([key, name]) => ({ key, name })),
    ),
  });
  const urgent = choice('urgent', 1, false, [
    ['no', t('systems.attribute.no')],
    ['yes', t('systems.attribute.yes')],
  ]);
  const access = choice('access', 2, true, [
    ['call_first', t('reports.access.call_first')],
    ['may_enter', t('reports.access.may_enter')],
  ]);
  const attributes = service.kind === 'flat' ? [urgent, access] : [urgent];
  return {
    root: 'service_definition',
    tree: { service_code: serviceCode(service), attributes: new List('attribute', attributes) },
  };
}

/** A list of words between commas; null when there is none. */
const words = (text: string | null) => {
  const found = (text ?? '').split(',').map((one) => one.trim());
  return found.some(Boolean) ? found.filter(Boolean) : null;
};
/** Numbers of cases; what cannot be one is never found. */
const numbers = (text: string | null) =>
  words(text)?.map((one) => (/^\d{1,15}$/.test(one) ? Number(one) : -1)) ?? null;

export async function requestsAnswer(caller: Caller): Promise<Answer> {
  const { query, now, db } = caller;
  const ids = numbers(query.get('service_request_id'));
  if (ids) return requestList(caller, { ids });
  const codes = words(query.get('service_code'));
  const states = words(query.get('status'));
  if (states?.some((state) => state !== 'open' && state !== 'closed'))
    throw new Open311Error(bad('status must be open or closed'));
  if (codes) {
    const known = new Set((await listServices(db)).map(serviceCode));
    if (!codes.every((code) => known.has(code)))
      throw new Open311Error(unknown('service_code was not found'));
  }
  const span = readSpan(query.get('start_date'), query.get('end_date'), now);
  const isOpen = states && new Set(states).size === 1 ? states[0] === 'open' : null;
  return requestList(caller, { codes, isOpen, ...span });
}

export async function requestAnswer(caller: Caller): Promise<Answer> {
  const answer = await requestList(caller, { ids: numbers(caller.id) ?? [-1] });
  if ((answer.tree as List).entries.length === 0)
    throw new Open311Error(unknown('service_request_id was not found'));
  return answer;
}

const statusText = (status: ReportStatus, waitsFor: ReportWait | null) =>
  t(waitsFor ? `reports.status.waiting.${waitsFor}` : `reports.status.${status}`);

interface Wanted {
  ids?: number[];
  codes?: string[] | null;
  isOpen?: boolean | null;
  from?: Date;
  until?: Date;
}

async function requestList(
  { db, key, query }: Caller,
  { ids, codes, isOpen, from, until }: Wanted,
): Promise<Answer> {
  const wanted = {
    secret: key,
    numbers: ids ?? null,
    block_slug: query.get('jurisdiction_id') || null,
    services: codes ?? null,
    is_open: isOpen ?? null,
    from_at: from?.toISOString() ?? null,
    until_at: until?.toISOString() ?? null,
  };
  // The generated types know no null for an argument.
  const found = rows(await db.rpc('open311_requests', wanted as never));
  const requests = found.map((row) => {
    const name = serviceName({ kind: row.place_kind, thing: row.thing });
    return {
      service_request_id: String(row.number),
      status: row.is_open ? 'open' : 'closed',
      status_notes: statusText(row.status, row.waiting_for),
      service_name: name,
      service_code: serviceCode({ kind: row.place_kind, thing: row.thing }),
      description: (row.description as string | null) ?? `${name}: ${row.place_name}`,
      agency_responsible: t('reports.by.landlord'),
      requested_datetime: row.created_at,
      updated_datetime: row.status_changed_at,
      // The day is the landlord's; the standard wants a moment.
      expected_datetime: (row.expected_by as string | null)
        ? osloInstant(row.expected_by, '23:59').toISOString()
        : null,
      address: row.address,
      address_id: row.place_id,
    };
  });
  return { root: 'service_requests', tree: new List('request', requests) };
}

/** The token of a case: every service is "realtime", so it is the number itself. */
export async function tokenAnswer(caller: Caller): Promise<Answer> {
  const answer = await requestList(caller, { ids: numbers(caller.id) ?? [-1] });
  if ((answer.tree as List).entries.length === 0)
    throw new Open311Error(unknown('token was not found'));
  const tree = new List('request', [{ service_request_id: caller.id, token: caller.id }]);
  return { root: 'service_requests', tree };
}

export async function updatesAnswer({ db, key, query, now }: Caller): Promise<Answer> {
  const { from, until } = readSpan(query.get('start_date'), query.get('end_date'), now);
  const wanted = {
    secret: key,
    numbers: numbers(query.get('service_request_id')),
    from_at: from.toISOString(),
    until_at: until.toISOString(),
  };
  const found = rows(await db.rpc('open311_updates', wanted as never));
  const updates = found.map((row) => ({
    update_id: String(row.event_id),
    service_request_id: String(row.number),
    status: updateStatus[row.to_status],
    description: (row.body as string | null) ?? t(`reports.status.${row.to_status}`),
    updated_datetime: row.created_at,
  }));
  return { root: 'service_request_updates', tree: new List('request_update', updates) };
}

export const discoveryAnswer = ({ origin }: Caller): Promise<Answer> =>
  Promise.resolve({
    root: 'discovery',
    tree: {
      changeset: '2026-11-22T00:00:00Z',
      contact: t('systems.discovery.contact', { url: `${origin}/` }),
      key_service: t('systems.discovery.key'),
      endpoints: new List('endpoint', [
        {
          specification: 'http://wiki.open311.org/GeoReport_v2',
          url: `${origin}/api/open311/v2`,
          changeset: '2026-11-22T00:00:00Z',
          type: 'production',
          formats: new List('format', ['text/xml', 'application/json']),
        },
      ]),
    },
  });
