import {
  MAIL_CATCH,
  MAIL_FROM,
  PUSH_CONTACT,
  SITE_URL,
  SMS_AUTHORIZATION,
  SMS_TEMPLATE,
  SMS_URL,
  SMTP_URL,
} from 'astro:env/server';
import type { Channel } from './messages.ts';
import type { SendingSettings } from './send.server.ts';

/** What this server can send by, and how: docs/deploy.md. A channel that lacks a setting is off. */
export const sendingSettings = (): SendingSettings => ({
  siteUrl: SITE_URL?.replace(/\/$/, '') ?? '',
  email: emailSettings(),
  push: SITE_URL && PUSH_CONTACT ? { contact: PUSH_CONTACT, allowPrivate: false } : null,
  sms:
    SITE_URL && SMS_URL
      ? { url: SMS_URL, template: SMS_TEMPLATE, authorization: SMS_AUTHORIZATION }
      : null,
});

function emailSettings(): SendingSettings['email'] {
  if (!SITE_URL || !MAIL_FROM) return null;
  if (SMTP_URL) return { from: MAIL_FROM, smtpUrl: SMTP_URL };
  return MAIL_CATCH ? { from: MAIL_FROM, folder: MAIL_CATCH } : null;
}

/** Which channels are set up on this server. */
export function channelsOn(): Record<Channel, boolean> {
  const { email, push, sms } = sendingSettings();
  return { email: !!email, push: !!push, sms: !!sms };
}
