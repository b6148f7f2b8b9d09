import { decodeJwt } from 'jose';
import type { Locale } from '~/i18n/index.ts';
import { ownLanguage } from '~/i18n/languages.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { accountState } from './own-data/own-data.server.ts';
import { signOut } from './sign-in/sign-in.server.ts';
import { isStaffRole, type Person } from './residents.ts';

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
      'id, display_name, locale, staff_gate, memberships (id, role, block:blocks (id, slug, name), flat:places (id, name))',
    )
    .eq('id', claims.sub)
    .is('memberships.ended_at', null)
    .maybeSingle();
  if (error && noSession.has(error.code)) return forgetSession(db);
  rows({ data: row, error });
  // Not a person yet, or not any more: a token outlives its session and its account.
  if (!row && (await accountState(db)) === 'none') return forgetSession(db);
  const gate = row?.staff_gate ?? null;
  // Signed out elsewhere, or another password: the token would live for up to an hour more.
  if (gate === 'ended') return forgetSession(db);
  const isOpen = gate === null || gate === 'open';
  return {
    id: claims.sub,
    email: claims.email,
    displayName: row?.display_name ?? '',
    locale: row?.locale ?? ownLanguage,
    staffGate: gate,
    memberships: (row?.memberships ?? []).filter(({ role }) => isOpen || !isStaffRole(role)),
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

export async function changeAccount(db: Db, id: string, displayName: string, locale: Locale) {
  rows(await db.from('people').update({ display_name: displayName, locale }).eq('id', id));
}
