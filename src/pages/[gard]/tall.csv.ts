import type { APIRoute } from 'astro';
import { figuresCsv } from '~/domains/figures/figures-csv.ts';
import { listFigures } from '~/domains/figures/figures.server.ts';

/** The figures of the last thirteen months as a file. */
export const GET: APIRoute = async ({ locals: { db, t, locale, block } }) =>
  new Response(figuresCsv(await listFigures(db, block!.id), t, locale), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="tall-${block!.slug}.csv"`,
      'cache-control': 'no-store',
    },
  });
