import crypto from 'node:crypto';
import { SignJWT } from 'jose';
import type { Config } from './config.ts';

type Caller = { expected: string; token?: string };

/**
 * Two guarantees that everything else depends on, checked at every start through the same gateway as the application:
 * a revoked column is refused, and people who ask at the same moment get their own answer.
 * Only for this there is the schema `backend_check` (bootstrap.sql). Throws one clear sentence.
 */
export async function checkBackend(url: string, config: Config): Promise<void> {
  const people = await Promise.all([person(config), person(config)]);
  const ask = (path: string, { token }: { token?: string | undefined }) =>
    fetch(`${url}/rest/v1/${path}`, {
      headers: {
        apikey: config.publishable_key,
        'accept-profile': 'backend_check',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
    });
  await Promise.all([revokedColumnIsRefused(ask, people[0]!), rolesStayApart(ask, people)]);
}

type Ask = (path: string, caller: { token?: string | undefined }) => Promise<Response>;

async function revokedColumnIsRefused(ask: Ask, someone: Caller): Promise<void> {
  const open = await ask('columns?select=given', someone);
  if (!open.ok) throw failed(`a granted column cannot be read (${open.status})`);
  await open.text();
  const closed = await ask('columns?select=revoked', someone);
  const { code } = (await closed.json()) as { code?: string };
  if (closed.ok || code !== '42501') throw failed('a revoked column can be read through the API');
}

async function rolesStayApart(ask: Ask, people: Caller[]): Promise<void> {
  const callers: Caller[] = [...people, { expected: 'anon:' }];
  const crowd = Array.from({ length: 24 }, (_, i) => callers[i % callers.length]!);
  const answers = await Promise.all(
    crowd.map(async (caller) => {
      const response = await ask('rpc/who_am_i', caller);
      return { expected: caller.expected, given: (await response.json()) as unknown };
    }),
  );
  const mixed = answers.find(({ expected, given }) => given !== expected);
  if (mixed) throw failed(`parallel requests got mixed up (${JSON.stringify(mixed)})`);
}

async function person(config: Config): Promise<Caller> {
  const id = crypto.randomUUID();
  const token = await new SignJWT({ role: 'authenticated', sub: id })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(config.jwt_secret));
  return { expected: `authenticated:${id}`, token };
}

const failed = (what: string) => new Error(`The backend failed its check at start: ${what}.`);
