-- The languages that the portal itself speaks. src/i18n/languages.ts says what they are called, which way they run and what they
-- cover; a value that one of the two lacks is a type error. What people translate (notices, activities, advice) may be in more.

create type public.locale as enum ('nb', 'en');
