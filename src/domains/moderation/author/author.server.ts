import { rows, type Db } from '~/lib/supabase.ts';
import type { ThingKind } from '~/domains/moderation/moderation.ts';

/** Asks for another look at something of mine that is hidden. */
export const appeal = async (db: Db, kind: ThingKind, id: string, body: string) =>
  rows(await db.rpc('appeal', { kind, id, body })) ?? 'not_found';
