import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { postOutside } from '~/lib/outgoing.ts';
import { rows, type Db } from '~/lib/supabase.ts';

/** What the worker needs beside the database. */
export interface OutboxSettings {
  /** What every receiver's signing secret is derived from. */
  key: string;
  /** Also plain http and addresses that are private or our own. */
  allowPrivate: boolean;
  /** Milliseconds that one receiver has for its answer. */
  timeout?: number;
}

const atOnce = 10;
/** The caller of the jobs waits half a minute; one round takes ten seconds when nobody answers. */
const startsUntil = 15_000; // ms

/**
 * What webhooks to this receiver are signed with (Standard Webhooks, `whsec_…`). Derived, so that it is stored nowhere and
 * the server can still sign with it; another version is another secret.
 */
export function signingSecret(key: string, endpointId: string, version: number): string {
  const derived = createHmac('sha256', key).update(`bomiljo-webhook:${endpointId}:${version}`);
  return `whsec_${derived.digest('base64')}`;
}

interface Claimed {
  id: string;
  endpoint_id: string;
  url: string;
  version: number;
  is_newly_renewed: boolean;
  payload: unknown;
  attempts: number;
}

/** Sends what is due, a few at a time. Safe to run twice and by several servers at once. Returns the numbers. */
export async function sendWebhooks(service: Db, settings: OutboxSettings) {
  const started = performance.now();
  const done = { sent: 0, unsent: 0 };
  while (performance.now() - started < startsUntil) {
    const claimed = rows(await service.rpc('claim_webhooks', { max_count: atOnce }));
    if (claimed.length === 0) break;
    const errors = await Promise.all(claimed.map((one) => sendOne(service, one, settings)));
    for (const error of errors) done[error === null ? 'sent' : 'unsent']++;
  }
  rows(await service.rpc('tidy_systems'));
  return done;
}

async function sendOne(service: Db, claimed: Claimed, settings: OutboxSettings) {
  const { id, attempts, url, payload } = claimed;
  const body = JSON.stringify(payload);
  const error = await postOutside({
    url,
    body,
    headers: signed(claimed, body, settings.key),
    allowPrivate: settings.allowPrivate,
    ...(settings.timeout && { timeout: settings.timeout }),
  });
  // No null among the generated arguments.
  const result = { id, attempts, error } as { id: string; attempts: number; error: string };
  rows(await service.rpc('finish_webhook', result));
  return error;
}

/** For a day after a new secret was drawn, messages also carry the old one's signature. */
function signed(
  { id, endpoint_id, version, is_newly_renewed }: Claimed,
  body: string,
  key: string,
) {
  const at = new Date();
  const versions = is_newly_renewed && version > 1 ? [version, version - 1] : [version];
  const signatures = versions.map((one) =>
    new Webhook(signingSecret(key, endpoint_id, one)).sign(id, at, body),
  );
  return {
    'content-type': 'application/json',
    'user-agent': 'Bomiljo-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}
