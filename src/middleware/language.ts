import { defineMiddleware } from 'astro:middleware';
import { PSEUDO_LANGUAGE } from 'astro:env/server';
import { isLocale, translator } from '~/i18n/index.ts';
import { coversStaff, ownLanguage } from '~/i18n/languages.ts';
import { addPseudoLanguage } from '~/i18n/pseudo.ts';
import { cookieOptions } from '~/lib/cookies.ts';
import { isStaffPage } from './access.ts';

const year = 365 * 24 * 3600;
if (PSEUDO_LANGUAGE === 'yes') addPseudoLanguage();

/** Bokmål unless chosen by link (`?lang=en`); the choice is remembered and the address is then clean again. */
export const language = defineMiddleware(
  ({ cookies, locals, url, redirect, routePattern }, next) => {
    const wanted = url.searchParams.get('lang');
    if (isLocale(wanted) && !routePattern.startsWith('/api/')) {
      cookies.set('lang', wanted, { ...cookieOptions(url), maxAge: year });
      url.searchParams.delete('lang');
      return redirect(url.pathname + url.search, 303);
    }
    const remembered = cookies.get('lang')?.value;
    locals.locale = isLocale(remembered) ? remembered : ownLanguage;
    locals.t = translator(locals.locale);
    return next();
  },
);

/**
 * A language that covers the residents' part alone has no texts for staff. A page that is theirs, and every page for somebody who is
 * staff, where residents' and their own texts stand side by side, is then in bokmål as a whole: a page is in one language, and says which.
 */
export const staffLanguage = defineMiddleware(({ locals, routePattern }, next) => {
  const isForStaff = isStaffPage(routePattern) || Boolean(locals.person?.staffGate);
  if (isForStaff && !coversStaff(locals.locale)) {
    locals.locale = ownLanguage;
    locals.t = translator(ownLanguage);
  }
  return next();
});
