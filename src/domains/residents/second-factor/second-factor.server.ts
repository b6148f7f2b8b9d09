import { rows, type Db } from '~/lib/supabase.ts';
import {
  forgetAttempts,
  mayTry,
  type SignInOutcome,
} from '~/domains/residents/sign-in/sign-in.server.ts';
import type { NewFactor } from './second-factor.ts';

/** What the auth service answers to somebody who typed something wrong; the rest is a fault. */
const wrongCodes = new Set([
  'mfa_verification_failed',
  'mfa_challenge_expired',
  'mfa_factor_not_found',
]);

/** Whether the auth service supports second factors: one that does not answers 404. */
export async function hasSecondFactors(db: Db): Promise<boolean> {
  // No type of factor, so none is made.
  const { error } = await db.auth.mfa.enroll({ factorType: 'none' as never });
  return error?.status !== 404;
}

/** The factors of the signed-in person; verified ones are in use. */
async function listFactors(db: Db) {
  const { data, error } = await db.auth.mfa.listFactors();
  if (error) throw error;
  return data.all.filter((factor) => factor.factor_type === 'totp');
}

/** Since when the person has a factor; null without. */
export async function factorSince(db: Db): Promise<Date | null> {
  const verified = (await listFactors(db)).find(({ status }) => status === 'verified');
  return verified ? new Date(verified.updated_at) : null;
}

/** A new key for an app, in use only after its first code; null when the auth service makes none. */
export async function startFactor(db: Db): Promise<NewFactor | null> {
  for (const { id, status } of await listFactors(db))
    if (status !== 'verified') await db.auth.mfa.unenroll({ factorId: id });
  const { data, error } = await db.auth.mfa.enroll({
    factorType: 'totp',
    issuer: 'Bomiljø',
    friendlyName: 'Bomiljø',
  });
  return error ? null : { factorId: data.id, key: data.totp.secret };
}

/**
 * Shows a code of this factor (or of the one in use): limited tries, and each code once, which no auth
 * service demands. The session then counts as having shown it.
 */
export async function showFactor(
  db: Db,
  personId: string,
  code: string,
  factorId?: string,
): Promise<SignInOutcome> {
  if (!(await mayTry('factor', personId))) return 'too_many_attempts';
  if (!(await mayTry('factor_code', `${personId}:${code}`))) return 'wrong';
  const inUse = factorId ?? (await listFactors(db)).find(({ status }) => status === 'verified')?.id;
  if (!inUse) return 'wrong';
  const { error } = await db.auth.mfa.challengeAndVerify({ factorId: inUse, code });
  if (error?.status === 429) return 'too_many_attempts';
  if (error && wrongCodes.has(error.code ?? '')) return 'wrong';
  if (error) throw error;
  await forgetAttempts('factor', personId);
  return 'signed_in';
}

/** Takes the factors away; only right after a code. */
export async function removeFactors(db: Db) {
  for (const { id } of await listFactors(db)) {
    const { error } = await db.auth.mfa.unenroll({ factorId: id });
    if (error) throw error;
  }
}

/** For the admin: whether staff needs one, and the memberships of those who have one. */
export async function findFactorRule(db: Db) {
  const [needed, having] = await Promise.all([
    db.rpc('staff_needs_second_factor'),
    db.rpc('staff_with_second_factor'),
  ]);
  return { isRequired: rows(needed) ?? false, memberships: new Set(rows(having)) };
}

export const requireFactor = async (db: Db, isRequired: boolean) =>
  rows(await db.rpc('require_second_factor', { is_required: isRequired })) ?? 'not_found';

/** Of somebody who lost the phone. False when there is none that I may take away. */
export const removeFactorOf = async (db: Db, membershipId: string) =>
  rows(await db.rpc('remove_second_factor', { membership_id: membershipId })) ?? false;
