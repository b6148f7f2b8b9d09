import { expect, request, test } from '../support/browser-test.ts';
import { unsubscribeCode } from '../../src/domains/messages/links.server.ts';
import { CAST } from '../support/cast.ts';
import { baseUrl, signIn, sql } from '../support/demo-portal.ts';

/** How people choose what reaches them outside the portal. tests/db/message-sending.test.ts tests the sending. */

const person = async (email: string) =>
  (await sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;
const linkKey = async () =>
  (await sql<{ link_key: string }>('select link_key from private.message_keys'))[0]!.link_key;
const topicsOf = async (id: string) =>
  (
    await sql<{ topics: string }>(
      'select email_topics::text as topics from message_settings where person_id = $1',
      [id],
    )
  )[0]?.topics;

test('a person chooses what comes by e-mail and when, and the choice is kept @nojs', async ({
  page,
  context,
}) => {
  const email = CAST.stovner.household;
  await signIn(context, email);
  await page.goto('/konto');
  await page.getByRole('link', { name: 'Varsler' }).click();
  await expect(page.getByText('ikke satt opp til å sende SMS')).toBeVisible();
  await page.getByLabel('Saker', { exact: true }).uncheck();
  await page.getByLabel('Samlet klokka 8 og 17').check();
  await page.getByLabel('Fra klokka').selectOption('22');
  await page.getByRole('button', { name: 'Lagre' }).click();
  await expect(page.getByText('Lagret.')).toBeVisible();
  await expect(page.getByLabel('Saker', { exact: true })).not.toBeChecked();
  await expect(page.getByLabel('Samlet klokka 8 og 17')).toBeChecked();
  await expect(page.getByLabel('Fra klokka')).toHaveValue('22');
  await page.getByLabel('Saker', { exact: true }).check();
  await page.getByRole('radio', { name: /^Med en gang/ }).check();
  await page.getByRole('button', { name: 'Lagre' }).click();
  await expect(page.getByLabel('Saker', { exact: true })).toBeChecked();
});

test('the link in an e-mail unsubscribes when the button is pressed, not when the page is opened @nojs', async ({
  page,
}) => {
  const id = await person(CAST.stovner.neighbour);
  const code = unsubscribeCode(await linkKey(), id);
  await sql('delete from message_settings where person_id = $1', [id]);
  await page.goto(`/avmeld/${code}`);
  expect(await topicsOf(id)).toBeUndefined();
  await page.getByRole('button', { name: 'Ja, slutt å sende e-post' }).click();
  await expect(page.getByText('Du får ikke flere e-poster')).toBeVisible();
  expect(await topicsOf(id)).toBe('{}');
  await sql('delete from message_settings where person_id = $1', [id]);
});

test('a mail program unsubscribes with one POST from no page; a forged link is not found and runs no action', async () => {
  const id = await person(CAST.stovner.partner);
  const code = unsubscribeCode(await linkKey(), id);
  const program = await request.newContext({ baseURL: baseUrl() });
  const post = (path: string) =>
    program.post(path, { form: { 'List-Unsubscribe': 'One-Click' }, maxRedirects: 0 });
  expect((await post(`/avmeld/${unsubscribeCode('forged', id)}`)).status()).toBe(404);
  expect((await post(`/avmeld/${code}?_action=messages.removePhone`)).status()).toBe(403);
  expect((await post('/konto/varsler?_action=messages.removePhone')).status()).toBe(403);
  expect(await topicsOf(id)).toBeUndefined();
  for (let i = 0; i < 2; i++) expect((await post(`/avmeld/${code}`)).status()).toBe(200);
  expect(await topicsOf(id)).toBe('{}');
  await sql('delete from message_settings where person_id = $1', [id]);
  await program.dispose();
});

test('mail of the demo is caught and shown, and links to the address of the portal whatever the host header says', async () => {
  const id = await person(CAST.drobak.household);
  await sql(
    `insert into message_settings (person_id, quiet_from, quiet_to) values ($1, 0, 0)
     on conflict (person_id) do update set quiet_from = 0, quiet_to = 0`,
    [id],
  );
  await sql(
    `insert into notifications (person_id, block_id, kind, subject, activity_id)
     select $1, block_id, 'activity_message', gen_random_uuid()::text, id from activities
     where block_id = (select id from blocks where slug = 'drobakgata-1') and status = 'published' limit 1`,
    [id],
  );
  const client = await request.newContext({ baseURL: baseUrl() });
  const page = async (headers: Record<string, string> = {}) => client.get('/dev/post', { headers });
  await expect
    .poll(async () => (await page()).text(), { timeout: 70_000, intervals: [2000] })
    .toContain(CAST.drobak.household);
  const whole = await (await page()).text();
  const text = whole.slice(whole.indexOf('<main'));
  expect(text).toContain(`${baseUrl()}/mitt`);
  const others = text.match(/https?:\/\/[^/\s"<]+/g)!.filter((origin) => origin !== baseUrl());
  expect(others).toEqual([]);
  expect((await page({ host: 'portal.attacker.example' })).status()).not.toBe(200);
  await sql('delete from message_settings where person_id = $1', [id]);
  await client.dispose();
});

test('push is switched on in this browser, limited to chosen subjects, and switched off again', async ({
  page,
  context,
}) => {
  // A browser without the push server of its maker: the test supplies the answers.
  await page.addInitScript(() => {
    const keys = { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) };
    const endpoint = `https://push.example/${crypto.randomUUID()}`;
    Notification.requestPermission = () => Promise.resolve('granted');
    PushManager.prototype.subscribe = () =>
      Promise.resolve({ toJSON: () => ({ endpoint, keys }) } as unknown as PushSubscription);
  });
  await signIn(context, CAST.stovner.resident);
  await page.goto('/konto/varsler');
  await expect(page.getByRole('group', { name: 'Varsel på telefonen om' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Slå på varsler her' }).click();
  await expect(page.getByText('Varsler er slått på.')).toBeVisible();
  await expect(page.getByRole('group', { name: 'Varsel på telefonen om' })).toBeVisible();
  await page.getByRole('button', { name: 'Slå av' }).click();
  await expect(page.getByText('Varsler er slått av.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Slå av' })).toHaveCount(0);
});
