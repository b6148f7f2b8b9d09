import { bridgeLanguage, directionOf, isLanguage, type Language } from '~/i18n/languages.ts';

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
export function phoneLanguage(acceptLanguage: string | null): Language | null {
  const first = (acceptLanguage ?? '')
    .trim()
    .slice(0, 3)
    .toLowerCase()
    .replace(/[^a-z].*/, '');
  return isLanguage(first) && first !== bridgeLanguage ? first : null;
}
