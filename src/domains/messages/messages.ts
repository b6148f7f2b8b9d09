import { z } from 'astro/zod';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { id } from '~/lib/forms.ts';
import { lengths, numbers, ranges } from '~/lib/numbers.ts';

/** How somebody is told beside the list in the portal: by which channel about what, and when. */

export type Channel = Exclude<Enums<'outbox_channel'>, 'webhook'>;
export type Topic = Enums<'message_topic'>;
export type Rhythm = Enums<'message_rhythm'>;
export type Kind = Enums<'notification_kind'>;

export const channels = ['email', 'push', 'sms'] as const satisfies Channel[];
export const topics = Constants.public.Enums.message_topic;
export const rhythms = Constants.public.Enums.message_rhythm;

/** Why it did not go out, in a few words without any address; null: it did. */
export type Failure = { error: string; isFinal: boolean } | null;

export interface MessageSettings {
  topics: Record<Channel, Topic[]>;
  rhythm: Rhythm;
  /** Whole hours in Oslo; the same twice: no quiet hours. */
  quietFrom: number;
  quietTo: number;
  phone: { number: string; isConfirmed: boolean } | null;
  devices: { id: string; since: Date }[];
  /** Channels by which something could not be delivered lately. */
  failed: Channel[];
}

/** What holds for those who have changed nothing: the same as in the table. */
export const usual = {
  topics: { email: [...topics], push: [...topics], sms: [] as Topic[] },
  rhythm: 'at_once' as Rhythm,
  quietFrom: numbers.quiet_from,
  quietTo: numbers.quiet_to,
};

const [, lastHour] = ranges.message_settings.quiet_from;
const hour = z.coerce
  .number({ error: 'form.invalid' })
  .int('form.invalid')
  .min(0, 'form.invalid')
  .max(lastHour, 'form.invalid');
const topicList = z.array(z.enum(topics, { error: 'form.invalid' }));

export const settingsForm = z.object({
  email: topicList,
  push: topicList,
  sms: topicList,
  /** The channels that the form had; the others stay as they are. */
  shown: z.array(z.enum(channels, { error: 'form.invalid' })),
  rhythm: z.enum(rhythms, { error: 'form.required' }),
  quietFrom: hour,
  quietTo: hour,
});

/** A mobile number as people write it, as +4790000000. Without a country it is Norwegian. */
export const phoneForm = z.object({
  phone: z
    .string({ error: 'form.required' })
    .trim()
    .min(1, 'form.required')
    .max(30, 'messages.phone.invalid')
    .transform((typed) => typed.replace(/[\s()./-]/g, '').replace(/^00/, '+'))
    .transform((plain) => (/^[49]\d{7}$/.test(plain) ? `+47${plain}` : plain))
    .pipe(z.string().regex(/^\+[1-9]\d{7,14}$/, 'messages.phone.invalid')),
});
export const digitsForm = z.object({
  digits: z
    .string({ error: 'form.required' })
    .transform((typed) => typed.replace(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/, 'messages.phone.outcome.wrong')),
});

/** What a browser says when push is switched on: where, and with which keys. */
export const pushForm = z.object({
  endpoint: z
    .url({ protocol: /^https$/, error: 'form.invalid' })
    .max(lengths.push_subscriptions.endpoint, 'form.invalid'),
  publicKey: z.string().regex(/^[\w-]{87}$/, 'form.invalid'),
  authKey: z.string().regex(/^[\w-]{22}$/, 'form.invalid'),
});
export const deviceForm = z.object({ id: id() });

/** The last two digits, so that the owner knows which number it is and nobody else learns it from the screen. */
export const maskedPhone = (phone: string) => `${phone.slice(0, 3)} ••• •• •${phone.slice(-2)}`;
