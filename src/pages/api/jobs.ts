import type { APIRoute } from 'astro';
import { JOBS_TOKEN } from 'astro:env/server';
import { sendingSettings } from '~/domains/messages/channels.server.ts';
import { outboxSettings } from '~/domains/systems/settings.server.ts';
import { carries } from '~/lib/bearer.ts';
import { serviceDb } from '~/lib/supabase.ts';
import { runJobs } from './_jobs.ts';

/** The jobs. Called every minute; safe to call twice. */
export const POST: APIRoute = async ({ request, locals }) => {
  if (!carries(request.headers.get('authorization'), JOBS_TOKEN))
    return new Response(null, { status: 404 });
  const settings = { sending: sendingSettings(), outbox: outboxSettings() };
  return Response.json(await runJobs(serviceDb(), locals.now, settings));
};
