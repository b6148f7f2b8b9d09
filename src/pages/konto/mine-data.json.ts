import type { APIRoute } from 'astro';
import { listActsAboutMe } from '~/domains/moderation/audit.server.ts';
import { reasonText } from '~/domains/moderation/reason.ts';
import { findMyData } from '~/domains/residents/own-data/own-data.server.ts';
import { isReason } from '~/domains/residents/own-data/own-data.ts';

/** Everything kept about me, as a file. */
export const GET: APIRoute = async ({ locals: { db, t } }) => {
  const [data, acts_about_me] = await Promise.all([findMyData(db), listActsAboutMe(db)]);
  if (!data) return new Response(null, { status: 404 });
  const inWords = (field: string, value: unknown) =>
    isReason(field) && typeof value === 'string' ? reasonText(value, t) : value;
  return new Response(JSON.stringify({ ...data, acts_about_me }, inWords, 2), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="mine-data.json"',
      'cache-control': 'no-store',
    },
  });
};
