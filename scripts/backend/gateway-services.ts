import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Handler } from './handler.ts';

type Limited = IncomingMessage & { limited?: TransformStream<Uint8Array, Uint8Array> };

/** Auth and Storage run in this process: turns Node's request into a web request and counts its bytes. */
export function forwardToServices(services: Handler) {
  const listener = getRequestListener(
    async (request, env) => {
      const { limited } = (env as { incoming: Limited }).incoming;
      const bare = request.method === 'GET' || request.method === 'HEAD';
      const body = bare ? null : limited ? request.body?.pipeThrough(limited) : request.body;
      const { url, method, headers, signal } = request;
      const init = { method, headers, body, signal, duplex: 'half' };
      const copy = new Request(url, init as RequestInit);
      const response = await services(copy);
      await drain(copy);
      return response;
    },
    { overrideGlobalObjects: false, errorHandler: unavailable },
  );
  return (limit: number) =>
    async (req: Limited, res: ServerResponse, path: string): Promise<void> => {
      req.url = path;
      if (req.headers['transfer-encoding']) req.limited = atMost(limit);
      await listener(req, res);
    };
}

/** A request that was refused early is read to its end, so that the connection stays usable. */
async function drain(request: Request): Promise<void> {
  if (!request.body || request.body.locked || request.bodyUsed) return;
  await request.body.pipeTo(new WritableStream()).catch(() => {});
}

function unavailable(error: unknown): Response {
  console.error(error);
  return Response.json({ message: 'Service not available, try again' }, { status: 503 });
}

function atMost(limit: number): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform(chunk, out) {
      seen += chunk.length;
      if (seen > limit) out.error(new Error('Payload too large'));
      else out.enqueue(chunk);
    },
  });
}
