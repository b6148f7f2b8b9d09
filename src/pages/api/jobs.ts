import type { APIRoute } from 'astro';
import { JOBS_TOKEN } from 'astro:env/server';
import { runActivityJobs } from '~/domains/activities/jobs.server.ts';
import { runFigureJobs } from '~/domains/figures/figures.server.ts';
import { sendingSettings } from '~/domains/messages/channels.server.ts';
import { sendMessages } from '~/domains/messages/send.server.ts';
import { runNoticeJobs } from '~/domains/notices/jobs.server.ts';
import { runPollJobs } from '~/domains/polls/jobs.server.ts';
import { runReportJobs } from '~/domains/reports/jobs.server.ts';
import { runRetentionJobs } from '~/domains/residents/own-data/jobs.server.ts';
import { sendWebhooks } from '~/domains/systems/outbox.server.ts';
import { outboxSettings } from '~/domains/systems/settings.server.ts';
import { carries } from '~/lib/bearer.ts';
import { removeAbandonedSpacePhotos } from '~/lib/space-photos.ts';
import { serviceDb } from '~/lib/supabase.ts';

/**
 * What time does: offers run out, reminders, dates of series, forgotten names, late cases, votes that close, late follow-ups,
 * new notices, the figures of a month that is over, pictures of forms never sent, what is not kept any longer; and what waits to be
 * sent to people and other systems. Called every minute; safe to call twice.
 * All begin at once, and one that fails stops none of the others.
 */
export const POST: APIRoute = async ({ request, locals }) => {
  if (!carries(request.headers.get('authorization'), JOBS_TOKEN))
    return new Response(null, { status: 404 });
  const service = serviceDb();
  const done = await Promise.allSettled([
    runActivityJobs(service, locals.now),
    runReportJobs(service),
    runNoticeJobs(service),
    runPollJobs(service),
    runFigureJobs(service),
    runRetentionJobs(service),
    removeAbandonedSpacePhotos(service).then((space_photos) => ({ space_photos })),
    sendWebhooks(service, outboxSettings()),
    sendMessages(service, sendingSettings()),
  ]);
  const failed = done.find((job) => job.status === 'rejected');
  if (failed) throw failed.reason;
  return Response.json(Object.assign({}, ...done.map((job) => 'value' in job && job.value)));
};
