import webpush from 'web-push';
import { postOutside } from '~/lib/outgoing.ts';
import type { Failure } from './messages.ts';

export interface PushSettings {
  /** `mailto:…` or `https://…`: who runs this, for the makers of browsers, who carry the messages. */
  contact: string;
  /** Browsers say where push messages go, so it is anybody's word: only tests send to this machine. */
  allowPrivate: boolean;
}
interface Browser {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}
interface PushWords {
  title: string;
  body: string;
  locale: string;
  url: string;
}

const keptFor = 24 * 3600; // seconds, by whoever carries it, while the phone is off

/** Encrypts for one browser and hands it over, signed with our key. */
export const pushSender =
  (
    { contact, allowPrivate }: PushSettings,
    vapid: { publicKey: string; privateKey: string },
    timeout?: number,
  ) =>
  async (browser: Browser, words: PushWords): Promise<Failure> => {
    const { endpoint, headers, body } = webpush.generateRequestDetails(browser, payload(words), {
      vapidDetails: { subject: contact, ...vapid },
      TTL: keptFor,
    });
    const error = await postOutside({
      url: endpoint,
      headers: Object.fromEntries(
        Object.entries(headers as Record<string, unknown>).map(([name, v]) => [name, String(v)]),
      ),
      body,
      allowPrivate,
      ...(timeout && { timeout }),
    });
    return error === null ? null : { error, isFinal: finals.has(error) };
  };

/** Gone, and what no later try can change. */
const finals = new Set(['status 404', 'status 410', 'status 413', 'address not allowed']);

/** Declarative Web Push: a browser that knows it needs no script; the others have public/varsel-sw.js read the same. */
const payload = ({ title, body, locale, url }: PushWords) =>
  JSON.stringify({ web_push: 8030, notification: { title, body, lang: locale, navigate: url } });
