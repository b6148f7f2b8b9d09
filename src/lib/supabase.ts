import { createServerClient, parseCookieHeader } from '@supabase/ssr';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { APIContext } from 'astro';
import { SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, SUPABASE_URL } from 'astro:env/server';
import { cookieOptions } from './cookies.ts';
import type { Database } from './database.types.ts';

/** A database client that acts as one person (or without an account) under row-level security. */
export type Db = SupabaseClient<Database>;

/** A backend that does not answer is a fault to show, not a page that never comes. */
const answerWithin = 10_000; // ms
const impatient: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(answerWithin) });

/** The client of the person whose session cookie came with this request. */
export function personDb({
  request,
  cookies,
  url,
}: Pick<APIContext, 'request' | 'cookies' | 'url'>): Db {
  return createServerClient<Database>(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, {
    global: { fetch: impatient },
    // A retry would make the person wait for seconds more; they can press again.
    db: { retry: false },
    cookieOptions: cookieOptions(url),
    cookies: {
      // The rest of the account would only make every request heavier.
      encode: 'tokens-only',
      getAll: () => parseCookieHeader(request.headers.get('cookie') ?? ''),
      setAll: (changed) => {
        for (const { name, value, options } of changed) cookies.set(name, value, options);
      },
    },
  });
}

const shared = (key: string) =>
  createClient<Database>(SUPABASE_URL, key, {
    global: { fetch: impatient },
    db: { retry: false },
    auth: { persistSession: false, autoRefreshToken: false },
  });
let nobody: Db | undefined;
let service: Db | undefined;

/** Acts without an account, whatever cookies were sent: for other systems. */
export const nobodyDb = (): Db => (nobody ??= shared(SUPABASE_PUBLISHABLE_KEY));

/**
 * The server itself, past row-level security. Only for what nobody may do over the open REST API: counting attempts per
 * network address, looking at a join code before there is an account, what other systems send, and the jobs.
 */
export const serviceDb = (): Db => (service ??= shared(SUPABASE_SECRET_KEY));

/** Carries only the code: the message of the database may quote what somebody typed, and errors are logged. */
class DatabaseError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`The database answered ${code}`);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

type Answer = { data: unknown; error: Error | null };

/**
 * Rows, or the error thrown: an unexpected database error is never a page's business.
 * Generic over the whole answer: `maybeSingle()` would take a bare `Data` from here instead of from the query.
 */
export function rows<A extends Answer>(answer: A): Extract<A, { error: null }>['data'] {
  if (answer.error) throw new DatabaseError((answer.error as { code?: string }).code || 'nothing');
  return answer.data as Extract<A, { error: null }>['data'];
}

/** Refused by a policy, and an id of another building. */
const refusals = ['42501', '23503'];

/** Like `rows`, but null when the database refused: then it is not there for this person. */
export const rowsIfAllowed = <A extends Answer>(answer: A) =>
  refusals.includes((answer.error as { code?: string } | null)?.code ?? '') ? null : rows(answer);
