import { expect, test, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { letOthersVote, letRunOut, openDemoVote } from '../support/demo-polls.ts';
import { sql } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';

const { resident, household, neighbour } = CAST.stovner;
const home = '/stovner-senter/avstemninger';
const project = () => test.info().project.name;

/** The receipt and the control number, on the page that shows them. */
async function receiptOn(page: Page) {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Stemmen er talt');
  const text = await page.getByRole('article').innerText();
  return {
    code: /([0-9A-Z]{4}-){3}[0-9A-Z]{4}/.exec(text)![0],
    control: /[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}/.exec(text)![0],
  };
}

test('a receipt is shown once, changes the vote, and is found in the list @nojs', async ({
  browser,
}) => {
  test.setTimeout(60_000);
  const title = `Skal vi ha sjakk? (${project()})`;
  const id = await openDemoVote('stovner-senter', { kind: 'yes_no', title });
  const page = await phone(browser, resident, `${home}/${id}`);

  await page.getByRole('button', { name: 'Stem ja' }).click();
  const { code, control } = await receiptOn(page);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kvitteringen er vist');
  await expect(page.getByText(code)).toHaveCount(0);

  await page.goto(`${home}/${id}`);
  await expect(page.getByRole('button', { name: /^Stem/ })).toHaveCount(0);
  await page.getByText('Endre stemmen', { exact: true }).click();
  const change = page.getByRole('group').filter({ hasText: 'Den samme kvitteringen' });
  await change.getByLabel('Kvittering').fill('0000-0000-0000-0000');
  await change.getByRole('radio', { name: 'Nei' }).check();
  await change.getByRole('button', { name: 'Lagre endringen' }).click();
  await expect(page.getByRole('alert')).toContainText('Vi finner ingen stemme');
  await expect(change.getByRole('radio', { name: 'Nei' })).toBeChecked();
  await change.getByLabel('Kvittering').fill(code.toLowerCase().replaceAll('-', ' '));
  await change.getByRole('button', { name: 'Lagre endringen' }).click();
  await expect(page.getByText('Stemmen er endret.')).toBeVisible();

  const check = page.getByRole('group').filter({ hasText: 'om stemmen er talt' });
  await page.getByText('Sjekk kvitteringen', { exact: true }).click();
  await check.getByLabel('Kvittering').fill(code);
  await check.getByRole('button', { name: 'Sjekk' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Stemmen er talt' })).not.toContainText(
    control,
  );

  await letOthersVote(id, 2, 4);
  await letRunOut(id);
  await page.goto(`${home}/${id}`);
  await expect(page).toHaveURL(/\/resultat$/);
  await expect(page.getByText('Det ble nei. 5 stemte nei og 0 stemte ja.')).toBeVisible();
  await page.getByText('Sjekk kvitteringen', { exact: true }).click();
  await page.getByLabel('Kvittering').fill(code);
  await page.getByRole('button', { name: 'Sjekk' }).click();
  const answer = page.getByRole('status').filter({ hasText: 'Stemmen er talt' });
  await expect(answer).toContainText(control);
  await expect(answer).toContainText('Nei');
  await page.locator('summary').filter({ hasText: 'Listen med' }).click();
  await expect(page.getByRole('row', { name: `${control} Nei` })).toBeVisible();
  const file = await page.request.get(`${home}/${id}/protokoll.json`);
  const { ballots } = (await file.json()) as { ballots: { control_number: string }[] };
  expect(ballots).toHaveLength(5);
  expect(ballots.map(({ control_number }) => control_number)).toContain(
    control.replaceAll(' ', ''),
  );
});

test('too many choices and a too expensive choice are refused, and the ticks are kept @nojs', async ({
  browser,
}) => {
  test.setTimeout(60_000);
  const page = await phone(browser, household);
  const several = await openDemoVote('stovner-senter', {
    ...{ kind: 'multiple', title: `Hvilke kvelder? (${project()})`, max: 2, winners: 1 },
    options: [['Mandag'], ['Tirsdag'], ['Torsdag']],
  });
  const budget = await openDemoVote('stovner-senter', {
    ...{ kind: 'budget', title: `Hva kjøper vi? (${project()})`, budget: 10000 },
    options: [
      ['Benk', 6000],
      ['Grill', 5000],
      ['Huske', 4000],
    ],
  });
  const refused = page.getByRole('alert');
  const vote = page.getByRole('button', { name: 'Stem', exact: true });

  await page.goto(`${home}/${several}`);
  await vote.click();
  await expect(refused).toContainText('Kryss av for minst ett valg.');
  for (const day of ['Mandag', 'Tirsdag', 'Torsdag']) await page.getByLabel(day).check();
  await vote.click();
  await expect(refused).toBeVisible();
  await expect(page.getByText('Du krysset av for 3. Du kan velge opptil 2.')).toBeVisible();
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(3);
  await page.getByLabel('Tirsdag').uncheck();
  await vote.click();
  await receiptOn(page);

  await page.goto(`${home}/${budget}`);
  await page.getByLabel('Benk').check();
  await page.getByLabel('Grill').check();
  await vote.click();
  await expect(page.getByText(/Du krysset av for 11.000 kr/)).toBeVisible();
  await page.getByLabel('Grill').uncheck();
  await page.getByLabel('Huske').check();
  await vote.click();
  await receiptOn(page);

  await letRunOut(budget);
  await page.goto(`${home}/${budget}/resultat`);
  await expect(
    page.getByText(
      /«Benk» og «Huske» vant\. Det koster 10.000 kr av 10.000 kr\. Færre enn 5 stemte/,
    ),
  ).toBeVisible();
  await expect(page.getByText('Derfor viser vi ikke listen med stemmene.')).toBeVisible();
  await expect(page.getByRole('row', { name: 'Grill' }).getByRole('cell')).toHaveCount(0);
  await page.goto(`${home}/${budget}/protokoll`);
  await expect(page.getByText('Færre enn 5 av 167 leiligheter stemte.')).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Stemmer' })).toHaveCount(0);
});

test('the same form sent twice is one vote with the same receipt', async ({ browser }) => {
  const id = await openDemoVote('stovner-senter', { kind: 'yes_no', title: 'Sendt to ganger?' });
  const page = await phone(browser, neighbour, `${home}/${id}`);
  const form = await page.locator('form').filter({ hasText: 'Stem ja' }).elementHandle();
  const [action, receipt] = await form!.evaluate((one) => [
    (one as HTMLFormElement).action,
    new FormData(one as HTMLFormElement).get('receipt') as string,
  ]);
  const choices = await page.getByRole('button', { name: 'Stem ja' }).getAttribute('value');
  const send = () =>
    page.request.post(action!, {
      form: { pollId: id, receipt: receipt!, choices: choices! },
      headers: { origin: process.env['E2E_URL']! },
      maxRedirects: 0,
    });
  const answers = [await send(), await send()];
  expect(answers.map((one) => [one.status(), one.headers()['location']])).toEqual([
    [303, `${home}/${id}/kvittering`],
    [303, `${home}/${id}/kvittering`],
  ]);
  await page.goto(`${home}/${id}/kvittering`);
  expect((await receiptOn(page)).code.replaceAll('-', '')).toBe(receipt);
  const table = `private.ballots_${id.replaceAll('-', '')}`;
  expect(await sql(`select count(*)::int as ballots from ${table}`)).toEqual([{ ballots: 1 }]);
});

test('a phone stores the receipt only on request, fills it in, and forgets it', async ({
  browser,
}) => {
  const id = await openDemoVote('stovner-senter', { kind: 'yes_no', title: 'Behold den?' });
  const page = await phone(browser, resident, `${home}/${id}`);
  await page.getByRole('button', { name: 'Stem nei' }).click();
  const { code } = await receiptOn(page);
  const kept = () => page.evaluate(() => Object.values(localStorage));
  await expect(page.getByRole('button', { name: 'Behold på denne telefonen' })).toBeVisible();
  expect(await kept()).toEqual([]);
  await page.getByRole('button', { name: 'Behold på denne telefonen' }).click();
  await expect(page.getByText('Kvitteringen ligger på denne telefonen.')).toBeVisible();

  await page.goto(`${home}/${id}`);
  await page.getByText('Sjekk kvitteringen', { exact: true }).click();
  await page.getByRole('button', { name: 'Sjekk' }).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Hent fra denne telefonen' }).click();
  await expect(page.getByLabel('Kvittering').last()).toHaveValue(code);
  await page.getByRole('button', { name: 'Fjern fra denne telefonen' }).click();
  expect(await kept()).toEqual([]);
});
