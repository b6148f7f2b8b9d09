import net from 'node:net';
import { expect, test } from 'vitest';
import { checkPort, readSettings } from '../../scripts/launch/settings.ts';

const supabase = {
  SUPABASE_URL: 'https://x.supabase.co',
  SUPABASE_PUBLISHABLE_KEY: 'p',
  SUPABASE_SECRET_KEY: 's',
};

test('without settings the backend is the embedded one on 127.0.0.1:4321', () => {
  expect(readSettings({})).toMatchObject({
    host: '127.0.0.1',
    port: 4321,
    siteUrl: 'http://127.0.0.1:4321',
    supabase: undefined,
  });
});

test('all three variables select a Supabase by its address', () => {
  expect(readSettings(supabase).supabase).toEqual({
    url: 'https://x.supabase.co',
    publishableKey: 'p',
    secretKey: 's',
  });
});

test('some but not all of the three give one clear sentence', () => {
  const { SUPABASE_SECRET_KEY: _, ...two } = supabase;
  expect(() => readSettings(two)).toThrow(/^SUPABASE_SECRET_KEY missing: set all of/);
});

test.each(['0', '70000', 'abc', '1.5'])('PORT=%s is refused', (PORT) => {
  expect(() => readSettings({ PORT })).toThrow('PORT must be a number');
});

test('HOST=0.0.0.0 is shown as an address that a browser can open', () => {
  expect(readSettings({ HOST: '0.0.0.0', PORT: '80' }).siteUrl).toBe('http://127.0.0.1:80');
});

test('a busy port is named', async () => {
  const holder = net.createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as net.AddressInfo;
  await expect(checkPort(readSettings({ PORT: String(port) }))).rejects.toThrow(`Port ${port} on`);
  await new Promise((resolve) => holder.close(resolve));
  await expect(checkPort(readSettings({ PORT: String(port) }))).resolves.toBeUndefined();
});
