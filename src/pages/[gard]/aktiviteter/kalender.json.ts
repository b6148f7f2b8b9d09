import type { APIRoute } from 'astro';
import { listFields } from '~/domains/activities/calendar/calendar.server.ts';
import { draw, readDays } from '~/domains/activities/calendar/calendar.ts';

/** The data of the calendar page: what the reader may see from `start` to before `end`, at most 100 days. */
export const GET: APIRoute = async ({ url, locals: { db, block } }) => {
  const days = readDays(url.searchParams);
  if (!block || !days) return new Response(null, { status: block ? 400 : 404 });
  const fields = await listFields(db, block.id, days);
  const home = `/${block.slug}/aktiviteter`;
  return Response.json(fields.map((field) => draw(field, home)));
};
