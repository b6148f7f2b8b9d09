/** The languages a text can be added in, by their own names; what staff write first is Norwegian. */
export const languageNames = {
  en: 'English',
  ar: 'العربية',
  so: 'Soomaali',
  ti: 'ትግርኛ',
  ur: 'اردو',
  pl: 'Polski',
  uk: 'Українська',
  fa: 'فارسی',
  es: 'Español',
  tr: 'Türkçe',
  fr: 'Français',
} as const;
export type Language = keyof typeof languageNames;
export const languages = Object.keys(languageNames) as Language[];
/** Of the texts that need none. */
export const ownLanguage = 'nb';
const ownLanguageName = 'Norsk';

const rightToLeft = new Set<string>(['ar', 'ur', 'fa']);
export const directionOf = (language: string): 'rtl' | 'ltr' =>
  rightToLeft.has(language) ? 'rtl' : 'ltr';

export const nameOfLanguage = (language: string): string =>
  (languageNames as Record<string, string>)[language] ?? ownLanguageName;

/** What a page prints: the words, in which language, and which way they run. */
export interface Words<Body extends string | null = string | null> {
  language: string;
  direction: 'rtl' | 'ltr';
  title: string;
  body: Body;
}

/** Words with the direction of their language. */
export const wordsOf = <Body extends string | null>({
  language,
  title,
  body,
}: Omit<Words<Body>, 'direction'>): Words<Body> => ({
  language,
  direction: directionOf(language),
  title,
  body,
});

/** The version to show: in the first of the wanted languages that there is, else the first of all, the original. */
export function chooseWords<One extends { language: string }>(
  all: [One, ...One[]],
  ...wanted: (string | null)[]
): One {
  for (const language of wanted) {
    const found = all.find((one) => one.language === language);
    if (found) return found;
  }
  return all[0];
}

/** The first language a browser asks for, when texts may be had in it and the portal itself may not: Polish, never English. */
export function phoneLanguage(acceptLanguage: string | null): string | null {
  const first = (acceptLanguage ?? '')
    .trim()
    .slice(0, 3)
    .toLowerCase()
    .replace(/[^a-z].*/, '');
  return first !== 'en' && Object.hasOwn(languageNames, first) ? first : null;
}
