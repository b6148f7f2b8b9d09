import type { Mail, Mailer } from './lite.ts';

/** Sends nothing. */
export const noMail: Mailer = { send: async () => {} };

/** Keeps the last 200 messages in `mails`, for GET /__mail and for tests, and passes each on to `onMail`. */
export function keepMail(mails: Mail[], onMail?: Mailer['send']): Mailer {
  return {
    send: async (mail) => {
      mails.push(mail);
      if (mails.length > 200) mails.shift();
      await onMail?.(mail);
    },
  };
}

/** The mail server of SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASS, SMTP_FROM, SMTP_TLS; undefined without. */
export async function smtpMail(): Promise<Mailer | undefined> {
  const { SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASS, SMTP_FROM, SMTP_TLS } = process.env;
  if (!SMTP_HOST) return undefined;
  const { SmtpEmailDriver } = await import('@supabase/lite');
  const settings = {
    host: SMTP_HOST,
    port: Number(SMTP_PORT ?? 587),
    user: SMTP_USER,
    pass: SMTP_PASS,
    from: { email: SMTP_FROM ?? 'noreply@localhost' },
    requireTls: SMTP_TLS !== 'off',
  };
  return new SmtpEmailDriver(settings as never) as unknown as Mailer;
}
