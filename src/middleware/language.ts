import { defineMiddleware } from 'astro:middleware';
import { PSEUDO_LANGUAGE } from 'astro:env/server';
import { isLocale, translator } from '~/i18n/index.ts';
import { coversStaff, ownLanguage } from '~/i18n/languages.ts';
import { addPseudoLanguage } from '~/i18n/pseudo.ts';
import { cookieOptions } from '~/lib/cookies.ts';
import { isStaffPage } from './access.ts';

const year = 365 * 24 * 3600;
if (PSEUDO_LANGUAGE === 'yes') addPseudoLanguage();

/**
 * Bokmål unless chosen by link (`?lang=en`); the choice is remembered and the address is then clean again. A page for staff is bokmål too
 * when the language covers the residents' part alone.
 */
export const language = defineMiddleware(
  ({ cookies, locals, url, redirect, routePattern }, next) => {
    const wanted = url.searchParams.get('lang');
    if (isLocale(wanted) && !routePattern.startsWith('/api/')) {
      cookies.set('lang', wanted, { ...cookieOptions(url), maxAge: year });
      url.searchParams.delete('lang');
      return redirect(url.pathname + url.search, 303);
    }
    const remembered = cookies.get('lang')?.value;
    const chosen = isLocale(remembered) ? remembered : ownLanguage;
    locals.locale = coversStaff(chosen) || !isStaffPage(routePattern) ? chosen : ownLanguage;
    locals.t = translator(locals.locale);
    return next();
  },
);
