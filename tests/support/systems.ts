import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Enums } from '../../src/lib/database.types.ts';
import { CAST } from './cast.ts';
import type { Db, TestDb } from './database.ts';

/** A new key of the landlord with these rights. */
export async function newKey(t: TestDb, ...scopes: Enums<'api_scope'>[]): Promise<string> {
  const landlord = await t.as(CAST.landlord);
  const { data, error } = await landlord.rpc('make_api_key', { name: 'Prøvesystem', scopes });
  if (error || !data) throw error ?? new Error('No key was made');
  return data;
}

/** Adds a receiver as the landlord. Answers its id. */
export async function addReceiver(
  landlord: Db,
  url: string,
  kinds: Enums<'outbox_kind'>[] = ['report_created', 'report_changed'],
): Promise<string> {
  const id = crypto.randomUUID();
  const { error } = await landlord.from('webhook_endpoints').insert({ id, url, kinds });
  if (error) throw error;
  return id;
}

interface Received {
  body: string;
  headers: Record<string, string>;
}

/** A receiver on this machine that stores its requests. `answer` may change between calls; null: never answers. */
export async function receiver(answer: number | null = 204) {
  const received: Received[] = [];
  const self = { answer, received, url: '', close: () => {} };
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      received.push({ body, headers: request.headers as Record<string, string> });
      if (self.answer === null) return;
      // A redirect to itself: a client that follows it is counted again.
      response.writeHead(self.answer, { location: self.url }).end('x'.repeat(100));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  self.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return self;
}
