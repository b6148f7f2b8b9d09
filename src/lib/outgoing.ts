import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net, { type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Requests to addresses that somebody else chose: never into our own network. */

const answerWithin = 10_000; // ms

export interface Outgoing {
  url: string;
  headers: Record<string, string>;
  body: string | Buffer;
  /** Also plain http, other ports, and addresses that are private or our own. */
  allowPrivate: boolean;
  /** Milliseconds until it is given up, from the question for the name to the first byte of the answer. */
  timeout?: number;
}

/** Posts a request. Null when the answer was 2xx, else the reason in a few words; the body is not read. No redirect is followed. */
export async function postOutside(outgoing: Outgoing): Promise<string | null> {
  const url = URL.parse(outgoing.url);
  if (!url || !isAllowed(url, outgoing.allowPrivate)) return notAllowed;
  return send(url, outgoing).catch(reason);
}

const notAllowed = 'address not allowed';

/** What an address may look like before its name is looked up: https on its usual port, without user name. */
function isAllowed(url: URL, allowPrivate: boolean): boolean {
  if (url.username || url.password) return false;
  if (allowPrivate) return /^https?:$/.test(url.protocol);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A host that is a number is never looked up, so it is judged here.
  return url.protocol === 'https:' && url.port === '' && (!net.isIP(host) || isPublic(host));
}

/** Whether this address is one of the open internet. An IPv4 address inside an IPv6 one is judged as what it is. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const isGlobal = parsed.kind() === 'ipv4' || parsed.match(ipaddr.parse('2000::'), 3);
  return isGlobal && parsed.range() === 'unicast';
}

/** Looks a name up, and refuses it when one of its addresses is not public: the connection uses just these addresses. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  dns.lookup(hostname, { ...options, all: true }, (error, found) => {
    const problem = error ?? (found.every(({ address }) => isPublic(address)) ? null : refused());
    if (problem) done(problem, []);
    else if (options.all) done(null, found);
    else done(null, found[0]!.address, found[0]!.family);
  });
};
const refused = () => Object.assign(new Error(notAllowed), { code: notAllowed });

function send(url: URL, { headers, body, allowPrivate, timeout = answerWithin }: Outgoing) {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise<string | null>((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal: AbortSignal.timeout(timeout),
      agent: false,
      ...(!allowPrivate && { lookup: publicLookup }),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      const status = answer.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? null : `status ${status}`);
      answer.destroy();
    });
    outgoing.end(body);
  });
}

const reason = ({ code, name }: NodeJS.ErrnoException) =>
  name === 'TimeoutError' || name === 'AbortError' ? 'no answer in time' : (code ?? name);
