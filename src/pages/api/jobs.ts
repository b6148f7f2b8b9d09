import type { APIRoute } from 'astro';
import { JOBS_TOKEN } from 'astro:env/server';
import { runActivityJobs } from '~/domains/activities/jobs.server.ts';
import { runReportJobs } from '~/domains/reports/jobs.server.ts';
import { carries } from '~/lib/bearer.ts';
import { serviceDb } from '~/lib/supabase.ts';

/** What time does: offers run out, reminders, dates of series, forgotten names, late cases. Called every minute; safe to call twice. */
export const POST: APIRoute = async ({ request, locals }) => {
  if (!carries(request.headers.get('authorization'), JOBS_TOKEN))
    return new Response(null, { status: 404 });
  const service = serviceDb();
  return Response.json({
    ...(await runActivityJobs(service, locals.now)),
    ...(await runReportJobs(service)),
  });
};
