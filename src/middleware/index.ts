import { sequence } from 'astro:middleware';
import { access } from './access.ts';
import { forms } from './forms.ts';
import { identity } from './identity.ts';
import { language, staffLanguage } from './language.ts';
import { observe } from './observe.ts';
import { origin } from './origin.ts';
import { uploads } from './uploads.ts';

export const onRequest = sequence(
  observe,
  origin,
  language,
  identity,
  staffLanguage,
  access,
  uploads,
  forms,
);
