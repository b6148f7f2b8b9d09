import type { APIRoute } from 'astro';
import { checkHealth } from '~/lib/health.ts';

/** Whether web, database and storage answer: 200 when all do, 503 otherwise. */
export const GET: APIRoute = async () => {
  const health = await checkHealth();
  const ok = Object.values(health).every((state) => state === 'ok');
  return Response.json(health, {
    status: ok ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
};
