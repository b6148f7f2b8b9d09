import { createECDH, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import ece from 'http_ece';
import { SMTPServer } from 'smtp-server';
import type { SendingSettings } from '../../src/domains/messages/send.server.ts';
import type { Enums } from '../../src/lib/database.types.ts';
import type { TestDb } from './database.ts';

export const SITE = 'https://bomiljo.example';
export const nowhere: SendingSettings = { siteUrl: SITE, email: null, push: null, sms: null };

export interface Got {
  to: string[];
  raw: string;
  /** A header as it was received, unfolded; empty when there is none. */
  header: (name: string) => string;
  /** The parts decoded, one after the other. */
  text: string;
}

/**
 * A mail server on this machine that accepts everything, or answers each receiver with a code of its own. `isStuck`: it accepts
 * the mail and never confirms it.
 */
export async function mailSink(
  refuse: (to: string) => number | null = () => null,
  { delay = 0, isStuck = () => false }: { delay?: number; isStuck?: (got: number) => boolean } = {},
) {
  const got: Got[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) => {
      const code = refuse(address);
      done(code ? Object.assign(new Error(`<${address}> no`), { responseCode: code }) : null);
    },
    onData: (stream, session, done) => {
      let raw = '';
      stream.on('data', (part: Buffer) => (raw += part.toString()));
      stream.on('end', () => {
        got.push(
          read(
            session.envelope.rcptTo.map(({ address }) => address),
            raw,
          ),
        );
        if (!isStuck(got.length)) setTimeout(done, delay);
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const email = { from: 'Bomiljø <varsel@bomiljo.example>', smtpUrl: `smtp://127.0.0.1:${port}` };
  return { got, email, close: () => new Promise<void>((done) => server.close(() => done())) };
}

function read(to: string[], raw: string): Got {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string) =>
    new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const bytes = raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return { to, raw, header, text: Buffer.from(bytes, 'latin1').toString('utf8') };
}

/** A browser that accepts push messages, and the push server that delivers them; null: it never answers. */
export async function pushReceiver() {
  const ecdh = createECDH('prime256v1');
  const publicKey = ecdh.generateKeys('base64url');
  const authKey = randomBytes(16).toString('base64url');
  const got: { payload: unknown; headers: http.IncomingHttpHeaders }[] = [];
  const self = {
    answer: 201 as number | null,
    got,
    publicKey,
    authKey,
    endpoint: '',
    close: () => {},
  };
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (self.answer === null) return;
      if (self.answer < 300) {
        const options = { version: 'aes128gcm', privateKey: ecdh, authSecret: authKey } as const;
        const plain = ece.decrypt(Buffer.concat(parts), options);
        got.push({ payload: JSON.parse(plain.toString()), headers: request.headers });
      }
      response.writeHead(self.answer).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  self.endpoint = `http://127.0.0.1:${port}/send/${randomBytes(8).toString('hex')}`;
  self.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return self;
}

/** The subject of the notifications that `tell` makes: a course, or a notice for everybody. */
const THINGS = {
  activity_id: `activities x where x.status = 'published' and x.kind = 'course'`,
  notice_id: `notices x where x.state = 'published' and x.audience = 'everybody' and x.published_at <= now() and x.ends_at is null`,
};

/** Notifies a person of something in their building, without the functions; answers the id. */
export async function tell(
  t: TestDb,
  personId: string,
  kind: Enums<'notification_kind'> = 'activity_message',
): Promise<string> {
  const column = kind === 'notice_urgent' ? 'notice_id' : 'activity_id';
  const [row] = await t.sql<{ id: string }>(
    `insert into public.notifications (person_id, block_id, kind, subject, ${column})
     select $1, b.id, $2::public.notification_kind, gen_random_uuid()::text,
       (select x.id from public.${THINGS[column]} and x.block_id = b.id limit 1)
     from public.blocks b where b.slug = 'drobakgata-1' returning id`,
    [personId, kind],
  );
  return row!.id;
}

export const personId = async (t: TestDb, email: string) =>
  (await t.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;

/** No waiting messages, no choices, and no quiet hours: the tests run at any hour. */
export async function cleanSlate(t: TestDb) {
  await t.sql(`delete from public.outbox_messages`);
  await t.sql(`delete from public.notifications`);
  await t.sql(`delete from public.push_subscriptions`);
  await t.sql(`delete from public.message_phones`);
  await t.sql(`delete from public.message_settings`);
  await t.sql(
    `insert into public.message_settings (person_id, quiet_from, quiet_to) select id, 0, 0 from public.people`,
  );
}
