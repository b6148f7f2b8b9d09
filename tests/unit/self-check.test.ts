import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Config } from '../../scripts/backend/config.ts';
import { checkBackend } from '../../scripts/backend/self-check.ts';

const config = { publishable_key: 'key', jwt_secret: 'x'.repeat(40) } as Config;
let server: http.Server | undefined;
afterEach(() => server?.close());

/** A backend that answers as given by `rpc` and `revoked`. */
async function fake(rpc: (sub: string) => string, revoked: object): Promise<string> {
  server = http.createServer((req, res) => {
    const claims = req.headers.authorization?.split('.')[1];
    const { sub } = claims ? JSON.parse(Buffer.from(claims, 'base64url').toString()) : { sub: '' };
    const body = req.url!.includes('rpc') ? rpc(sub) : req.url!.includes('revoked') ? revoked : [];
    res.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const right = (sub: string) => (sub ? `authenticated:${sub}` : 'anon:');

test('the check fails when people get the answers of others', async () => {
  let last = '';
  const url = await fake((sub) => [right(last), (last = sub)][0]!, { code: '42501' });
  await expect(checkBackend(url, config)).rejects.toThrow('parallel requests got mixed up');
});

test('the check fails when a revoked column is readable', async () => {
  const url = await fake(right, []);
  await expect(checkBackend(url, config)).rejects.toThrow('a revoked column can be read');
});
