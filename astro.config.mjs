import node from '@astrojs/node';
import solid from '@astrojs/solid-js';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, envField, logHandlers } from 'astro/config';
import { solidHydrationHash } from './scripts/solid-hydration-hash.mjs';

/** Hosts a form may be posted from. Set SITE_URL before the build when the portal runs behind a domain. */
const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((hostname) => ({ hostname }));
if (process.env.SITE_URL) {
  const { hostname, protocol } = new URL(process.env.SITE_URL);
  hosts.push({ hostname, protocol: protocol.slice(0, -1) });
}

const secret = { context: 'server', access: 'secret' };

export default defineConfig({
  output: 'server',
  adapter: node({ mode: 'standalone', bodySizeLimit: 48 * 1024 * 1024 }),
  integrations: [solid()],
  session: false,
  devToolbar: { enabled: false },
  // The running server logs JSON lines only; other commands log for people.
  ...(process.argv.includes('build') && { logger: logHandlers.json({ level: 'warn' }) }),
  trailingSlash: 'never',
  // Lossless, as Prettier reads .astro files; the default 'jsx' eats the space at a line break.
  compressHTML: true,
  build: { inlineStylesheets: 'never' },
  vite: { plugins: [tailwindcss()] },
  env: {
    validateSecrets: true,
    schema: {
      SUPABASE_URL: envField.string({ ...secret, url: true }),
      SUPABASE_PUBLISHABLE_KEY: envField.string(secret),
      SUPABASE_SECRET_KEY: envField.string(secret),
      JOBS_TOKEN: envField.string({ ...secret, optional: true }),
      WEBHOOKS_KEY: envField.string({ ...secret, optional: true }),
      WEBHOOKS_ALLOW_PRIVATE: envField.enum({ ...secret, values: ['yes', 'no'], default: 'no' }),
      HOST: envField.string({ ...secret, optional: true }),
      SITE_URL: envField.string({ ...secret, url: true, optional: true }),
      SMTP_URL: envField.string({ ...secret, optional: true }),
      MAIL_FROM: envField.string({ ...secret, optional: true }),
      MAIL_CATCH: envField.string({ ...secret, optional: true }),
      PUSH_CONTACT: envField.string({ ...secret, optional: true }),
      SMS_URL: envField.string({ ...secret, url: true, optional: true }),
      SMS_TEMPLATE: envField.string({ ...secret, optional: true }),
      SMS_AUTHORIZATION: envField.string({ ...secret, optional: true }),
      RESPONSIBLE_NAME: envField.string({ ...secret, optional: true }),
      RESPONSIBLE_CONTACT: envField.string({ ...secret, optional: true }),
      PRIVACY_OFFICER: envField.string({ ...secret, optional: true }),
      ACCESSIBILITY_STATEMENT_URL: envField.string({ ...secret, url: true, optional: true }),
      // A made-up language for the browser tests: src/i18n/pseudo.ts. Never set in production.
      PSEUDO_LANGUAGE: envField.enum({ ...secret, values: ['yes', 'no'], default: 'no' }),
      LOG_LEVEL: envField.enum({ ...secret, values: ['info', 'warn', 'silent'], default: 'info' }),
    },
  },
  security: {
    // src/middleware/origin.ts does it: Astro's own check has no exception for other systems, which send forms without an origin.
    checkOrigin: false,
    allowedDomains: hosts,
    // Four photos of 10 MB and the text around them.
    actionBodySizeLimit: 45 * 1024 * 1024,
    csp: {
      directives: [
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ],
      scriptDirective: { hashes: [solidHydrationHash] },
    },
  },
});
