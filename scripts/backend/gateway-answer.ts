import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

export function answer(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  if (res.headersSent) return void res.destroy();
  res.writeHead(status, {
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    ...headers,
  });
  res.end(status === 204 ? undefined : JSON.stringify(body));
}
