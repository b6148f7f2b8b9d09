import type { APIRoute } from 'astro';
import { csvCut, csvHead, csvRows, maxCsvRows } from '~/domains/reports/desk/queue-csv.ts';
import { queueFilter } from '~/domains/reports/desk/queue.ts';
import { allPages } from '~/domains/reports/desk/queue.server.ts';

/** The whole queue of these filters as a file, written while it is read. */
export const GET: APIRoute = ({ locals: { db, t }, url }) => {
  const filter = { ...queueFilter(url.searchParams), after: undefined };
  const pages = allPages(db, filter, maxCsvRows);
  const bytes = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (out) => out.enqueue(bytes.encode(csvHead(t))),
    pull: async (out) => {
      const page = await pages.next();
      if (!page.done) return out.enqueue(bytes.encode(csvRows(page.value, t)));
      if (page.value) out.enqueue(bytes.encode(csvCut(t)));
      out.close();
    },
    cancel: async () => void (await pages.return(false)),
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="saker.csv"',
      'cache-control': 'no-store',
    },
  });
};
