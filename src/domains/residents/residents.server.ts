import { decodeJwt } from 'jose';
import { isLocale } from '~/i18n/index.ts';
import { rows, serviceDb, type Db } from '~/lib/supabase.ts';
import type { Member, Person } from './residents.ts';

/** Without Supabase's session cookie there is nobody to ask for. */
const hasSession = (request: Request) =>
  /(^|;\s*)sb-[^=]*-auth-token/.test(request.headers.get('cookie') ?? '');

/** Error codes of a session that ended or was forged: the person is then simply not signed in. */
const noSession = new Set(['PGRST301', 'PGRST302', 'PGRST303', '42501']);

/** The signed-in person of a request; null for everybody else. */
export const findPerson = async (db: Db, request: Request): Promise<Person | null> =>
  hasSession(request) ? loadPerson(db) : null;

/**
 * The person of this client's session with roles, in one round trip. The cookie is only a claim: the row comes back
 * because the database checked the token's signature.
 */
export async function loadPerson(db: Db): Promise<Person | null> {
  const { data } = await db.auth.getSession();
  const claims = readClaims(data.session?.access_token);
  if (!claims) return data.session ? forgetSession(db) : null;
  const { data: row, error } = await db
    .from('people')
    .select(
      'id, display_name, locale, memberships (id, role, block:blocks (id, slug, name), flat:places (id, name))',
    )
    .eq('id', claims.sub)
    .is('memberships.ended_at', null)
    .maybeSingle();
  if (error && noSession.has(error.code)) return forgetSession(db);
  rows({ data: row, error });
  return {
    id: claims.sub,
    email: claims.email,
    displayName: row?.display_name ?? '',
    locale: isLocale(row?.locale) ? row.locale : 'nb',
    memberships: row?.memberships ?? [],
  };
}

function readClaims(token: string | undefined) {
  try {
    const { sub, email } = decodeJwt<{ email?: string }>(token ?? '');
    return sub ? { sub, email: email ?? '' } : null;
  } catch {
    return null;
  }
}

/** A forged or outdated session must not follow the person to public pages, where it would be refused too. */
async function forgetSession(db: Db): Promise<null> {
  await signOut(db);
  return null;
}

export type SignInOutcome = 'signed_in' | 'wrong' | 'too_many_attempts';

/** Counts an attempt of this network address; false when there were too many in a quarter of an hour. */
const mayTry = async (kind: string, key: string, most: number) =>
  rows(await serviceDb().rpc('attempt', { kind, key, max_count: most, window_minutes: 15 })) ??
  false;

/** Signs in by e-mail and password. Unknown account and wrong password have the same answer. */
export async function signIn(
  db: Db,
  address: string,
  email: string,
  password: string,
): Promise<SignInOutcome> {
  const account = { kind: 'sign_in', key: email.toLowerCase() };
  const allowed =
    (await mayTry('sign_in_address', address, 60)) && (await mayTry(account.kind, account.key, 10));
  if (!allowed) return 'too_many_attempts';
  const { error } = await db.auth.signInWithPassword({ email, password });
  if (error) return 'wrong';
  rows(await serviceDb().rpc('forget_attempts', account));
  return 'signed_in';
}

/** The building a join code opens; null when the code does not work. At most 30 looks per address in 15 minutes. */
export async function peekJoinCode(address: string, code: string) {
  if (!(await mayTry('peek', address, 30))) return 'too_many_attempts' as const;
  // The address of a page can hold the zero sign, which PostgreSQL does not take.
  const signs = code.replaceAll('\0', '');
  return rows(await serviceDb().rpc('peek_join_code', { code: signs }))?.[0] ?? null;
}

/** Makes an account, or signs in to the one that has this e-mail and password, with the same limit on wrong ones. */
export async function openAccount(
  db: Db,
  address: string,
  email: string,
  password: string,
): Promise<SignInOutcome> {
  const { data } = await db.auth.signUp({ email, password });
  return data.session ? 'signed_in' : signIn(db, address, email, password);
}

/** Uses a join code as the signed-in person. */
export async function joinBlock(db: Db, code: string, displayName: string, locale: string) {
  return rows(await db.rpc('join_block', { code, display_name: displayName, locale }));
}

/** Signs out this device only. */
export const signOut = (db: Db) => db.auth.signOut({ scope: 'local' });

export async function changeAccount(db: Db, id: string, displayName: string, locale: string) {
  rows(await db.from('people').update({ display_name: displayName, locale }).eq('id', id));
}

/** A new code for a flat (or, without flat, for a consultant); null when I may not make one. Shown only now. */
export async function makeJoinCode(db: Db, blockId: string, flatId: string | null, uses: number) {
  const flat = flatId ? { flat_id: flatId } : {};
  const { data, error } = await db.rpc('make_join_code', {
    block_id: blockId,
    ...flat,
    max_uses: uses,
  });
  if (error && ['42501', '23503'].includes(error.code)) return null;
  return rows({ data, error });
}

/** False when there is no such code that I may revoke. */
export async function revokeJoinCode(db: Db, id: string): Promise<boolean> {
  const revoked = db.from('join_codes').update({ revoked_at: new Date().toISOString() });
  return (rows(await revoked.eq('id', id).is('revoked_at', null).select('id')) ?? []).length > 0;
}

/** False when there is no such membership that I may end. */
export const endMembership = async (db: Db, id: string) =>
  rows(await db.rpc('end_membership', { membership_id: id })) ?? false;

export interface Flat {
  id: string;
  name: string;
  members: Member[];
  /** Codes that still work. */
  codes: { id: string; usesLeft: number; expiresAt: Date }[];
}

/** The flats of a building with their people and live codes, in one round trip; for its consultant. At most 500. */
export async function listFlats(db: Db, blockId: string, now: Date): Promise<Flat[]> {
  const found = await db
    .from('places')
    .select(
      `id, name,
      memberships!memberships_flat_id_block_id_flat_kind_fkey (id, role, started_at, ended_at, people (display_name)),
      join_codes!join_codes_flat_id_block_id_flat_kind_fkey (id, max_uses, used_count, expires_at, revoked_at)`,
    )
    .eq('block_id', blockId)
    .eq('kind', 'flat')
    .is('memberships.ended_at', null)
    .is('join_codes.revoked_at', null)
    .gt('join_codes.expires_at', now.toISOString())
    .order('position')
    .limit(500);
  const byName = new Intl.Collator('nb', { numeric: true });
  const flats = (rows(found) ?? []).toSorted((a, b) => byName.compare(a.name, b.name));
  return flats.map(({ id, name, memberships, join_codes }) => ({
    id,
    name,
    members: memberships.map((m) => ({
      id: m.id,
      displayName: m.people.display_name,
      role: m.role,
      since: new Date(m.started_at),
    })),
    codes: join_codes
      .filter((code) => code.used_count < code.max_uses)
      .map((code) => ({
        id: code.id,
        usesLeft: code.max_uses - code.used_count,
        expiresAt: new Date(code.expires_at),
      })),
  }));
}

/** The consultants of all buildings, for the admin: since when, without names. At most 500. */
export async function listConsultants(db: Db) {
  const found = db.from('memberships').select('id, block_id, started_at').eq('role', 'consultant');
  const list = rows(await found.is('ended_at', null).order('started_at').limit(500)) ?? [];
  return list.map((one) => ({
    id: one.id,
    blockId: one.block_id,
    since: new Date(one.started_at),
  }));
}
