import type { FormState } from './forms.ts';
import { storeSpacePhoto } from './space-photos.ts';
import type { Db } from './supabase.ts';

/**
 * The picture of a sent form: the new file (`file`), stored, or the one kept from an earlier try; none when it is to go
 * (`dropPhoto`). A file that cannot be used leaves the kept one.
 */
export async function takeSpacePhoto(
  db: Db,
  sent: FormData,
  kept: string | null,
): Promise<{ photo: string | null; errors: FormState['errors'] }> {
  const file = sent.get('file');
  if (sent.get('dropPhoto')) return { photo: null, errors: {} };
  if (!(file instanceof File) || !file.name) return { photo: kept, errors: {} };
  const result = await storeSpacePhoto(db, file);
  return 'path' in result
    ? { photo: result.path, errors: {} }
    : { photo: kept, errors: { file: `form.photo.${result.problem}` } };
}
