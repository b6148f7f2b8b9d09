import { rows, serviceDb, type Db } from '~/lib/supabase.ts';
import { mayTry } from '~/domains/residents/sign-in/sign-in.server.ts';
import type { z } from 'astro/zod';
import type { askForm, JoinRequest } from './join.ts';
import { type Locale } from '~/i18n/index.ts';

/** The building (or the role) a join code opens; null when the code does not work. Looks per address are limited. */
export async function peekJoinCode(address: string, code: string) {
  if (!(await mayTry('peek', address))) return 'too_many_attempts' as const;
  // A cookie can hold the zero sign, which PostgreSQL does not take.
  const signs = code.replaceAll('\0', '');
  return rows(await serviceDb().rpc('peek_join_code', { code: signs }))[0] ?? null;
}

/**
 * Whether this code may be used to try one more e-mail: a living code is the only way to make an account with a password, so it must not
 * be a way to find out who has one.
 */
export const mayTryEmail = (code: string) =>
  mayTry('join_email', code.replace(/[^0-9A-Za-z]/g, '').toUpperCase());

/** Uses a join code as the signed-in person. */
export async function joinBlock(db: Db, code: string, displayName: string, locale: Locale) {
  return rows(await db.rpc('join_block', { code, display_name: displayName, locale }));
}

/** Asks to join without a code. */
export const askToJoin = async (db: Db, input: z.infer<typeof askForm>, locale: Locale) =>
  rows(
    await db.rpc('ask_to_join', {
      id: input.id,
      block_id: input.blockId,
      display_name: input.displayName,
      flat_text: input.flat,
      locale,
    }),
  );

/** My own requests, newest first, at most 5. Those a consultant sees are not among them. */
export async function listMyRequests(db: Db, blockIds: string[]): Promise<JoinRequest[]> {
  const query = db.from('join_requests').select('id, status, asked_at, block:blocks (name)');
  const mine = blockIds.length ? query.not('block_id', 'in', `(${blockIds.join(',')})`) : query;
  const found = rows(await mine.order('asked_at', { ascending: false }).limit(5));
  return found.map((row) => ({
    id: row.id,
    blockName: row.block.name,
    status: row.status,
    askedAt: new Date(row.asked_at),
  }));
}
