import { periods } from '~/lib/numbers.ts';
import { rows, rowsIfAllowed, serviceDb, type Db } from '~/lib/supabase.ts';
import { milliseconds } from '~/lib/time.ts';
import { sendingSettings } from './channels.server.ts';
import { messageKeys } from './keys.server.ts';
import { readUnsubscribeCode } from './links.server.ts';
import { smsSender } from './sms.server.ts';
import { channels, usual, type Channel, type MessageSettings } from './messages.ts';

const lately = milliseconds(periods.unreached);

/** My message settings, in one round trip; defaults where I have chosen nothing. */
export async function findMessageSettings(
  db: Db,
  personId: string,
  now: Date,
): Promise<MessageSettings> {
  const since = new Date(now.getTime() - lately).toISOString();
  const own = ['person_id', personId] as const;
  const [settings, phones, devices, failed] = await Promise.all([
    db.from('message_settings').select().eq(...own).maybeSingle(),
    db.from('message_phones').select('phone, confirmed_at').eq(...own).maybeSingle(),
    db.from('push_subscriptions').select('id, created_at').eq(...own).order('created_at'),
    db
      .from('outbox_messages')
      .select('channel')
      .eq(...own)
      .eq('status', 'failed')
      .gt('finished_at', since)
      .limit(100),
  ]); // prettier-ignore
  const [chosen, phone] = [rows(settings), rows(phones)];
  const broken = new Set(rows(failed).map(({ channel }) => channel));
  return {
    topics: chosen
      ? { email: chosen.email_topics, push: chosen.push_topics, sms: chosen.sms_topics }
      : usual.topics,
    rhythm: chosen?.rhythm ?? usual.rhythm,
    quietFrom: chosen?.quiet_from ?? usual.quietFrom,
    quietTo: chosen?.quiet_to ?? usual.quietTo,
    phone: phone && { number: phone.phone, isConfirmed: phone.confirmed_at !== null },
    devices: rows(devices).map(({ id, created_at }) => ({
      id,
      since: new Date(created_at),
    })),
    failed: channels.filter((channel) => broken.has(channel)),
  };
}

type Chosen = Pick<MessageSettings, 'rhythm' | 'quietFrom' | 'quietTo'> & {
  topics: Partial<MessageSettings['topics']>;
};

/** A channel without topics stays as it is. False for an account that has not joined any building. */
export async function saveMessageSettings(
  db: Db,
  { topics, rhythm, quietFrom, quietTo }: Chosen,
): Promise<boolean> {
  // No null among the generated arguments.
  const listOf = (channel: Channel) =>
    (topics[channel] ?? null) as MessageSettings['topics']['sms'];
  const { error } = await db.rpc('save_message_settings', {
    email_topics: listOf('email'),
    push_topics: listOf('push'),
    sms_topics: listOf('sms'),
    rhythm,
    quiet_from: quietFrom,
    quiet_to: quietTo,
  });
  if (error?.code === '23503') return false;
  rows({ data: null, error });
  return true;
}

export type PhoneStart = 'sent' | 'too_many_attempts' | 'not_sent';

/** Sends six digits to a number, to see whose it is. `say` makes the words around them. */
export async function startPhone(
  personId: string,
  phone: string,
  say: (digits: string) => string,
): Promise<PhoneStart> {
  const { sms, timeout } = sendingSettings();
  if (!sms) return 'not_sent';
  const digits = rows(await serviceDb().rpc('start_phone', { person_id: personId, phone }));
  if (!digits) return 'too_many_attempts';
  const text = say(digits);
  const failure = await smsSender(sms, timeout)({ id: crypto.randomUUID(), to: phone, text });
  return failure ? 'not_sent' : 'sent';
}

export const confirmPhone = async (db: Db, digits: string) =>
  rows(await db.rpc('confirm_phone', { digits })) ?? 'wrong';

export async function removePhone(db: Db, personId: string): Promise<void> {
  rows(await db.from('message_phones').delete().eq('person_id', personId));
}

/** False when it was refused: keys that are none. */
export async function subscribePush(
  db: Db,
  subscription: { endpoint: string; publicKey: string; authKey: string },
): Promise<boolean> {
  const { endpoint, publicKey: public_key, authKey: auth_key } = subscription;
  const { error } = await db.rpc('subscribe_push', { endpoint, public_key, auth_key });
  if (error?.code === '23514' || error?.code === '42501') return false;
  rows({ data: null, error });
  return true;
}

/** False when there is no such browser of mine. */
export async function removeDevice(db: Db, id: string): Promise<boolean> {
  const removed = db.from('push_subscriptions').delete().eq('id', id).select('id');
  return (rowsIfAllowed(await removed) ?? []).length > 0;
}

/** The key that browsers need to let our push messages in; public. */
export const pushKey = async () => (await messageKeys(serviceDb())).vapid.publicKey;

/** Whether the link in an e-mail is one of ours. */
export const isUnsubscribeCode = async (code: string) =>
  readUnsubscribeCode((await messageKeys(serviceDb())).link, code) !== null;

/** Ends e-mail to the receiver of the link, whoever is signed in here. False when we did not sign it. */
export async function unsubscribe(service: Db, code: string): Promise<boolean> {
  const personId = readUnsubscribeCode((await messageKeys(service)).link, code);
  if (!personId) return false;
  rows(await service.rpc('stop_emails', { person_id: personId }));
  return true;
}
