import { randomBytes } from 'node:crypto';
import webpush from 'web-push';
import { rows, type Db } from '~/lib/supabase.ts';

export interface MessageKeys {
  vapid: { publicKey: string; privateKey: string };
  /** Signs the links that end e-mail. */
  link: string;
}

const known = new WeakMap<Db, Promise<MessageKeys>>();

/** The keys all servers share; the first one to ask has made them. Asked for once per process. */
export function messageKeys(service: Db): Promise<MessageKeys> {
  const asked = known.get(service) ?? keepKeys(service);
  known.set(service, asked);
  asked.catch(() => known.delete(service));
  return asked;
}

async function keepKeys(service: Db): Promise<MessageKeys> {
  const mine = webpush.generateVAPIDKeys();
  const kept = rows(
    await service.rpc('keep_message_keys', {
      vapid_public_key: mine.publicKey,
      vapid_private_key: mine.privateKey,
      link_key: randomBytes(32).toString('base64url'),
    }),
  )![0]!;
  return {
    vapid: { publicKey: kept.vapid_public_key, privateKey: kept.vapid_private_key },
    link: kept.link_key,
  };
}
