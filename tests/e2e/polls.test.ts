import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { expect, test, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { letOthersVote, letRunOut } from '../support/demo-polls.ts';
import { phone } from '../support/phone.ts';

const { resident, household, neighbour, consultant } = CAST.stovner;
const home = '/stovner-senter';
const inDays = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test('an idea becomes a finished project by the votes of three flats, one of them on paper @nojs', async ({
  browser,
}) => {
  test.setTimeout(100_000);
  const once = randomUUID().slice(0, 6);
  const idea = `Sjakkbord ved inngangen ${once}`;
  const question = `Hva setter vi ved inngangen ${once}?`;
  const one = await phone(browser, resident, `${home}/forslag`);
  const desk = await phone(browser, consultant, `${home}/drift/forslag`);
  const other = await phone(browser, neighbour, `${home}/forslag`);

  await test.step('a resident sends a proposal, and it waits', async () => {
    await one.getByRole('link', { name: 'Foreslå noe' }).click();
    await one.getByRole('button', { name: 'Neste' }).click();
    await one.getByLabel('Hva foreslår du?').fill(idea);
    await one.getByLabel('Hvor i gården?').selectOption('Uteområdet');
    await one.getByRole('button', { name: 'Neste' }).click();
    await one.getByRole('button', { name: 'Send forslaget' }).click();
    await one.getByLabel('Fortell litt mer').fill('Et bord av stein med to krakker.');
    await one.getByLabel('Noe i bygget eller ute').check();
    await one.getByRole('button', { name: 'Send forslaget' }).click();
    await expect(one.getByRole('heading', { level: 1 })).toHaveText(idea);
    await expect(one.getByText('Venter på svar')).toBeVisible();
    await other.reload();
    await expect(other.getByText(idea)).toBeHidden();
  });

  await test.step('the consultant approves it, and writes the answer of Boligbygg', async () => {
    await desk.reload();
    const entry = desk
      .getByRole('article')
      .filter({ has: desk.getByRole('heading', { name: idea }) });
    await entry.getByRole('button', { name: 'Godkjenn' }).click();
    await expect(desk.getByText('Forslaget er godkjent')).toBeVisible();
    const unchecked = desk.locator('details').filter({ hasText: idea });
    await unchecked.getByText(idea).click();
    await unchecked.getByLabel('Hva koster det').fill('9 000 kr');
    await unchecked.getByRole('button', { name: 'Mulig', exact: true }).click();
    await expect(desk.getByText('Svaret er lagret')).toBeVisible();
  });

  await test.step('a neighbour supports it', async () => {
    await other.reload();
    await other.getByRole('link', { name: idea }).click();
    await other.getByRole('button', { name: 'Støtt forslaget' }).click();
    await expect(other.getByText('1 støtter dette')).toBeVisible();
    await expect(other.getByText('Du støtter dette')).toBeVisible();
  });

  await test.step('the consultant makes a poll of it', async () => {
    await desk.goto(`${home}/drift/avstemninger/ny`);
    await desk.getByLabel('Hva spør du om?').fill(question);
    await desk.getByLabel(idea).check();
    await desk.getByLabel('Valg 1', { exact: true }).fill('En palme');
    await desk.getByLabel('Hva bestemmes, og av hvem?').fill('Dere velger. Vi bestiller.');
    await desk.getByLabel('Hva skjer etterpå?').fill('Vi bestiller neste dag.');
    await desk.getByLabel('Siste dag å stemme').fill(inDays(4));
    await desk.getByRole('button', { name: 'Lagre og se hvordan det blir' }).click();
    await desk.getByText('Åpne med en gang').click();
    await desk.getByRole('button', { name: 'Åpne avstemningen' }).click();
    await expect(desk.getByText('Avstemningen er åpen.', { exact: true })).toBeVisible();
  });
  const deskAddress = new URL(desk.url()).pathname;
  const address = deskAddress.replace('/drift/', '/');

  const open = async (page: Page) => {
    await page.goto(`${home}/avstemninger`);
    await page.getByRole('link', { name: question }).click();
  };
  const second = await phone(browser, household, `${home}/avstemninger`);

  await test.step('one tap is a vote; the second person of the flat sees that the vote is used', async () => {
    await open(one);
    await open(second); // this person already has the ballot open
    await one.getByRole('button', { name: `Stem på ${idea}` }).click();
    await expect(one.getByRole('heading', { level: 1 })).toHaveText('Stemmen er talt');
    await one.goto(address);
    await expect(one.getByText('Leiligheten din har stemt')).toBeVisible();
    await second.getByRole('button', { name: 'Stem på En palme' }).click();
    await expect(second.getByRole('alert')).toContainText('Stemmen er alt brukt');
    await expect(second.getByText('Leiligheten din har stemt')).toBeVisible();
    await expect(second.getByRole('button', { name: /^Stem/ })).toHaveCount(0);
    await open(other);
    await other.getByRole('button', { name: `Stem på ${idea}` }).click();
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Stemmen er talt');
  });

  await test.step('no page shows a count before closing', async () => {
    const counts = /\d stemmer|\d stemte|\d av \d/;
    for (const [page, path] of [
      [one, address],
      [desk, deskAddress],
      [desk, address],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(question);
      await expect(page.getByRole('table')).toHaveCount(0);
      await expect(page.getByText(counts)).toHaveCount(0);
    }
    for (const path of [`${home}/avstemninger`, `${home}/drift/avstemninger`]) {
      await desk.goto(path);
      const card = desk.getByRole('listitem').filter({ hasText: question });
      await expect(card).toHaveCount(1);
      await expect(card).not.toContainText(counts);
    }
  });

  await test.step('a third flat votes on paper, and can no longer vote on the web', async () => {
    await desk.goto(`${deskAddress}/papir`);
    await desk.getByRole('button', { name: 'Har stemt på papir 205' }).click();
    await expect(desk.getByText('Merket: har stemt på papir.')).toBeVisible();
    await desk.getByRole('button', { name: 'Har stemt på papir 911' }).click();
    await expect(desk.getByRole('alert')).toContainText('Stemmen er alt brukt på nettet.');
  });

  await test.step('after closing there is no result before the paper votes are counted', async () => {
    const id = address.split('/').at(-1)!;
    await letOthersVote(id, 1, 4); // with fewer than five votes no number would be shown
    await letRunOut(id);
    await open(second);
    await expect(second.getByText('Stemmene telles fortsatt')).toBeVisible();
    await expect(second.getByRole('table')).toHaveCount(0);
    await desk.goto(`${deskAddress}/telling`);
    await desk.getByLabel(idea).fill('0');
    await desk.getByLabel('En palme').fill('1');
    await desk.getByRole('button', { name: 'Se over' }).click();
    await desk.getByRole('button', { name: 'Lagre for godt' }).click();
    await expect(desk.getByText('Papirstemmene er talt.')).toBeVisible();
  });

  await test.step('everybody reads the result, and that it can be recounted', async () => {
    await open(second);
    await expect(second.getByText(`«${idea}» vant med 6 av 7 stemmer.`)).toBeVisible();
    await expect(second.getByRole('row', { name: /En palme 1/ })).toBeVisible();
    await expect(second.getByText('7 av 167 leiligheter stemte.')).toBeVisible();
    await expect(second.getByText('En av dem hadde færre enn 5')).toBeVisible();
    const record = await second.request.get(`${address}/protokoll.json`);
    const file = test.info().outputPath('protokoll.json');
    fs.writeFileSync(file, await record.body());
    const recount = spawnSync(process.execPath, ['scripts/recount.mjs', file], {
      encoding: 'utf8',
    });
    expect(recount.status, recount.stdout + recount.stderr).toBe(0);
  });

  const tell = async (choice: string, words: string, nextOn?: string) => {
    await desk.goto(`${deskAddress}/oppfolging`);
    await desk.getByLabel(choice, { exact: true }).check();
    await desk.getByLabel('Hva skal beboerne vite?').fill(words);
    if (nextOn) await desk.getByLabel('Når hører de mer?').fill(nextOn);
    await desk.getByRole('button', { name: 'Fortell beboerne' }).click();
    await expect(desk.getByText('Beboerne ser det nå.')).toBeVisible();
  };

  await test.step('the consultant writes what happens next, with a step on the way', async () => {
    await tell('Bestemt, og i gang', 'Bordet er bestilt.', inDays(12));
    await desk.getByText('Legg til et steg').click();
    await desk.getByLabel('Hva skal gjøres?').fill('Bordet kommer');
    await desk.getByRole('button', { name: 'Legg til' }).click();
    await expect(desk.getByText('Steget er lagt til.')).toBeVisible();
    await second.goto(`${address}/resultat`);
    await expect(second.getByText('Arbeidet er i gang').first()).toBeVisible();
    await expect(second.getByText('Bordet kommer').first()).toBeVisible();
  });

  await test.step('the follow-up runs until the thing is in place, and the home page tells that', async () => {
    await tell('Ferdig', 'Bordet står ved inngangen.');
    await second.goto(home);
    const card = second.getByRole('listitem').filter({ hasText: question });
    await expect(card).toContainText('Ferdig');
    await expect(card).toContainText('Bordet står ved inngangen.');
  });
});

test('a flagged proposal is hidden, and its author reads why @nojs', async ({ browser }) => {
  test.setTimeout(60_000);
  const { drobak } = CAST;
  const idea = `Bråk fra naboen (${test.info().project.name})`;
  const author = await phone(browser, drobak.resident, '/drobakgata-1/forslag/ny');
  await author.getByLabel('Hva foreslår du?').fill(idea);
  await author.getByRole('button', { name: 'Neste' }).click();
  await author.getByLabel('Fortell litt mer').fill('Han i tredje etasje må slutte.');
  await author.getByLabel('Noe vi gjør sammen').check();
  await author.getByRole('button', { name: 'Send forslaget' }).click();
  const own = author.url();
  const desk = await phone(browser, drobak.consultant, '/drobakgata-1/drift/forslag');
  const entry = desk
    .getByRole('article')
    .filter({ has: desk.getByRole('heading', { name: idea }) });
  await entry.getByRole('button', { name: 'Avslå' }).click();
  await expect(desk.getByRole('alert')).toContainText('Skriv hvorfor forslaget blir avslått.');
  await entry.getByRole('button', { name: 'Godkjenn' }).click();

  const reader = await phone(browser, drobak.neighbour, new URL(own).pathname);
  await reader.getByText('Si fra om forslaget').click();
  await reader.getByLabel('Hva er galt?').fill('Alle skjønner hvem det er.');
  await reader.getByRole('button', { name: 'Si fra' }).click();
  await expect(reader.getByText('Takk for at du sa fra.')).toBeVisible();

  await desk.goto('/drobakgata-1/drift/moderering');
  await expect(entry).toContainText('Alle skjønner hvem det er.');
  await entry.getByText('Skjul for naboene').first().click();
  await entry.getByLabel('Med egne ord').fill('Skriv det gjerne om igjen, uten å peke på noen.');
  await entry.getByRole('button', { name: 'Skjul for naboene' }).click();
  await expect(desk.getByText('Det er skjult.')).toBeVisible();

  expect((await reader.goto(own))!.status()).toBe(404);
  await author.goto(own);
  await expect(author.getByText('uten å peke på noen')).toBeVisible();
});
