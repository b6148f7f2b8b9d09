/** Stands in for Astro's virtual module, so that a test can hand its own clients to the `.server.ts` files. */
export const SUPABASE_URL = 'http://not.used.in.tests.invalid';
export const SUPABASE_PUBLISHABLE_KEY = 'not-used';
export const SUPABASE_SECRET_KEY = 'not-used';
