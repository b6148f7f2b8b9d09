import { translator } from '~/i18n/index.ts';
import { isId } from '~/lib/forms.ts';
import { rows } from '~/lib/supabase.ts';
import { List } from '~/lib/xml.ts';
import type { Caller } from './open311-caller.server.ts';
import { findService, serviceName } from './open311.server.ts';
import {
  bad,
  contactLine,
  Open311Error,
  readMoment,
  readStatus,
  unknown,
  waitingFor,
  type Answer,
  type Problem,
} from './open311.ts';
import { ownLanguage } from '~/i18n/languages.ts';

/** What another system sends: new cases, and updates of a case by the landlord's system. */

const t = translator(ownLanguage);
const noKey: Problem = { status: 403, description: 'api_key with this right is required' };
const tooMany: Problem = { status: 429, description: 'Too many with this key today' };
const length = (text: string) => [...text].length;

/** Reads the fields of a form one by one, and collects what is wrong with them. */
class Fields {
  readonly problems: Problem[] = [];
  private readonly form: URLSearchParams;

  constructor(form: URLSearchParams) {
    this.form = form;
  }

  text(name: string, max = 100): string | null {
    const value = this.form.get(name)?.trim().replaceAll('\r\n', '\n') || null;
    if (value && length(value) > max) this.refuse(`${name} is longer than ${max} characters`);
    if (value?.includes('\0')) this.refuse(`${name} holds a sign that cannot be stored`);
    return value;
  }

  required(name: string, max?: number): string | null {
    const value = this.text(name, max);
    if (!value) this.refuse(`${name} was not provided`);
    return value;
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T | null {
    const value = this.text(name);
    const known = values.find((one) => one === value) ?? null;
    if (value && !known) this.refuse(`${name} must be one of ${values.join(', ')}`);
    return known;
  }

  refuse(description: string): void {
    this.problems.push(bad(description));
  }

  done(): void {
    if (this.problems.length) throw new Open311Error(...this.problems);
  }
}

/** Where: the id of a place or its written address. The buildings have no coordinates. */
function readLocation(fields: Fields) {
  const [lat, long] = [fields.text('lat'), fields.text('long')];
  const place = { id: fields.text('address_id'), address: fields.text('address_string', 200) };
  if (!lat !== !long) fields.refuse('lat and long must be provided together');
  else if (!place.id && !place.address)
    fields.refuse(
      lat
        ? 'lat and long alone are not supported: provide address_id or address_string'
        : 'a location was not provided: address_id or address_string',
    );
  if ([lat, long].some((degrees) => degrees && !/^-?\d{1,3}(\.\d+)?$/.test(degrees)))
    fields.refuse('lat and long must be numbers of degrees (WGS84)');
  return place;
}

export async function createAnswer(caller: Caller): Promise<Answer> {
  const { db, service, key, form } = caller;
  if (!key) throw new Open311Error(noKey);
  const fields = new Fields(form);
  const code = fields.required('service_code');
  const place = readLocation(fields);
  const description = fields.text('description', 4000);
  const isUrgent = fields.oneOf('attribute[urgent]', ['no', 'yes']) === 'yes';
  const access = fields.oneOf('attribute[access]', ['call_first', 'may_enter']);
  const reference = caller.reference?.trim() || fields.text('client_reference', 200);
  if (reference && length(reference) > 200)
    fields.refuse('Idempotency-Key must have at most 200 characters');
  const name = [fields.text('first_name'), fields.text('last_name')].filter(Boolean).join(' ');
  const contact = contactLine([name, fields.text('phone'), fields.text('email', 120)]);
  const found = code ? await findService(db, code) : undefined;
  if (code && !found) fields.problems.unshift(unknown('service_code was not found'));
  if (found?.kind === 'flat' && !form.get('attribute[access]'))
    fields.refuse('attribute[access] was not provided');
  fields.done();
  if (place.id && !isId(place.id)) throw new Open311Error(bad('address_id is not a place here'));
  const sent = {
    secret: key,
    reference,
    block_slug: form.get('jurisdiction_id') || null,
    place_id: place.id,
    address: place.address,
    kind: found!.kind,
    thing: found!.thing,
    description: description ?? serviceName(found!),
    access,
    is_urgent: isUrgent,
    contact,
  };
  const answer = rows(await service.rpc('open311_create', sent as never));
  const { outcome, number } = answer![0]!;
  if (outcome === 'wrong_key') throw new Open311Error(noKey);
  if (outcome === 'too_many_today') throw new Open311Error(tooMany);
  if (outcome !== 'created') throw new Open311Error(bad(refusals[outcome]));
  const request = {
    service_request_id: String(number),
    service_notice: form.get('media_url') ? t('systems.notice.no_media') : null,
    account_id: fields.text('account_id'),
  };
  return { root: 'service_requests', tree: new List('request', [request]) };
}

const refusals = {
  place_unknown: 'address_id or address_string is not a place here',
  place_ambiguous: 'address_string is more than one place here: provide address_id',
  wrong_place: 'service_code is not for a place of this kind',
};

export async function updateAnswer({ service, key, form }: Caller): Promise<Answer> {
  if (!key) throw new Open311Error(noKey);
  const fields = new Fields(form);
  const number = fields.required('service_request_id');
  const reference = fields.required('update_id');
  const status = fields.required('status');
  const at = fields.required('updated_datetime');
  const text = fields.text('description', 2000);
  const waits = fields.oneOf('waiting_for', waitingFor);
  const to = status ? readStatus(status, waits) : null;
  if (to === undefined) fields.refuse(`status ${status} cannot be sent`);
  if (at && !readMoment(at))
    fields.refuse('updated_datetime must be a date with time and zone, like 2026-01-31T12:00:00Z');
  fields.done();
  if (!/^\d{1,15}$/.test(number!))
    throw new Open311Error(unknown('service_request_id was not found'));
  const sent = {
    secret: key,
    number: Number(number),
    reference,
    to_status: to,
    waiting_for: waits,
    message: text,
  };
  const answer = rows(await service.rpc('open311_update', sent as never));
  const { outcome, update_id } = answer![0]!;
  if (outcome === 'wrong_key') throw new Open311Error(noKey);
  if (outcome === 'too_many_today') throw new Open311Error(tooMany);
  if (outcome === 'not_found') throw new Open311Error(unknown('service_request_id was not found'));
  if (outcome !== 'done') throw new Open311Error(bad(updateRefusals[outcome]));
  return {
    root: 'service_request_updates',
    tree: new List('request_update', [{ update_id }]),
  };
}

const updateRefusals = {
  not_allowed: 'status cannot follow the one that the request has now',
  reason_missing: 'description was not provided: this status must be explained to the resident',
  waiting_for_missing: 'waiting_for was not provided',
};
