/** The contents of `astro:env/server` inside an Astro build. Tests bring their own database client, so these are not read. */
export const SUPABASE_URL = 'http://not.set.invalid';
export const SUPABASE_PUBLISHABLE_KEY = 'not-set';
export const SUPABASE_SECRET_KEY = 'not-set';
export const LOG_LEVEL = 'silent';
export const WEBHOOKS_KEY = undefined;
export const WEBHOOKS_ALLOW_PRIVATE = 'no';
export const SITE_URL = 'http://not.set.invalid';
export const SMTP_URL = undefined;
export const MAIL_FROM = undefined;
export const MAIL_CATCH = undefined;
export const PUSH_CONTACT = undefined;
export const SMS_URL = undefined;
export const SMS_TEMPLATE = undefined;
export const SMS_AUTHORIZATION = undefined;
