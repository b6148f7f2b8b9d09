import { rows, type Db } from '~/lib/supabase.ts';
import type { AccountState, OwnData } from './own-data.ts';

/** Everything stored about the signed-in person; null when the account is gone. */
export const findMyData = async (db: Db) => rows(await db.rpc('my_data')) as OwnData | null;

/** Whether my account is still there, and whether it has a password. */
export const accountState = async (db: Db): Promise<AccountState> =>
  rows(await db.rpc('account_state')) ?? 'none';

const deadlock = '40P01';

/**
 * Deletes the account of the signed-in person. It meets many rows that others hold; when two wait for each other the database
 * ends one of them, and this one tries again.
 */
export async function deleteAccount(db: Db, password: string | null | undefined, tries = 3) {
  const answer = await db.rpc('delete_account', { word: password ?? '' });
  if (answer.error?.code === deadlock && tries > 1) return deleteAccount(db, password, tries - 1);
  return rows(answer);
}
