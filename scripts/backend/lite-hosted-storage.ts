import { reply, withBody, type Handler } from './handler.ts';

type Listing = { prefix?: string; limit?: number; offset?: number };

export function answerStorageLikeHosted(call: Handler): Handler {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const post = request.method === 'POST';
    if (post && pathname.startsWith('/storage/v1/object/list/')) return listOneLevel(call, request);
    const upload = await unpackUpload(request);
    if (!upload)
      return Response.json({ statusCode: '400', message: 'No file in the form' }, { status: 400 });
    const response = await call(upload);
    const signs = post && /\/object\/(upload\/)?sign\//.test(pathname);
    return signs && response.ok ? withSignedUrls(response) : response;
  };
}

/** supabase-js sends a Blob or File as a form with the file in the field ''. */
async function unpackUpload(request: Request): Promise<Request | undefined> {
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data')) return request;
  const file = [...(await request.formData()).values()].find((v) => v instanceof Blob);
  if (!file) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  return withBody(request, bytes, file.type || 'application/octet-stream');
}

/** Hosted lists one level, with names relative to the folder. */
async function listOneLevel(call: Handler, request: Request): Promise<Response> {
  const asked = (await request.json()) as Listing;
  const prefix = asked.prefix ? `${asked.prefix.replace(/\/+$/, '')}/` : '';
  const all = JSON.stringify({ ...asked, prefix, limit: 10_000, offset: 0 });
  const response = await call(withBody(request, all));
  if (!response.ok) return response;
  const level = new Map<string, object>();
  for (const object of (await response.json()) as { name: string }[]) {
    if (!object.name.startsWith(prefix)) continue;
    const [name, ...deeper] = object.name.slice(prefix.length).split('/');
    if (name && !level.has(name))
      level.set(name, deeper.length ? folder(name) : { ...object, name });
  }
  const from = asked.offset ?? 0;
  return reply(response, [...level.values()].slice(from, from + (asked.limit ?? 100)));
}

const folder = (name: string) => ({
  name,
  id: null,
  updated_at: null,
  created_at: null,
  last_accessed_at: null,
  metadata: null,
});

async function withSignedUrls(response: Response): Promise<Response> {
  const fix = (item: { signedUrl?: unknown } | null) => {
    if (typeof item?.signedUrl !== 'string') return item;
    const url = item.signedUrl.replace(/^\/storage\/v1/, '');
    return { ...item, signedURL: url, url };
  };
  const body = (await response.json()) as object;
  return reply(response, Array.isArray(body) ? body.map(fix) : fix(body));
}
