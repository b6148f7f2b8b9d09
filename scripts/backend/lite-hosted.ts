import { answerAuthLikeHosted } from './lite-hosted-auth.ts';
import { answerLinksLikeHosted } from './lite-hosted-links.ts';
import { answerStorageLikeHosted } from './lite-hosted-storage.ts';
import type { Instance } from './config.ts';
import type { Handler } from './lite.ts';

/** Where Lite 0.10 differs from the hosted services in what supabase-js sends and expects. */
export function answerLikeHosted(call: Handler, instance: Instance, database: string): Handler {
  const auth = answerAuthLikeHosted(call, instance.config.jwt_secret);
  const links = answerLinksLikeHosted(instance, database);
  const storage = answerStorageLikeHosted(call);
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/storage/v1/object')) return storage(request);
    if (pathname === '/auth/v1/admin/generate_link') return links(request);
    const signsIn = /^\/auth\/v1\/(token|signup|verify)$/.test(pathname);
    return signsIn && request.method === 'POST' ? auth(request) : call(request);
  };
}

export function withBody(request: Request, body: BodyInit, type?: string): Request {
  const headers = new Headers(request.headers);
  headers.delete('content-length');
  if (type) headers.set('content-type', type);
  return new Request(request.url, { method: request.method, headers, body });
}

export function reply(response: Response, body: unknown): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(JSON.stringify(body), { status: response.status, headers });
}
