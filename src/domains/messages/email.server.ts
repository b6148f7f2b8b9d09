import { createTransport } from 'nodemailer';
import { catchMail } from './caught.server.ts';
import type { Failure } from './messages.ts';
import type { MailWords } from './words.ts';

/** Mail goes out by SMTP, or (in the demo) into a folder. */
export type MailSettings = { from: string } & ({ smtpUrl: string } | { folder: string });

export interface Mail {
  /** The same at each try: the receiver knows it again. */
  id: string;
  to: string;
  words: MailWords;
  /** Ends e-mail to this receiver, for those who ask by machine too. */
  unsubscribe?: string;
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Sends mail over a few connections that are kept until `close`. `host` is ours, for the message ids. */
export function mailSender(settings: MailSettings, host: string, timeout = 20_000) {
  const { from } = settings;
  if ('folder' in settings) {
    const send = (mail: Mail): Promise<Failure> =>
      catchMail(settings.folder, { ...envelope(mail, from, host), id: mail.id });
    return { send, close: () => Promise.resolve() };
  }
  const transport = createTransport({
    url: settings.smtpUrl,
    pool: true,
    maxConnections: 5,
    // Passwords and addresses never go in the clear, unless the address itself says `?requireTLS=false`.
    requireTLS: !loopback.test(URL.parse(settings.smtpUrl)?.hostname ?? ''),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as never);
  return {
    send: (mail: Mail): Promise<Failure> =>
      transport.sendMail(envelope(mail, from, host)).then(() => null, failureOf),
    close: () => {
      transport.close();
      return Promise.resolve();
    },
  };
}

const envelope = ({ id, to, words, unsubscribe }: Mail, from: string, host: string) => ({
  from,
  // As an object it is one address, whatever signs are in it.
  to: { name: '', address: to },
  messageId: `<${id}@${host.replace(/:\d+$/, '')}>`,
  ...words,
  headers: {
    'Auto-Submitted': 'auto-generated',
    ...(unsubscribe && {
      'List-Unsubscribe': `<${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  },
});

/** The number or code alone: the words of a mail server quote the address. An address it does not know is not tried again. */
function failureOf({ code, responseCode }: { code?: string; responseCode?: number }): Failure {
  const isFinal = code === 'EENVELOPE' && !!responseCode && responseCode >= 500;
  return { error: responseCode ? `smtp ${responseCode}` : (code ?? 'smtp'), isFinal };
}
