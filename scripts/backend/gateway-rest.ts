import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { createProxyServer } from 'httpxy';
import { answer } from './gateway-answer.ts';

const UNAVAILABLE = {
  code: 'PGRST000',
  message: 'Database service is not available, try again',
  details: null,
  hint: null,
};

export function forwardToRest(restUrl: () => Promise<string>, limit: number) {
  const proxy = createProxyServer({ proxyTimeout: 60_000 }); // keeps connections alive by default
  proxy.on('proxyRes', (response: IncomingMessage) => {
    response.headers['access-control-allow-origin'] ??= '*';
  });
  proxy.on('error', (_error: Error, _req: unknown, res: unknown) => {
    if ((res as ServerResponse | undefined)?.writeHead)
      answer(res as ServerResponse, 503, UNAVAILABLE);
  });
  return async (req: IncomingMessage, res: ServerResponse, path: string): Promise<void> => {
    const rest = path.slice('/rest/v1'.length);
    req.url = rest.startsWith('/') ? rest : `/${rest}`;
    delete req.headers.apikey; // keeps keys out of current_setting('request.headers')
    const body = req.headers['transfer-encoding'] ? req.pipe(atMost(limit)) : undefined;
    body?.once('error', () => {
      answer(res, 413, { message: 'Payload too large' }, { connection: 'close' });
    });
    const target = await restUrl();
    await proxy.web(req, res, body ? { target, buffer: body } : { target });
  };
}

function atMost(limit: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit) done(new Error('Payload too large'));
      else done(null, chunk);
    },
  });
}
