-- The languages of the portal itself. src/i18n/languages.ts has their names, directions and coverage; a value that one of the two lacks
-- is a type error. Texts that people translate (notices, activities, advice) may be in more languages.

create type public.locale as enum ('nb', 'en');
