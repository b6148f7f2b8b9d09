import { SUPABASE_SECRET_KEY, WEBHOOKS_ALLOW_PRIVATE, WEBHOOKS_KEY } from 'astro:env/server';
import type { OutboxSettings } from './outbox.server.ts';

/** How this server signs and where it may send: docs/deploy.md. */
export const outboxSettings = (): OutboxSettings => ({
  key: WEBHOOKS_KEY || SUPABASE_SECRET_KEY,
  allowPrivate: WEBHOOKS_ALLOW_PRIVATE === 'yes',
});
