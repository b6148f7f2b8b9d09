import { SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, SUPABASE_URL } from 'astro:env/server';

type State = 'ok' | 'down';

/** Asks a service for something cheap; anything but an answer within two seconds is "down". */
async function answers(path: string, key: string): Promise<State> {
  const asked = fetch(`${SUPABASE_URL}${path}`, {
    headers: { apikey: key, authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(2000),
  });
  return asked.then((response) => (response.ok ? 'ok' : 'down')).catch(() => 'down');
}

export async function checkHealth(): Promise<Record<'web' | 'database' | 'storage', State>> {
  const [database, storage] = await Promise.all([
    answers('/rest/v1/blocks?select=id&limit=1', SUPABASE_PUBLISHABLE_KEY),
    answers('/storage/v1/bucket', SUPABASE_SECRET_KEY),
  ]);
  return { web: 'ok', database, storage };
}
