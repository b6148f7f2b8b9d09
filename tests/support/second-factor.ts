import type { SupabaseClient } from '@supabase/supabase-js';
import { Secret, TOTP } from 'otpauth';

/** The code an authenticator app shows, now or `steps` of 30 seconds later. */
export const appCode = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: Date.now() + steps * 30_000,
  });

/** Sets up a factor in this session, which is verified by that. */
export async function setUpFactor(client: SupabaseClient) {
  const { data, error } = await client.auth.mfa.enroll({
    factorType: 'totp',
    issuer: 'Bomiljø',
    friendlyName: crypto.randomUUID(),
  });
  if (error) throw error;
  const { secret } = data.totp;
  const shown = await showFactor(client, data.id, appCode(secret));
  if (shown.error) throw shown.error;
  return { id: data.id, secret };
}

export const showFactor = (client: SupabaseClient, factorId: string, code: string) =>
  client.auth.mfa.challengeAndVerify({ factorId, code });
