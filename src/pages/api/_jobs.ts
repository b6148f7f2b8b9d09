import { runActivityJobs } from '~/domains/activities/jobs.server.ts';
import { runFigureJobs } from '~/domains/figures/figures.server.ts';
import { sendMessages, type SendingSettings } from '~/domains/messages/send.server.ts';
import { runNoticeJobs } from '~/domains/notices/jobs.server.ts';
import { runPollJobs } from '~/domains/polls/jobs.server.ts';
import { runReportJobs } from '~/domains/reports/jobs.server.ts';
import { runRetentionJobs } from '~/domains/residents/own-data/jobs.server.ts';
import { sendWebhooks } from '~/domains/systems/outbox.server.ts';
import { removeAbandonedSpacePhotos } from '~/lib/space-photos.ts';
import type { OutboxSettings } from '~/domains/systems/outbox.server.ts';
import type { Db } from '~/lib/supabase.ts';

/**
 * The jobs: offers run out, reminders, dates of series, forgotten names, late cases, votes that close, late follow-ups,
 * new notices, the figures of a month that is over, pictures of forms never sent, what is not kept any longer; and what waits to be
 * sent to people and other systems. A failing job does not stop the others. Returns the numbers.
 */
export async function runJobs(
  service: Db,
  now: Date,
  { sending, outbox }: { sending: SendingSettings; outbox: OutboxSettings },
) {
  const telling: Promise<object>[] = [
    runActivityJobs(service, now),
    runReportJobs(service),
    runNoticeJobs(service),
    runPollJobs(service),
  ];
  const done = await Promise.allSettled([
    ...telling,
    runFigureJobs(service),
    runRetentionJobs(service),
    removeAbandonedSpacePhotos(service).then((space_photos) => ({ space_photos })),
    sendWebhooks(service, outbox),
    // Their notifications are sent now and not a minute later: danger above all.
    Promise.allSettled(telling).then(() => sendMessages(service, sending)),
  ]);
  const failed = done.find((job) => job.status === 'rejected');
  if (failed) throw failed.reason;
  return Object.assign({}, ...done.map((job) => 'value' in job && job.value)) as object;
}
