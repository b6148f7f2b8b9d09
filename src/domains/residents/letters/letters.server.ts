import type { z } from 'astro/zod';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Letter, lettersForm, LocalText } from './letters.ts';
import { ownLanguage } from '~/i18n/languages.ts';
import { comparing } from '~/lib/intl.ts';

/** New codes for the flats that were chosen, in the order of stairs and flats; none when these letters were shown already. */
export async function makeLetters(
  db: Db,
  blockId: string,
  { id, placeId, onlyEmpty, uses }: z.infer<typeof lettersForm>,
): Promise<Letter[]> {
  const made = db.rpc('make_letters', {
    id,
    block_id: blockId,
    ...(placeId && { place_id: placeId }),
    only_empty: onlyEmpty,
    max_uses: uses,
  });
  const letters = rows(await made);
  const names = await flatNames(db, blockId);
  const byName = comparing(ownLanguage);
  return letters
    .map(({ flat_id, join_code, expires_at }) => ({
      flat: names.get(flat_id) ?? '',
      code: join_code,
      uses,
      expiresAt: new Date(expires_at),
    }))
    .toSorted((a, b) => byName(a.flat, b.flat));
}

async function flatNames(db: Db, blockId: string): Promise<Map<string, string>> {
  const flats = db.from('places').select('id, name').eq('block_id', blockId).eq('kind', 'flat');
  return new Map(rows(await flats.limit(1000)).map(({ id, name }) => [id, name]));
}

/** What letters of the building say in other languages; for its consultant. */
export async function listLetterTexts(db: Db, blockId: string): Promise<LocalText[]> {
  const texts = db.from('letter_texts').select('language, body').eq('block_id', blockId);
  return rows(await texts.order('language'));
}

/** Without words it is taken away. */
export const saveLetterText = async (
  db: Db,
  blockId: string,
  language: string,
  body: string | null,
) =>
  rows(await db.rpc('save_letter_text', { block_id: blockId, language, ...(body && { body }) })) ??
  'not_allowed';
