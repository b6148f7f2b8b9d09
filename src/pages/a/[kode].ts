import type { APIRoute } from 'astro';
import { findBySlug } from '~/domains/activities/slug.server.ts';

/** The short address on posters: to the activity, for those who may see it. */
export const GET: APIRoute = async ({ params, locals: { db }, redirect }) => {
  const found = await findBySlug(db, params['kode'] ?? '');
  if (!found) return new Response(null, { status: 404 });
  return redirect(`/${found.blockSlug}/aktiviteter/${found.id}`, 302);
};
