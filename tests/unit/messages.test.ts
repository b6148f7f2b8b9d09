import { mkdtempSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Mail } from '../../scripts/backend/lite.ts';
import { keepMail } from '../../scripts/backend/mail.ts';
import { catchSignInMail, demoMessages } from '../../scripts/launch/messages.ts';
import { readSettings } from '../../scripts/launch/settings.ts';
import { catchMail, listCaught } from '../../src/domains/messages/caught.server.ts';
import { readUnsubscribeCode, unsubscribeCode } from '../../src/domains/messages/links.server.ts';
import { maskedPhone, phoneForm, pushForm } from '../../src/domains/messages/messages.ts';
import { fill } from '../../src/domains/messages/sms.server.ts';
import { mailWords, senderOf } from '../../src/domains/messages/words.ts';
import { translator } from '../../src/i18n/index.ts';

const t = translator('nb');

test.each([
  ['900 00 000', '+4790000000'],
  ['+47 412 34 567', '+4741234567'],
  ['0046 70-123 45 67', '+46701234567'],
  ['22 00 00 00', null],
  ['+0123456789', null],
  ['ring meg', null],
  ['', null],
])('the number %j becomes %j', (typed, phone) => {
  const read = phoneForm.safeParse({ phone: typed });
  expect(read.success ? read.data.phone : null).toBe(phone);
});

test('a number on the screen shows only its country and two digits', () => {
  expect(maskedPhone('+4790000017')).toBe('+47 ••• •• •17');
});

test.each(['http://push.example/a', 'https://', 'ftp://push.example/', 'javascript:alert(1)'])(
  'a browser can not be at %s',
  (endpoint) => {
    const keys = { publicKey: 'A'.repeat(87), authKey: 'A'.repeat(22) };
    expect(pushForm.safeParse({ endpoint, ...keys }).success).toBe(false);
    expect(pushForm.safeParse({ endpoint: 'https://push.example/a', ...keys }).success).toBe(true);
  },
);

describe('the body for an SMS gateway', () => {
  const sms = { id: 'i', to: '+4790000000', text: 'Hei "du" & {to}\n{id}' };
  test('is JSON when its template is, whatever the text holds', () => {
    const { body, type } = fill('{"recipients":[{"msisdn":"{to}"}],"message":"{text}","n":1}', sms);
    expect(type).toBe('application/json');
    expect(JSON.parse(body)).toEqual({ recipients: [{ msisdn: sms.to }], message: sms.text, n: 1 });
  });
  test('is a form otherwise', () => {
    const { body, type } = fill('user=x&to={to}&text={text}', sms);
    expect(type).toBe('application/x-www-form-urlencoded');
    const read = new URLSearchParams(body);
    expect([read.get('user'), read.get('to'), read.get('text')]).toEqual(['x', sms.to, sms.text]);
    expect([...read.keys()]).toHaveLength(3);
  });
});

test('the link that ends e-mail is valid only under its own key, and in one spelling', () => {
  const id = crypto.randomUUID();
  const code = unsubscribeCode('key', id);
  expect(code).toMatch(/^[\w-]{64}$/);
  expect(readUnsubscribeCode('key', code)).toBe(id);
  expect(readUnsubscribeCode('other', code)).toBeNull();
  for (const wrong of [`${code}=`, code.slice(1), `${code}AAAA`, code.replace(/./, '%')])
    expect([wrong, readUnsubscribeCode('key', wrong)]).toEqual([wrong, null]);
});

test('the name of a building cannot bring its own HTML', () => {
  const told = { blockNames: ['<b>"A" & B</b>'], kinds: ['place_won' as const] };
  const links = {
    list: 'https://x.no/mitt',
    account: { settings: 'https://x.no/k', unsubscribe: 'https://x.no/a?lang=en&b' },
  };
  const { html, text } = mailWords(told, links, t);
  expect(html).toContain('&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt;');
  expect(html).toContain('href="https://x.no/a?lang=en&amp;b"');
  expect(text).toContain('<b>"A" & B</b>');
});

test('a mail to a person without an account has no link to settings', () => {
  const told = { blockNames: ['A'], kinds: ['account_not_joined' as const] };
  const { html, text } = mailWords(told, { list: 'https://x.no/mitt', account: null }, t);
  for (const body of [html, text]) {
    expect(body).toContain(t('notifications.kind.account_not_joined'));
    expect(body.match(/https:[^"\s<]+/g)).toEqual(expect.arrayContaining(['https://x.no/mitt']));
    expect(body).not.toContain(t('messages.mail.settings'));
    expect(body).not.toMatch(/undefined|null/);
  }
});

test('one or two buildings are named, more become the portal', () => {
  const from = (...blockNames: string[]) => senderOf({ blockNames, kinds: [] }, t);
  expect([from('A'), from('A', 'B'), from('A', 'B', 'C'), from()]).toEqual([
    'A',
    'A / B',
    'Bomiljø',
    'Bomiljø',
  ]);
});

describe('the page of caught mail', () => {
  const demo = (env: NodeJS.ProcessEnv) => demoMessages(env, readSettings(env))['MAIL_CATCH'];
  test('exists only in the demo on this machine', () => {
    expect(demo({ DATA_DIR: '/x' })).toBe('/x/mail');
    const supabase = {
      SUPABASE_URL: 'https://x.co',
      SUPABASE_PUBLISHABLE_KEY: 'p',
      SUPABASE_SECRET_KEY: 's',
    };
    for (const env of [
      supabase,
      { SITE_URL: 'https://x.no' },
      { SMTP_URL: 'smtp://x' },
      { HOST: '0.0.0.0' },
      { HOST: '192.168.1.2' },
    ])
      expect([env, demo(env)]).toEqual([env, '']);
    // Setting the variable by hand does not open it either.
    expect(demo({ HOST: '0.0.0.0', MAIL_CATCH: '/x' })).toBe('');
  });
  test('has the mails of the sign-in service too, and none when there is no such service', async () => {
    const folder = mkdtempSync('/tmp/bomiljo-mail-');
    const mail = { to: 'a@b.no', subject: 'Koden din', text: '123456' };
    const kept: Mail[] = [];
    await keepMail(kept, catchSignInMail({ MAIL_CATCH: folder })).send(mail);
    expect(await listCaught(folder)).toMatchObject([
      { to: { address: 'a@b.no' }, subject: 'Koden din', text: '123456' },
    ]);
    expect(kept).toEqual([mail]);
    expect(catchSignInMail({ MAIL_CATCH: '' })).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
  test('lists the newest first', async () => {
    const folder = mkdtempSync('/tmp/bomiljo-mail-');
    const mail = {
      to: { address: 'a@b.no' },
      messageId: '<1>',
      subject: '',
      text: '',
      html: '',
      headers: {},
    };
    for (const id of ['a', 'b']) {
      await catchMail(folder, { ...mail, id });
      await new Promise((done) => setTimeout(done, 5));
    }
    expect((await listCaught(folder)).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(await listCaught(`${folder}/none`)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
