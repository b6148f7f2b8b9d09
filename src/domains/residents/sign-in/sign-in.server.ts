import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '~/lib/log.ts';
import type { limits } from '~/lib/numbers.ts';
import { rows, serviceDb, type Db } from '~/lib/supabase.ts';
import { addressOf } from './sign-in.ts';

export type SignInOutcome = 'signed_in' | 'wrong' | 'too_many_attempts';

/** The minimum time of an answer, whatever was wrong and whether the account exists. */
const refusalTakes = 700; // ms
const mailTakes = 1000; // ms

/** Counts an attempt under this key; false when there were more than the limit allows. */
export const mayTry = async (limit: keyof typeof limits, key: string) =>
  rows(await serviceDb().rpc('attempt', { limit_name: limit, key })) ?? false;

/** Deletes the attempts of somebody who signed in: they were not guessing. */
export const forgetAttempts = async (limit: keyof typeof limits, key: string) =>
  rows(await serviceDb().rpc('forget_attempts', { limit_name: limit, key }));

/** Signs in by e-mail or user name and password. Unknown account and wrong password have the same answer, after the same time. */
export async function signIn(
  db: Db,
  address: string,
  account: string,
  password: string,
): Promise<SignInOutcome> {
  const email = addressOf(account);
  const key = email.toLowerCase();
  const allowed = (await mayTry('sign_in_address', address)) && (await mayTry('sign_in', key));
  if (!allowed) return 'too_many_attempts';
  const enough = sleep(refusalTakes);
  const { error } = await db.auth.signInWithPassword({ email, password });
  if (error) {
    await enough;
    return 'wrong';
  }
  await forgetAttempts('sign_in', key);
  return 'signed_in';
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

/**
 * Has the auth service mail a code of six digits. An address nobody has used gets one too, and using it makes an account
 * that is a member of nothing: so the answer never tells who has one. False when there were too many.
 */
export async function mailCode(db: Db, address: string, email: string): Promise<boolean> {
  const allowed =
    (await mayTry('mail_code_address', address)) &&
    (await mayTry('mail_code', email.toLowerCase()));
  if (!allowed) return false;
  // Not waited for: a mail server takes longer for one address than for another.
  void db.auth.signInWithOtp({ email, options: { shouldCreateUser: true } }).then(({ error }) => {
    if (error) log.warn({ error: { code: error.code, name: error.name }, at: 'mailCode' });
  });
  await sleep(mailTakes);
  return true;
}

/** Signs in by the code from the mail: few tries for an address within the time that a code lives. */
export async function signInByMail(
  db: Db,
  address: string,
  email: string,
  token: string,
): Promise<SignInOutcome> {
  const key = email.toLowerCase();
  const allowed = (await mayTry('mail_try_address', address)) && (await mayTry('mail_try', key));
  if (!allowed) return 'too_many_attempts';
  const enough = sleep(refusalTakes);
  const { error } = await db.auth.verifyOtp({ email, token, type: 'email' });
  if (error) {
    await enough;
    return 'wrong';
  }
  await forgetAttempts('mail_try', key);
  return 'signed_in';
}

/** Signs in by a slip from the consultant, and uses it up. */
export async function signInBySlip(db: Db, address: string, slip: string): Promise<SignInOutcome> {
  if (!(await mayTry('slip', address))) return 'too_many_attempts';
  const email = rows(await serviceDb().rpc('use_slip', { slip }));
  if (!email) return 'wrong';
  const link = await serviceDb().auth.admin.generateLink({ type: 'magiclink', email });
  if (link.error) throw link.error;
  const { hashed_token } = link.data.properties;
  const { error } = await db.auth.verifyOtp({ token_hash: hashed_token, type: 'magiclink' });
  if (error) throw error;
  return 'signed_in';
}

/** Whether a new password needs the old one. */
export const asksPassword = async (db: Db) => rows(await db.rpc('asks_password')) ?? false;

/** A new password for the signed-in person; other devices are signed out. `refused`: the auth service does not accept it. */
export async function changePassword(db: Db, password: string, old: string | null | undefined) {
  const check = rows(await db.rpc('check_password', { word: old ?? '' })) ?? 'wrong';
  if (check !== 'right') return check;
  const { error } = await db.auth.updateUser({ password });
  if (error && error.code !== 'same_password') return 'refused';
  await db.auth.signOut({ scope: 'others' });
  return 'changed';
}

/** Signs out this device only. */
export const signOut = (db: Db) => db.auth.signOut({ scope: 'local' });
