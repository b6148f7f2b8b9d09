import type { APIRoute } from 'astro';
import { answerOpen311 } from '~/domains/systems/open311-call.server.ts';

/** Open311 GeoReport v2 for other systems: docs/open311.md. */
export const ALL: APIRoute = ({ request, params, url, clientAddress, locals: { now } }) =>
  answerOpen311({ request, path: params['call'] ?? '', url, address: clientAddress, now });
