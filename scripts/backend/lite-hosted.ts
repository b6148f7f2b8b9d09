import { answerAuthLikeHosted, answerUserLikeHosted } from './lite-hosted-auth.ts';
import { answerFactorsLikeHosted } from './lite-hosted-factors.ts';
import { answerLinksLikeHosted } from './lite-hosted-links.ts';
import { answerStorageLikeHosted } from './lite-hosted-storage.ts';
import type { Instance } from './config.ts';
import type { Handler } from './handler.ts';

/** Where Lite 0.10 differs from the hosted services in what supabase-js sends and expects. */
export function answerLikeHosted(call: Handler, instance: Instance, database: string) {
  const factors = answerFactorsLikeHosted((request) => auth(request), instance, database);
  const auth: Handler = answerAuthLikeHosted(call, instance.config.jwt_secret, factors);
  const user = answerUserLikeHosted(call, factors);
  const links = answerLinksLikeHosted(instance, database);
  const storage = answerStorageLikeHosted(call);
  const handler: Handler = (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/storage/v1/object')) return storage(request);
    if (pathname === '/auth/v1/admin/generate_link') return links(request);
    if (/^\/auth\/v1\/factors(\/|$)/.test(pathname)) return factors.answer(request);
    if (pathname === '/auth/v1/user') return user(request);
    const signsIn = /^\/auth\/v1\/(token|signup|verify)$/.test(pathname);
    return signsIn && request.method === 'POST' ? auth(request) : call(request);
  };
  return { handler, close: factors.close };
}
