import { wordsOf } from '~/domains/notifications/notifications.ts';
import { say, type Locale, type Translate } from '~/i18n/index.ts';
import { directionOf } from '~/i18n/languages.ts';
import type { Kind } from './messages.ts';

/**
 * What messages say. Never more than the name of the building and which kind of thing it is: a mailbox, a screen or a phone may
 * be read by others, so the links lead to the list behind the sign-in, never to what it is about.
 */

export interface Told {
  blockNames: string[];
  kinds: Kind[];
}

export interface MailWords {
  subject: string;
  text: string;
  html: string;
}

/** One or two buildings by name; of more, the portal. */
export const senderOf = ({ blockNames }: Told, t: Translate) =>
  blockNames.length > 0 && blockNames.length <= 2 ? blockNames.join(' / ') : t('frame.site');

export const shortWords = (told: Told, t: Translate) => ({
  title: senderOf(told, t),
  body: t('messages.short', { count: told.kinds.length }),
});

/** The sender, and that there is something new. */
const subject = (told: Told, t: Translate) =>
  t('frame.labelled', {
    label: senderOf(told, t),
    text: t('messages.short', { count: told.kinds.length }),
  });

// A bare address after or below its words: characters around it would become part of the link.
export const smsWords = (told: Told, url: string, t: Translate) => `${subject(told, t)} ${url}`;

/** Each kind once, with how many when there are several. */
function lines({ kinds }: Told, t: Translate): string[] {
  const counts = new Map<Kind, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => {
    const text = say(t, wordsOf(kind));
    return count > 1 ? t('frame.counted', { label: text, count }) : text;
  });
}

export interface MailLinks {
  list: string;
  /** Null for somebody who asked to join and is not a person yet: there are no settings. */
  account: { settings: string; unsubscribe: string } | null;
}

export function mailWords(told: Told, { list, account }: MailLinks, t: Translate): MailWords {
  const [intro, all] = [t('messages.mail.intro', { block: senderOf(told, t) }), lines(told, t)];
  const why = t('messages.mail.why');
  const [settings, stop] = [t('messages.mail.settings'), t('messages.mail.stop')];
  return {
    subject: subject(told, t),
    text: [
      intro,
      all.map((line) => `- ${line}`).join('\n'),
      `${t('messages.mail.read')}\n${list}`,
      `-- \n${why}`,
      ...(account ? [`${settings}: ${account.settings}`, `${stop}: ${account.unsubscribe}`] : []),
    ].join('\n\n'),
    html: page(
      t.locale,
      `<p>${safe(intro)}</p><ul>${all.map((line) => `<li>${safe(line)}</li>`).join('')}</ul>
<p>${link(list, t('messages.mail.read'))}</p><hr><p>${safe(why)}</p>
${account ? `<p>${link(account.settings, settings)} · ${link(account.unsubscribe, stop)}</p>` : ''}`,
    ),
  };
}

/** To the landlord's intake: that there is a case, and where. */
export function intakeWords(block: string, number: number, url: string, t: Translate): MailWords {
  const [subject, text] = [
    t('messages.intake.subject', { block, number }),
    t('messages.intake.text', { block, number }),
  ];
  return {
    subject,
    text: `${text}\n\n${url}\n\n-- \n${t('messages.intake.why')}`,
    html: page(
      t.locale,
      `<p>${safe(text)}</p><p>${link(url, url)}</p><hr><p>${safe(t('messages.intake.why'))}</p>`,
    ),
  };
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const safe = (text: string) => text.replace(/[&<>"]/g, (sign) => signs[sign]!);
const link = (url: string, text: string) => `<a href="${safe(url)}">${safe(text)}</a>`;
const page = (locale: Locale, body: string) =>
  `<!doctype html><html lang="${locale}" dir="${directionOf(locale)}"><meta charset="utf-8"><body style="font:1rem/1.5 sans-serif;max-width:34rem">${body}</body></html>`;
