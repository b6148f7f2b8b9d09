import { rows, type Db } from '~/lib/supabase.ts';
import { Open311Error, unknown } from './open311.ts';

/** A call to the Open311 server: who asks, and for what. */
export interface Caller {
  /** Acts without an account: the key says what more may be seen. */
  db: Db;
  /** The server itself, for what may not be called over the open REST API. */
  service: Db;
  /** The secret of a key in use; null: none was sent. */
  key: string | null;
  /** The last part of the address, as in `requests/<id>.xml`. */
  id: string | null;
  query: URLSearchParams;
  /** What was posted. */
  form: URLSearchParams;
  /** Idempotency-Key of the request. */
  reference: string | null;
  origin: string;
  now: Date;
}

/** The secret that came along: in the form, in the address, or better in a header, which no log keeps. */
export function sentKey(headers: Headers, query: URLSearchParams, form: URLSearchParams) {
  const bearer = /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const sent = bearer || headers.get('x-api-key') || form.get('api_key') || query.get('api_key');
  return sent ? sent.slice(0, 200).replaceAll('\0', '') : null;
}

/** Counts the call; refuses invalid keys, and callers over the limit. */
export async function enter(service: Db, key: string | null, address: string): Promise<void> {
  const asked = { secret: key, address } as { secret: string; address: string };
  const outcome = rows(await service.rpc('enter_api', asked));
  if (outcome === 'too_many')
    throw new Open311Error({ status: 429, description: 'Too many calls. Wait a minute.' });
  if (outcome === 'wrong_key')
    throw new Open311Error({ status: 403, description: 'api_key is not valid' });
}

/** A jurisdiction is a building; naming one is optional. */
export async function checkJurisdiction({ db, query, form }: Caller): Promise<void> {
  const slug = form.get('jurisdiction_id') || query.get('jurisdiction_id');
  if (!slug) return;
  const look = db.from('blocks').select('id').eq('slug', slug.replaceAll('\0', '')).limit(1);
  if (!rows(await look).length) throw new Open311Error(unknown('jurisdiction_id was not found'));
}
