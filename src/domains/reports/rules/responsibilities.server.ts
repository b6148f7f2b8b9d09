import { ownLanguage, type Locale } from '~/i18n/languages.ts';
import { chooseWords } from '~/lib/languages.ts';
import { rows, rowsIfAllowed, type Db } from '~/lib/supabase.ts';
import type { ReportThing } from '~/domains/reports/reports.ts';
import {
  typedAdvice,
  type EditedResponsibility,
  type Responsibility,
  type ResponsibilityInput,
} from './responsibilities.ts';

const fields =
  'thing, is_common, party, advice, responsibility_translations (language, advice)' as const;

/** The whole table, the flat first; advice in this language, else in Norwegian. */
export async function listResponsibilities(db: Db, locale: Locale): Promise<Responsibility[]> {
  const found = await listEdited(db);
  return found.map(({ translations, ...one }) => ({
    ...one,
    ...adviceIn(locale, one.advice, translations),
  }));
}

/** The advice for a reader, and which language it is in. */
function adviceIn(
  locale: Locale,
  advice: string | null,
  translations: EditedResponsibility['translations'],
): Pick<Responsibility, 'advice' | 'adviceLanguage'> {
  const words = chooseWords([{ language: ownLanguage, advice }, ...translations], locale);
  return { advice: words.advice, adviceLanguage: words.language };
}

/** The whole table with the words of all languages. */
export async function listEdited(db: Db): Promise<EditedResponsibility[]> {
  const query = db.from('responsibilities').select(fields).order('is_common').order('thing');
  return rows(await query.limit(200)).map((row) => ({
    thing: row.thing,
    isCommon: row.is_common,
    party: row.party,
    advice: row.advice,
    translations: row.responsibility_translations,
  }));
}

/** Whose job this thing is; null when the table does not say. */
export async function findResponsibility(
  db: Db,
  thing: ReportThing,
  isCommon: boolean,
  locale: Locale,
): Promise<Responsibility | null> {
  const query = db.from('responsibilities').select(fields).eq('thing', thing);
  const [row] = rows(await query.is('is_common', isCommon).limit(1));
  if (!row) return null;
  const advice = adviceIn(locale, row.advice, row.responsibility_translations);
  return { thing, isCommon, party: row.party, ...advice };
}

/** False when I may not, or there is no such row. Writes only changed texts. */
export async function saveResponsibility(db: Db, input: ResponsibilityInput): Promise<boolean> {
  const { thing, party, advice } = input;
  const isCommon = input.isCommon === 'true';
  const changed = db.from('responsibilities').update({ party, advice }).eq('thing', thing);
  const [found] = rows(
    await changed
      .is('is_common', isCommon)
      .select('responsibility_translations (language, advice)'),
  );
  if (!found) return false;
  for (const { language, advice } of typedAdvice(input)) {
    const before = found.responsibility_translations.find((one) => one.language === language);
    if ((before?.advice ?? null) === advice) continue;
    const row = { is_common: isCommon, thing, language };
    const table = db.from('responsibility_translations');
    const written =
      advice === null
        ? table.delete().match(row)
        : before
          ? table.update({ advice }).match(row)
          : table.insert({ ...row, advice });
    if (!rowsIfAllowed(await written.select('language'))?.length) return false;
  }
  return true;
}
