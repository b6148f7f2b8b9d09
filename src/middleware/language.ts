import { defineMiddleware } from 'astro:middleware';
import { isLocale, translator } from '~/i18n/index.ts';
import { cookieOptions } from '~/lib/cookies.ts';

const year = 365 * 24 * 3600;

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
    locals.locale = isLocale(remembered) ? remembered : 'nb';
    locals.t = translator(locals.locale);
    return next();
  },
);
