import type { APIRoute } from 'astro';
import { findPoll, withResult } from '~/domains/polls/polls.server.ts';
import { recordFile } from '~/domains/polls/result/record.ts';
import { listBallots } from '~/domains/polls/result/result.server.ts';

/** The record of a counted vote as a file that anybody can recount with scripts/recount.mjs. */
export const GET: APIRoute = async ({ params, locals: { db, block, now } }) => {
  const found = block && (await findPoll(db, block.id, params['id'] ?? '', now));
  const poll = found?.state === 'closed' ? await withResult(db, found) : null;
  if (!block || !poll?.result) return new Response(null, { status: 404 });
  const ballots = await listBallots(db, poll.id);
  const file = recordFile(poll, block.name, poll.result, ballots);
  return new Response(JSON.stringify(file, null, 1), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="protokoll.json"',
      'cache-control': 'private, no-store',
    },
  });
};
