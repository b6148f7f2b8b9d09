/** What answers a request. */
export type Handler = (request: Request) => Promise<Response>;

/** The same request with another body. */
export function withBody(request: Request, body: BodyInit, type?: string): Request {
  const headers = new Headers(request.headers);
  headers.delete('content-length');
  if (type) headers.set('content-type', type);
  return new Request(request.url, { method: request.method, headers, body });
}

/** The same answer with another body, as JSON. */
export function reply(response: Response, body: unknown): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(JSON.stringify(body), { status: response.status, headers });
}
