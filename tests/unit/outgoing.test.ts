import dns from 'node:dns';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isPublic, postOutside } from '../../src/lib/outgoing.ts';
import { receiver } from '../support/systems.ts';

/** Where a webhook may go: its address comes from another party. */

const post = (url: string, allowPrivate = false, timeout = 2000) =>
  postOutside({ url, headers: {}, body: '{}', allowPrivate, timeout });

afterEach(() => vi.restoreAllMocks());

describe('an address', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    'fec0::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'localhost',
    '',
  ])('%s is not on the open internet', (address) => expect(isPublic(address)).toBe(false));

  test.each(['8.8.8.8', '193.69.0.1', '2a01:79c::1', '::ffff:8.8.8.8'])(
    '%s is on the open internet',
    (address) => expect(isPublic(address)).toBe(true),
  );
});

describe('nothing is sent to', () => {
  test.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.8/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://localhost/',
    'https://127.0.0.1:8443/',
    'https://bomiljo.example:8443/',
    'http://bomiljo.example/',
    'https://user:word@bomiljo.example/',
    'file:///etc/hosts',
    'not an address',
  ])('%s', async (url) => expect(await post(url)).toBe('address not allowed'));

  test('a name that has a private address among its public ones', async () => {
    const found = [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    const lookup = vi.spyOn(dns, 'lookup') as unknown as {
      mockImplementation: (f: unknown) => void;
    };
    lookup.mockImplementation(
      (_name: string, _options: object, done: (...args: unknown[]) => void) => done(null, found),
    );
    expect(await post('https://bomiljo.example/')).toBe('address not allowed');
    expect(lookup).toHaveBeenCalledTimes(1);
  });
});

describe('a receiver that is allowed', () => {
  test('gets the request, and no redirect is followed', async () => {
    const there = await receiver(302);
    expect(await post(there.url, true)).toBe('status 302');
    there.answer = 200;
    expect(await post(there.url, true)).toBeNull();
    expect(there.received.map(({ body }) => body)).toEqual(['{}', '{}']);
    there.close();
  });

  test('that never answers is given up in time', async () => {
    const there = await receiver(null);
    const started = performance.now();
    expect(await post(there.url, true, 300)).toBe('no answer in time');
    expect(performance.now() - started).toBeLessThan(1500);
    there.close();
  });

  test('that cannot be reached gives the reason in one word', async () => {
    const there = await receiver();
    there.close();
    expect(await post(there.url, true)).toBe('ECONNREFUSED');
  });
});
