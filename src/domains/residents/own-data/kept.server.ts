import { rows, type Db } from '~/lib/supabase.ts';
import type { Kept } from './kept.ts';

/** How long things are kept, the shortest first, as the jobs go by it. */
export const listKept = async (db: Db): Promise<Kept[]> => rows(await db.rpc('kept_for'));
