import { translator, type Locale } from '~/i18n/index.ts';
import type { Tables } from '~/lib/database.types.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { mailSender, type MailSettings } from './email.server.ts';
import { messageKeys, type MessageKeys } from './keys.server.ts';
import { unsubscribeCode } from './links.server.ts';
import { channels, type Channel, type Failure, type Kind } from './messages.ts';
import { pushSender, type PushSettings } from './push.server.ts';
import { smsSender, type SmsSettings } from './sms.server.ts';
import { intakeWords, mailWords, shortWords, smsWords } from './words.ts';
import { ownLanguage } from '~/i18n/languages.ts';

/** What the worker needs beside the database; null: that channel is off. */
export interface SendingSettings {
  /** The portal's public address, without a slash at the end. Links are made from it alone. */
  siteUrl: string;
  email: MailSettings | null;
  push: PushSettings | null;
  sms: SmsSettings | null;
  /** Milliseconds that a receiver has for its answer. */
  timeout?: number;
}

interface Claimed {
  id: string;
  kind: Tables<'outbox_messages'>['kind'];
  attempts: number;
  recipient: string;
  person_id: string | null;
  locale: Locale;
  block_names: string[] | null;
  kinds: Kind[] | null;
  push_public_key: string | null;
  push_auth_key: string | null;
  report_number: number | null;
}
type Sender = (message: Claimed) => Promise<Failure>;

const atOnce = 10;
/** The caller of the jobs waits half a minute; one round takes ten seconds when nobody answers. */
const startsUntil = 15_000; // ms

/**
 * Gathers what is due and sends it, a few at a time, each channel by itself. Safe to run twice and by several servers at once.
 * A server that dies between sending and saying so: another sends it again, with the same id. Returns the numbers.
 */
export async function sendMessages(service: Db, settings: SendingSettings) {
  const on = channels.filter((channel) => settings[channel]);
  const done = { delivered: 0, undelivered: 0 };
  if (on.length === 0) return done;
  const keys = await messageKeys(service);
  rows(await service.rpc('form_messages', { channels: on }));
  const senders = makeSenders(settings, keys);
  const failed: unknown[] = [];
  await Promise.all(
    on.map((channel) =>
      drain(service, channel, senders[channel].send, done)
        .catch((error: unknown) => failed.push(error))
        // oxlint-disable-next-line typescript/no-misused-promises -- finally waits for it
        .finally(senders[channel].close),
    ),
  );
  if (failed.length) throw failed[0];
  return done;
}

async function drain(
  service: Db,
  channel: Channel,
  send: Sender,
  done: { delivered: number; undelivered: number },
) {
  const started = performance.now();
  while (performance.now() - started < startsUntil) {
    const query = { channel, max_count: atOnce };
    const claimed = rows(await service.rpc('claim_messages', query)) as Claimed[];
    if (claimed.length === 0) return;
    const failures = await Promise.all(claimed.map((one) => sendOne(service, one, send)));
    for (const failure of failures) done[failure ? 'undelivered' : 'delivered']++;
  }
}

async function sendOne(service: Db, message: Claimed, send: Sender): Promise<Failure> {
  const failure = await send(message).catch(
    // The name only: what a library says may quote an address.
    ({ name }: Error): Failure => ({ error: name, isFinal: false }),
  );
  // No null among the generated arguments.
  const error = (failure?.error ?? null) as string;
  const { id, attempts } = message;
  const is_final = failure?.isFinal ?? false;
  rows(await service.rpc('finish_message', { id, attempts, error, is_final }));
  return failure;
}

const nothing = () => Promise.resolve();

/** One per channel; a channel that is off is never asked. */
function makeSenders(settings: SendingSettings, keys: MessageKeys) {
  const { siteUrl, timeout } = settings;
  const list = `${siteUrl}/mitt`;
  const mail = settings.email && mailSender(settings.email, new URL(siteUrl).host, timeout);
  const push = settings.push && pushSender(settings.push, keys.vapid, timeout);
  const sms = settings.sms && smsSender(settings.sms, timeout);
  return {
    email: {
      send: (message: Claimed) => mail!.send(mailOf(message, settings.siteUrl, keys.link)),
      close: () => mail?.close() ?? nothing(),
    },
    push: {
      send: (message: Claimed) => {
        const { recipient, locale, push_public_key, push_auth_key } = message;
        const words = shortWords(toldBy(message), translator(locale));
        const keysOf = { p256dh: push_public_key!, auth: push_auth_key! };
        return push!({ endpoint: recipient, keys: keysOf }, { ...words, locale, url: list });
      },
      close: nothing,
    },
    sms: {
      send: (message: Claimed) => {
        const text = smsWords(toldBy(message), list, translator(message.locale));
        return sms!({ id: message.id, to: message.recipient, text });
      },
      close: nothing,
    },
  };
}

const toldBy = ({ block_names, kinds }: Claimed) => ({
  blockNames: block_names ?? [],
  kinds: kinds ?? [],
});

function mailOf(message: Claimed, siteUrl: string, linkKey: string) {
  const { id, kind, recipient: to, person_id, locale } = message;
  const t = translator(locale);
  const [told, list] = [toldBy(message), `${siteUrl}/mitt`];
  if (kind === 'join_answer') return { id, to, words: mailWords(told, { list, account: null }, t) };
  if (!person_id) {
    const number = message.report_number ?? 0;
    const url = `${siteUrl}/boligbygg/saker/${number}`;
    return { id, to, words: intakeWords(told.blockNames[0] ?? '', number, url, t) };
  }
  const unsubscribe = `${siteUrl}/avmeld/${unsubscribeCode(linkKey, person_id)}`;
  const account = {
    settings: `${siteUrl}/konto/varsler`,
    unsubscribe: locale === ownLanguage ? unsubscribe : `${unsubscribe}?lang=${locale}`,
  };
  const words = mailWords(told, { list, account }, t);
  return { id, to, words, unsubscribe };
}
