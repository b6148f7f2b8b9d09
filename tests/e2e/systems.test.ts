import { expect, request, test } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { baseUrl, signIn, sql } from '../support/demo-portal.ts';

/** The landlord's page of other systems. */

/** The receiver of this worker: another worker may run the same test. */
const receiver = `${crypto.randomUUID().slice(0, 8)}.mottaker.example`;
const path = '/boligbygg/systemer';

test.afterAll(async () => {
  await sql(
    `update public.webhook_endpoints set removed_at = now() where url like '%' || $1 || '%'`,
    [receiver],
  );
});

test('a key is made, shown once, used by a system and revoked @nojs', async ({ page, context }) => {
  await signIn(context, CAST.landlord);
  await page.goto(path);
  const name = `Sakssystem ${crypto.randomUUID().slice(0, 8)}`;
  await page.getByText('Lag en ny nøkkel').click();
  await page.getByLabel('Hvilket system er den til?').fill(name);
  await page.getByRole('button', { name: 'Lag nøkkel' }).click();
  await expect(page.getByText('Må fylles ut').first()).toBeVisible();
  await expect(page.getByLabel('Hvilket system er den til?')).toHaveValue(name);
  await page.getByLabel('Lese alle saker').check();
  await page.getByRole('button', { name: 'Lag nøkkel' }).click();
  await expect(page.getByText('Her er nøkkelen. Den vises bare nå.')).toBeVisible();
  const secret = (await page.getByText('bomiljo_').textContent())!.trim();
  expect(secret).toMatch(/^bomiljo_[0-9a-f]{64}$/);

  const system = await request.newContext({ baseURL: baseUrl() });
  const read = () =>
    system.get('/api/open311/v2/requests.json', { headers: { 'x-api-key': secret } });
  expect(await (await read()).text()).toContain('flat-');
  await page.reload();
  await expect(page.getByText(secret)).toHaveCount(0);
  const card = page.getByRole('listitem').filter({ hasText: name });
  await expect(card).toContainText('Sist brukt');
  await card.getByRole('button', { name: 'Trekk tilbake' }).click();
  await expect(page.getByText('Nøkkelen virker ikke lenger.')).toBeVisible();
  await page.getByText('Trukket tilbake', { exact: true }).click();
  await expect(card).toContainText('Trukket tilbake');
  expect((await read()).status()).toBe(403);
  await system.dispose();
});

test('a receiver is added, tested, shown with its error, given a new secret and removed', async ({
  page,
  context,
}) => {
  await signIn(context, CAST.landlord);
  await page.goto(path);
  const host = receiver;
  await page.getByText('Legg til en mottaker').click();
  await page.getByLabel('Adresse', { exact: true }).fill(`https://${host}/hook`);
  await page.getByRole('button', { name: 'Legg til', exact: true }).click();
  const shown = page.getByText('whsec_');
  const first = (await shown.textContent())!.trim();
  const card = page.getByRole('listitem').filter({ hasText: host }).first();
  await expect(card).toContainText('Ingenting er sendt ennå');
  await card.getByRole('button', { name: 'Send prøve' }).click();
  await expect(page.getByText('Prøven sendes innen et minutt.')).toBeVisible();
  await expect(card).toContainText(/beskjed(er)? venter/);
  await sql(
    `update public.outbox_messages set last_error = 'ENOTFOUND', tried_at = now(), next_attempt_at = now() + interval '1 day'
     where endpoint_id in (select id from public.webhook_endpoints where url like '%' || $1 || '%')`,
    [host],
  );
  await page.reload();
  await expect(card).toContainText('Feil: ENOTFOUND');
  await card.getByRole('button', { name: 'Ny signeringsnøkkel' }).click();
  expect((await shown.textContent())!.trim()).not.toBe(first);
  await card.getByRole('button', { name: 'Fjern' }).click();
  await expect(page.getByText('Mottakeren er fjernet.')).toBeVisible();
  await expect(card).toHaveCount(0);
});

test('an address that is not https is refused, and kept in its field', async ({
  page,
  context,
}) => {
  await signIn(context, CAST.landlord);
  await page.goto(path);
  await page.getByText('Legg til en mottaker').click();
  await page.getByLabel('Adresse', { exact: true }).fill('ftp://mottaker.example/');
  await page.getByRole('button', { name: 'Legg til', exact: true }).click();
  await expect(page.getByText('Adressen må begynne med https://').first()).toBeVisible();
  await expect(page.getByLabel('Adresse', { exact: true })).toHaveValue('ftp://mottaker.example/');
});

test('the address for e-mail is saved and removed', async ({ page, context }) => {
  await signIn(context, CAST.landlord);
  await page.goto(path);
  // The demo catches mail, so mail can be sent.
  await expect(page.getByText('Utsending av e-post er ikke satt opp')).toBeHidden();
  const field = page.getByLabel('E-postadresse');
  for (const address of ['mottak@boligbygg.example', '']) {
    await field.fill(address);
    await page.getByRole('button', { name: 'Lagre adressen' }).click();
    await expect(page.getByText('Lagret.')).toBeVisible();
    await expect(field).toHaveValue(address);
  }
});

test('only the landlord finds the page', async ({ page, context }) => {
  for (const email of [CAST.drobak.consultant, CAST.drobak.resident, CAST.admin]) {
    await signIn(context, email);
    expect((await page.goto(path))!.status()).toBe(404);
  }
});

test('a case shows its reporter and the landlord that it was delivered', async ({
  page,
  context,
}) => {
  const [row] = await sql(
    `select r.number from public.reports r join public.report_details d on d.report_id = r.id
     join auth.users u on u.id = d.reporter_id where u.email = $1 and r.status = 'waiting' limit 1`,
    [CAST.drobak.household],
  );
  await signIn(context, CAST.drobak.household);
  await page.goto(`/drobakgata-1/saker/${row!['number']}`);
  await expect(page.getByText('Boligbygg tok tak i saken')).toBeVisible();
  await signIn(context, CAST.drobak.neighbour);
  await page.goto(`/drobakgata-1/saker/${row!['number']}`);
  await expect(page.getByText('Boligbygg tok tak i saken')).toHaveCount(0);
  await signIn(context, CAST.landlord);
  await page.goto(`/boligbygg/saker/${row!['number']}`);
  await expect(page.getByText('Levert til Boligbygg: første handling')).toBeVisible();
});
