import type { Locale } from '~/i18n/index.ts';
import type { Db } from '~/lib/supabase.ts';
import { readerLanguages, wordsFor } from './notices.ts';
import { countReads, listCurrent } from './notices.server.ts';

interface Reader {
  db: Db;
  /** Nobody signed in is not counted. */
  person: unknown;
  request: Request;
  locale: Locale;
  now: Date;
}

/** The urgent notices of a building as the band over every page prints them. */
export async function listUrgent(blockId: string, { db, person, request, locale, now }: Reader) {
  const found = await listCurrent(db, blockId, now, ['urgent']);
  if (person) countReads(db, found);
  const languages = readerLanguages(request, locale);
  return found.map((notice) => ({ id: notice.id, ...wordsFor(notice, languages) }));
}
