// The web server: Astro's build as a child process that ends cleanly.
import type { RequestListener, Server } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import compression from 'compression';

type Entry = { startServer: () => { server: { server: Server }; done: Promise<void> } };

const FINISH_WITHIN = 30_000; // ms for requests that are still running at the end: an upload over a phone's network

process.env['ASTRO_NODE_AUTOSTART'] = 'disabled';
process.env['ASTRO_NODE_LOGGING'] = 'disabled';
const { startServer } = (await import(
  pathToFileURL(path.resolve('dist/server/entry.mjs')).href
)) as Entry;
const { server, done } = startServer();
compressAnswers(server.server);
trustOnlyTheNearestProxy(server.server);
done.then(
  () => process.exit(0),
  (error: Error) => {
    console.error(`The web server cannot listen: ${error.message}`);
    process.exit(1);
  },
);

/** Astro's server sends pages uncompressed; compression makes them a quarter of the size on a phone's network. */
function compressAnswers(http: Server): void {
  const answer = http.listeners('request') as RequestListener[];
  const compress = compression() as unknown as (
    ...args: [...Parameters<RequestListener>, () => void]
  ) => void;
  http.removeAllListeners('request');
  http.on('request', (request, response) => {
    compress(request, response, () => answer.forEach((listener) => listener(request, response)));
  });
}

function end(): void {
  server.server.close();
  server.server.closeIdleConnections();
  setTimeout(() => server.server.closeAllConnections(), FINISH_WITHIN).unref();
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
process.on('disconnect', end);
process.on('message', (message) => {
  if (message === 'ping') process.send?.('pong');
});

/**
 * Astro takes the first address of X-Forwarded-For as the visitor's, and the visitor can set that one: somebody who
 * sends another with each try is never throttled. Behind a proxy (SITE_URL is https) the last one is set by the proxy;
 * without a proxy the header is not trusted.
 */
function trustOnlyTheNearestProxy(http: Server): void {
  const behindProxy = new URL(process.env['SITE_URL'] ?? 'http://127.0.0.1').protocol === 'https:';
  http.prependListener('request', ({ headers }) => {
    const last = String(headers['x-forwarded-for'] ?? '')
      .split(',')
      .at(-1)
      ?.trim();
    delete headers['x-forwarded-for'];
    if (behindProxy && last) headers['x-forwarded-for'] = last;
  });
}
