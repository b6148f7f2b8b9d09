import { rows, rowsIfAllowed, type Db } from '~/lib/supabase.ts';
import type { ApiKey, ApiScope, WebhookEndpoint, WebhookKind } from './systems.ts';

/** All keys, those in use first. At most 100. */
export async function listKeys(db: Db): Promise<ApiKey[]> {
  const query = db
    .from('api_keys')
    .select('id, name, scopes, created_at, last_used_on, revoked_at')
    .order('revoked_at', { nullsFirst: true })
    .order('created_at', { ascending: false })
    .limit(100);
  return rows(await query).map((row) => ({
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdAt: new Date(row.created_at),
    lastUsedOn: row.last_used_on,
    revokedAt: row.revoked_at ? new Date(row.revoked_at) : null,
  }));
}

/** The secret of a new key, which nobody can look up later; null when it was refused. */
export const makeKey = async (db: Db, name: string, scopes: ApiScope[]): Promise<string | null> =>
  rows(await db.rpc('make_api_key', { name, scopes }));

export const revokeKey = async (db: Db, id: string) =>
  rows(await db.rpc('revoke_api_key', { id })) ?? false;

/** Where webhooks go, and how they stand. */
export async function listWebhooks(db: Db): Promise<WebhookEndpoint[]> {
  return rows(await db.rpc('webhook_states')).map((row) => ({
    id: row.id,
    url: row.url,
    kinds: row.kinds as WebhookKind[],
    version: row.version,
    queued: row.queued,
    failed: row.failed,
    lastSentAt: (row.last_sent_at as string | null) ? new Date(row.last_sent_at) : null,
    problem: (row.last_error as string | null)
      ? { error: row.last_error, at: new Date(row.last_error_at) }
      : null,
  }));
}

/** False when it was refused. The same form sent twice is one receiver. */
export async function addWebhook(
  db: Db,
  { id, url, kinds }: { id: string; url: string; kinds: WebhookKind[] },
) {
  const { error } = await db.from('webhook_endpoints').insert({ id, url, kinds });
  return !error || error.code === '23505';
}

/** From now on it is signed with something new, which is the answer's version; null when there is none such. */
export async function renewWebhook(db: Db, id: string, now: Date): Promise<number | null> {
  const [endpoint] = rows(await db.from('webhook_endpoints').select('version').eq('id', id));
  if (!endpoint) return null;
  const version = endpoint.version + 1;
  const change = db
    .from('webhook_endpoints')
    .update({ version, renewed_at: now.toISOString() })
    .eq('id', id)
    .eq('version', endpoint.version)
    .select('id');
  return rows(await change).length ? version : null;
}

/** What waits for it is given up. */
export async function removeWebhook(db: Db, id: string, now: Date): Promise<boolean> {
  const change = db
    .from('webhook_endpoints')
    .update({ removed_at: now.toISOString() })
    .eq('id', id)
    .is('removed_at', null)
    .select('id');
  return (rowsIfAllowed(await change) ?? []).length > 0;
}

export const tryWebhook = async (db: Db, id: string) =>
  rows(await db.rpc('try_webhook', { endpoint_id: id })) ?? false;

/** What was given up for a receiver of webhooks, or without one the e-mails about new cases. How many are sent again. */
export const resendFailed = async (db: Db, id?: string) =>
  rows(await db.rpc('resend_failed', id ? { endpoint_id: id } : {})) ?? 0;

/** The address that new cases are to be sent to, how many e-mails wait for it, and how many were given up. */
export async function findIntake(db: Db) {
  const count = (status: 'queued' | 'failed') =>
    db
      .from('outbox_messages')
      .select('id', { count: 'exact', head: true })
      .eq('channel', 'email')
      .is('person_id', null)
      .eq('status', status);
  const [settings, waiting, failed] = await Promise.all([
    db.from('landlord_settings').select('intake_email').limit(1),
    count('queued'),
    count('failed'),
  ]);
  return {
    email: rows(settings)[0]?.intake_email ?? null,
    waiting: waiting.count ?? 0,
    failed: failed.count ?? 0,
  };
}

export async function saveIntake(db: Db, email: string | null): Promise<boolean> {
  const change = db.from('landlord_settings').update({ intake_email: email }).eq('id', true);
  return rows(await change.select('id')).length > 0;
}
