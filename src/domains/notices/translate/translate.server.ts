import type { Language } from '~/i18n/languages.ts';
import { rows, rowsIfAllowed, type Db } from '~/lib/supabase.ts';
import type { TranslationInput } from './translate.ts';

/** Adds a version, or changes it when there is one: it is then of the original as it is now. False when I may not. */
export async function saveTranslation(
  db: Db,
  blockId: string,
  { id, language, title, body }: TranslationInput,
): Promise<boolean> {
  const table = () => db.from('notice_translations');
  const changed = table().update({ title, body }).eq('notice_id', id).eq('language', language);
  if (rows(await changed.select('language')).length > 0) return true;
  const row = { notice_id: id, block_id: blockId, language, title, body };
  const answer = await table().insert(row);
  // Two tabs: the second finds it added already.
  if (answer.error?.code === '23505') return true;
  return rowsIfAllowed({ ...answer, data: true as const }) !== null;
}

/** False when there is none that I may remove. */
export async function removeTranslation(
  db: Db,
  noticeId: string,
  language: Language,
): Promise<boolean> {
  const removed = db.from('notice_translations').delete().eq('notice_id', noticeId);
  return rows(await removed.eq('language', language).select('language')).length > 0;
}
