import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { catchMail } from '../../src/domains/messages/caught.server.ts';
import type { Mail, Mailer } from '../backend/lite.ts';
import type { Settings } from './settings.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/**
 * The demo sends no mail: mails go into a folder, and a page without sign-in shows them. So only with the embedded backend,
 * reachable from this machine alone, and when no mail server and no address of the portal is set. Otherwise the page does not exist.
 */
export function demoMessages(env: NodeJS.ProcessEnv, settings: Settings): NodeJS.ProcessEnv {
  const isDemo =
    !settings.supabase && !env['SITE_URL'] && !env['SMTP_URL'] && LOOPBACK.includes(settings.host);
  if (!isDemo) return { MAIL_CATCH: '' };
  return {
    MAIL_CATCH: path.join(settings.dataDir, 'mail'),
    MAIL_FROM: env['MAIL_FROM'] || 'Bomiljø <varsel@bomiljo.invalid>',
    PUSH_CONTACT: env['PUSH_CONTACT'] || 'mailto:varsel@bomiljo.invalid',
  };
}

/** Stores the mails of the sign-in service with the portal's own; does nothing where the page of caught mail does not exist. */
export function catchSignInMail({ MAIL_CATCH: folder }: NodeJS.ProcessEnv) {
  if (!folder) return undefined;
  const send: Mailer['send'] = async ({ to, subject, text = '', html = '' }: Mail) => {
    const id = randomUUID();
    await catchMail(folder, {
      id,
      to: { address: to },
      messageId: id,
      subject,
      text,
      html,
      headers: {},
    });
  };
  return send;
}
