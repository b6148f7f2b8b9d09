import type { APIRoute } from 'astro';
import { listActsAboutMe } from '~/domains/moderation/audit.server.ts';
import { findMyData } from '~/domains/residents/own-data/own-data.server.ts';

/** Everything kept about me, as a file. */
export const GET: APIRoute = async ({ locals: { db } }) => {
  const [data, acts_about_me] = await Promise.all([findMyData(db), listActsAboutMe(db)]);
  if (!data) return new Response(null, { status: 404 });
  return new Response(JSON.stringify({ ...data, acts_about_me }, null, 2), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="mine-data.json"',
      'cache-control': 'no-store',
    },
  });
};
