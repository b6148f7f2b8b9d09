import type { Locale } from '~/i18n/index.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { ReportThing } from '~/domains/reports/reports.ts';
import type {
  EditedResponsibility,
  Responsibility,
  ResponsibilityInput,
} from './responsibilities.ts';

const fields = 'thing, is_common, party, advice, advice_en' as const;

/** The whole table, the flat first; advice in this language, else in Norwegian. */
export async function listResponsibilities(db: Db, locale: Locale): Promise<Responsibility[]> {
  const found = await listEdited(db);
  return found.map(({ adviceEn, advice, ...one }) => ({
    ...one,
    advice: (locale === 'en' && adviceEn) || advice,
  }));
}

/** The whole table with the words of both languages. */
export async function listEdited(db: Db): Promise<EditedResponsibility[]> {
  const query = db.from('responsibilities').select(fields).order('is_common').order('thing');
  return rows(await query.limit(200)).map((row) => ({
    thing: row.thing,
    isCommon: row.is_common,
    party: row.party,
    advice: row.advice,
    adviceEn: row.advice_en,
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
  const advice = (locale === 'en' && row.advice_en) || row.advice;
  return { thing, isCommon, party: row.party, advice };
}

/** False when I may not, or there is no such row. */
export async function saveResponsibility(db: Db, input: ResponsibilityInput): Promise<boolean> {
  const { thing, isCommon, party, advice, adviceEn } = input;
  const query = db
    .from('responsibilities')
    .update({ party, advice, advice_en: adviceEn })
    .eq('thing', thing)
    .is('is_common', isCommon === 'true');
  return rows(await query.select('thing')).length > 0;
}
