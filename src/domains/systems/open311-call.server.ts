import { log } from '~/lib/log.ts';
import { nobodyDb, serviceDb } from '~/lib/supabase.ts';
import { toJson, toXml } from '~/lib/xml.ts';
import { createAnswer, updateAnswer } from './open311-write.server.ts';
import { checkJurisdiction, enter, sentKey, type Caller } from './open311-caller.server.ts';
import {
  definitionAnswer,
  discoveryAnswer,
  requestAnswer,
  requestsAnswer,
  servicesAnswer,
  tokenAnswer,
  updatesAnswer,
} from './open311.server.ts';
import {
  bad,
  errorAnswer,
  Open311Error,
  readPath,
  unknown,
  type Answer,
  type Format,
} from './open311.ts';

type Handler = (caller: Caller) => Promise<Answer>;

/** All calls: by name, with or without an id at the end, and method. */
const calls: Record<string, Record<string, Handler>> = {
  discovery: { GET: discoveryAnswer },
  services: { GET: servicesAnswer },
  'services/': { GET: definitionAnswer },
  requests: { GET: requestsAnswer, POST: createAnswer },
  'requests/': { GET: requestAnswer },
  'tokens/': { GET: tokenAnswer },
  servicerequestupdates: { GET: updatesAnswer, POST: updateAnswer },
};

interface Call {
  request: Request;
  path: string;
  url: URL;
  /** The network address that the calls are counted by. */
  address: string;
  now: Date;
}

/** Answers one call in the format of its ending, errors included. Cookies mean nothing here. */
export async function answerOpen311(call: Call): Promise<Response> {
  const wanted = readPath(call.path);
  const format = wanted?.format ?? 'xml';
  try {
    if (!wanted) throw new Open311Error(unknown('There is no such call or format'));
    return print(format, await answerTo(call, wanted));
  } catch (error) {
    if (error instanceof Open311Error)
      return print(format, errorAnswer(error.problems), error.problems[0]!.status);
    log.error({ route: 'open311', error: (error as Error).name, code: (error as Error).message });
    const problem = { status: 500, description: 'Something failed here. Try again.' } as const;
    return print(format, errorAnswer([problem]), 500);
  }
}

async function answerTo(
  { request, url, address, now }: Call,
  wanted: { call: string; id: string | null },
) {
  const name = wanted.id === null ? wanted.call : `${wanted.call}/`;
  const methods = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (!methods) throw new Open311Error(unknown('There is no such call or format'));
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const handler = methods[method];
  if (!handler)
    throw new Open311Error({ status: 405, description: `${method} is not supported here` });
  const form = method === 'POST' ? await readForm(request) : new URLSearchParams();
  const key = sentKey(request.headers, url.searchParams, form);
  const reference = request.headers.get('idempotency-key');
  const caller: Caller = {
    ...wanted,
    db: nobodyDb(),
    service: serviceDb(),
    key,
    query: url.searchParams,
    form,
    reference,
    origin: url.origin,
    now,
  };
  await enter(caller.service, key, address);
  await checkJurisdiction(caller);
  return handler(caller);
}

const largest = 64 * 1024; // bytes of a form

/** Only the standard's kind of form, and no more than its longest texts need. */
async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type') ?? '';
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(type);
  if (!isForm || Number(request.headers.get('content-length') ?? 0) > largest)
    throw new Open311Error(bad('Send a form: application/x-www-form-urlencoded, at most 64 kB'));
  const body = await request.text();
  if (body.length > largest) throw new Open311Error(bad('The form is larger than 64 kB'));
  return new URLSearchParams(body);
}

const types: Record<Format, string> = {
  xml: 'text/xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

function print(format: Format, { root, tree }: Answer, status = 200): Response {
  const headers = { 'content-type': types[format], ...(status === 429 && { 'retry-after': '60' }) };
  const body = format === 'xml' ? toXml(root, tree) : toJson(tree);
  return new Response(body, { status, headers });
}
