import { rows, type Db } from '~/lib/supabase.ts';

/** Whether I have said that I want what is meant for families. */
export async function isFamilyReader(db: Db, personId: string): Promise<boolean> {
  const query = db.from('family_readers').select('person_id').eq('person_id', personId);
  return rows(await query.maybeSingle()) !== null;
}

/** Says yes or no, as often as one likes. */
export async function setFamilyReader(db: Db, personId: string, wants: boolean): Promise<void> {
  const table = db.from('family_readers');
  if (!wants) rows(await table.delete().eq('person_id', personId));
  else rows(await table.upsert({ person_id: personId }, { ignoreDuplicates: true }));
}
