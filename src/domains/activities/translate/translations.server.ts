import { rows, rowsIfAllowed, type Db } from '~/lib/supabase.ts';
import { languages, type Language } from '~/i18n/languages.ts';
import type { Translation, TranslationInput } from './translations.ts';

/** The versions of an activity's text, in the order of our languages. */
export async function listTranslations(db: Db, activityId: string): Promise<Translation[]> {
  const query = db
    .from('activity_translations')
    .select('language, title, body')
    .eq('activity_id', activityId);
  const found = rows(await query.limit(50));
  return languages.flatMap((language) => {
    const row = found.find((one) => one.language === language);
    return row ? { ...row, language } : [];
  });
}

/** Adds a version, or changes it when there is one. False when I may not. */
export async function saveTranslation(
  db: Db,
  blockId: string,
  { id, language, title, body }: TranslationInput,
): Promise<boolean> {
  const table = () => db.from('activity_translations');
  const row = { activity_id: id, block_id: blockId, language, title, body };
  // Language and activity of a row never change, so the API's own upsert is not granted.
  const added = await table().upsert(row, { ignoreDuplicates: true }).select('language');
  const isNew = rowsIfAllowed(added);
  if (isNew?.length !== 0) return isNew !== null;
  const changed = table().update({ title, body }).eq('activity_id', id).eq('language', language);
  return rows(await changed.select('language')).length > 0;
}

/** False when there is none that I may remove. */
export async function removeTranslation(
  db: Db,
  activityId: string,
  language: Language,
): Promise<boolean> {
  const removed = db.from('activity_translations').delete().eq('activity_id', activityId);
  return rows(await removed.eq('language', language).select('language')).length > 0;
}
