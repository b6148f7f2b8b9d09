import { defineMiddleware } from 'astro:middleware';
import { findBlock } from '~/domains/blocks/blocks.server.ts';
import { findPerson } from '~/domains/residents/residents.server.ts';
import { isMessageKey } from '~/i18n/index.ts';
import { personDb } from '~/lib/supabase.ts';

/** Pages that must answer when the database does not. */
const withoutDatabase = new Set(['/api/health', '/500']);

/** Other systems are identified by their key, never by a cookie that a browser sends along. */
const isForSystems = (route: string) => route.startsWith('/api/open311/');

/** Who asks, about which building. The building of `/[gard]/…` is looked up once, for every page under it. */
export const identity = defineMiddleware(async (context, next) => {
  const { locals, cookies, request, params } = context;
  locals.db = personDb(context);
  locals.block = null;
  locals.person = null;
  locals.flash = null;
  if (withoutDatabase.has(context.routePattern) || isForSystems(context.routePattern))
    return next();
  const flash = cookies.get('flash')?.value;
  if (flash && request.method === 'GET') {
    locals.flash = isMessageKey(flash) ? flash : null;
    cookies.delete('flash', { path: '/' });
  }
  const [person, block] = await Promise.all([
    findPerson(locals.db, request),
    params.gard ? findBlock(locals.db, params.gard) : null,
  ]);
  Object.assign(locals, { person, block });
  if (params.gard && !block) return new Response(null, { status: 404 });
  return next();
});
