import { expect, test, type Browser, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { readCode } from '../support/codes.ts';
import { baseUrl, sql } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';

const { resident, neighbour, consultant } = CAST.drobak;
const home = '/drobakgata-1';
const desk = `${home}/drift/avstemninger`;
const title = (text: string) => `${text} ${crypto.randomUUID().slice(0, 8)}`;
const inDays = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** The desk works without JavaScript, so its tests run without it. */
const at = (browser: Browser, who: string, address: string) =>
  phone(browser, who, address, { javaScriptEnabled: false });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const told = (page: Page) => page.locator('main [role=status]').first();
const alert = (page: Page) => page.getByRole('alert');
const idIn = (page: Page) => new URL(page.url()).pathname.split('/')[4]!;
const rowOf = async (id: string) =>
  (await sql('select * from public.polls where id = $1', [id]))[0]!;

/** Fills in the part of the form that each poll needs, with options of its own. */
async function fill(page: Page, name: string, kind: string, options: [string, string?][] = []) {
  await page.goto(`${desk}/ny`);
  await page.getByLabel('Hva spør du om?').fill(name);
  await page.locator(`[name=kind][value=${kind}]`).check();
  for (const [row, [option, cost]] of options.entries()) {
    await page.getByLabel(`Valg ${row + 1}`, { exact: true }).fill(option);
    if (cost) await page.getByLabel(`Pris for valg ${row + 1}`).fill(cost);
  }
  await page.getByLabel('Hva bestemmes, og av hvem?').fill('Dere velger. Vi bestiller.');
  await page.getByLabel('Hva skjer etterpå?').fill('Vi bestiller neste dag.');
  await page.getByLabel('Siste dag å stemme').fill(inDays(6));
}
const save = (page: Page) => press(page, 'Lagre og se hvordan det blir');

/** An open poll of this kind, made at the desk. */
async function opened(page: Page, kind: string, options: [string, string?][] = []) {
  await fill(page, title('Hva nå?'), kind, options);
  if (kind === 'multiple') await page.getByLabel('Høyst så mange valg per stemme').fill('2');
  if (kind === 'budget') await page.getByLabel('Hvor mye penger er det?').fill('10 000');
  await save(page);
  await page.getByText('Åpne med en gang').click();
  await press(page, 'Åpne avstemningen');
  await expect(told(page)).toHaveText('Avstemningen er åpen.');
  return idIn(page);
}
/** Bypasses the trigger that forbids exactly this. */
const runOut = (id: string) =>
  sql(`begin; alter table public.polls disable trigger polls_freeze;
    update public.polls set closes_at = now() - interval '1 second' where id = '${id}';
    alter table public.polls enable trigger polls_freeze; commit`);
const valuesOf = (page: Page) =>
  page.locator('form:has([name=kind])').evaluate((form) => {
    const all = [...new FormData(form as HTMLFormElement)];
    return all.filter(([name]) => name !== 'seen' && !name.startsWith('_'));
  });

test.describe('the form', () => {
  const kinds: Record<string, (page: Page) => Promise<void>> = {
    yes_no: async () => {},
    single: async (page) => {
      await page.getByLabel('Felles middag en fredag i måneden').check();
      await page.getByLabel('Valg 1', { exact: true }).fill('Grillkveld');
      await page.getByLabel('Mer om valg 1').fill('Med musikk.\nOg is.');
    },
    multiple: async (page) => {
      for (const [row, option] of ['Benk', 'Huske', 'Grill'].entries())
        await page.getByLabel(`Valg ${row + 1}`, { exact: true }).fill(option);
      await page.getByLabel('Høyst så mange valg per stemme').fill('3');
      await page.getByLabel('Så mange vinner').fill('2');
      await page.getByLabel('Nei, bare resultatet').check();
    },
    budget: async (page) => {
      await page.getByLabel('Hvor mye penger er det?').fill('20 000 kr');
      for (const [row, option] of ['Benk', 'Huske'].entries()) {
        await page.getByLabel(`Valg ${row + 1}`, { exact: true }).fill(option);
        await page.getByLabel(`Pris for valg ${row + 1}`).fill('9 000');
      }
      await page.getByLabel('Én stemme per person').check();
      await page.getByLabel('18 år og eldre').check();
      await page.getByText('Plan: hvem gjør hva, og når').click();
      const work = page.getByRole('group', { name: 'Arbeid' });
      await work.getByLabel('Hvem har ansvaret?').selectOption('Boligbygg');
      await work.getByLabel('Siste dag').fill(inDays(40));
    },
  };
  for (const [kind, more] of Object.entries(kinds))
    test(`a poll of the kind ${kind} keeps every value, is previewed, and opens`, async ({
      browser,
    }) => {
      const page = await at(browser, consultant, `${desk}/ny`);
      await fill(page, title(`Prøve ${kind}`), kind);
      await more(page);
      await save(page);
      await expect(told(page)).toHaveText('Lagret. Se over før du går videre.');
      const id = idIn(page);
      await page.getByRole('link', { name: 'Endre' }).click();
      const before = await valuesOf(page);
      await save(page);
      await page.getByRole('link', { name: 'Endre' }).click();
      expect(await valuesOf(page)).toEqual(before);
      const stored = await rowOf(id);
      if (kind === 'multiple')
        expect(stored).toMatchObject({
          max_choices: 3,
          winner_count: 2,
          is_list_published: false,
        });
      if (kind === 'budget')
        expect(stored).toMatchObject({ budget_nok: 20000, rule: 'per_person', min_age: 18 });
      await page.goto(`${desk}/${id}`);
      const reader = await at(browser, resident, `${home}/avstemninger/${id}`);
      await expect(reader.getByRole('heading', { level: 1 })).not.toContainText('Prøve');
      await press(page, 'Vis for beboerne');
      await expect(told(page)).toHaveText('Beboerne ser avstemningen nå.');
      await reader.reload();
      await expect(reader.getByRole('heading', { level: 1 })).toContainText(`Prøve ${kind}`);
      await press(page, 'Åpne avstemningen');
      await expect(told(page)).toHaveText('Avstemningen er åpen.');
      expect(await rowOf(id)).toMatchObject({ status: 'open', kind });
      await expect(page.getByRole('link', { name: 'Endre' })).toHaveCount(0);
      await page.goto(`${desk}/${id}/endre`);
      expect(new URL(page.url()).pathname).toBe(`${desk}/${id}`);
    });

  test('a wrong price, a missing sum and a schedule that goes backwards are reported in their rows, and all input is kept', async ({
    browser,
  }) => {
    const page = await at(browser, consultant, `${desk}/ny`);
    await fill(page, title('Feil'), 'budget', [['Benk', 'mye'], ['Huske']]);
    await page.getByText('Plan: hvem gjør hva, og når').click();
    await page.getByRole('group', { name: 'Arbeid' }).getByLabel('Siste dag').fill(inDays(2));
    const before = await valuesOf(page);
    await save(page);
    await expect(alert(page)).toContainText('Pris for valg 1 – Skriv bare hele kroner');
    await expect(alert(page)).toContainText('Pris for valg 2 – Skriv prisen.');
    await expect(alert(page)).toContainText('Hvor mye penger er det? – Skriv hvor mye');
    await expect(alert(page)).toContainText('Arbeid – Denne dagen kommer i feil rekkefølge.');
    await alert(page).getByRole('link', { name: 'Pris for valg 2' }).click();
    await expect(page.locator(':target')).toHaveAttribute('aria-invalid', 'true');
    expect(await valuesOf(page)).toEqual(before);
    const id = String(before.find(([name]) => name === 'id')![1]);
    expect(await sql('select id from public.polls where id = $1', [id])).toEqual([]);
  });

  test('two tabs: a change made meanwhile is neither overwritten nor opened unseen', async ({
    browser,
  }) => {
    const one = await at(browser, consultant, `${desk}/ny`);
    await fill(one, title('To faner'), 'yes_no');
    await save(one);
    const id = idIn(one);
    const other = await at(browser, consultant, `${desk}/${id}/endre`);
    const looking = await at(browser, consultant, `${desk}/${id}`);
    await one.goto(`${desk}/${id}/endre`);
    await one.getByLabel('Hva skjer etterpå?').fill('Først lagret.');
    await save(one);
    await other.getByLabel('Hva skjer etterpå?').fill('Sist lagret.');
    await save(other);
    await expect(alert(other)).toContainText('Noen har endret avstemningen mens du skrev.');
    expect(await rowOf(id)).toMatchObject({ afterwards: 'Først lagret.' });
    await looking.getByText('Åpne med en gang').click();
    await press(looking, 'Åpne avstemningen');
    await expect(alert(looking)).toContainText('Avstemningen er endret siden du åpnet siden.');
    expect(await rowOf(id)).toMatchObject({ status: 'draft' });
    await expect(looking.getByText('Først lagret.')).toBeVisible();
    await press(looking, 'Åpne avstemningen');
    await expect(told(looking)).toHaveText('Avstemningen er åpen.');
    await save(other);
    await expect(alert(other)).toContainText('er ikke lagret');
    expect(await rowOf(id)).toMatchObject({ afterwards: 'Først lagret.' });
  });
});

test('a poll with a proposal that Boligbygg has not checked is previewed, but does not open', async ({
  browser,
}) => {
  const page = await at(browser, consultant, `${desk}/ny`);
  const proposal = title('Lys i porten');
  await sql(
    `insert into public.proposals (id, block_id, title, body, kind, status, decided_at)
     select gen_random_uuid(), id, $1, 'Det er mørkt.', 'physical', 'approved', now()
     from public.blocks where slug = 'drobakgata-1'`,
    [proposal],
  );
  await fill(page, title('Hva først?'), 'single', [['En lykt']]);
  await expect(page.locator('label', { hasText: proposal })).toContainText(
    'Ikke sjekket av Boligbygg',
  );
  await page.getByLabel(proposal).check();
  await save(page);
  await press(page, 'Vis for beboerne');
  await press(page, 'Åpne avstemningen');
  await expect(alert(page)).toContainText('ikke sjekket');
  expect(await rowOf(idIn(page))).toMatchObject({ status: 'planned' });
  await sql(
    `update public.proposals set is_possible = true, checked_at = now(), checked_by_role = 'landlord' where title = $1`,
    [proposal],
  );
  await press(page, 'Åpne avstemningen');
  await expect(told(page)).toHaveText('Avstemningen er åpen.');
});

test('an open poll is extended once and stopped for good, each with a reason', async ({
  browser,
}) => {
  const page = await at(browser, consultant, desk);
  const id = await opened(page, 'yes_no');
  const first = String((await rowOf(id))['closes_at']);
  await page.getByText('Forleng tiden').click();
  await page.getByLabel('Siste dag å stemme').fill(inDays(90));
  await page.getByLabel('Hvorfor forlenger du?').fill('Mange er på ferie.');
  await press(page, 'Forleng');
  await expect(alert(page)).toContainText('høyst 60 dager');
  await expect(page.getByLabel('Hvorfor forlenger du?')).toHaveValue('Mange er på ferie.');
  await page.getByLabel('Siste dag å stemme').fill(inDays(9));
  await press(page, 'Forleng');
  await expect(told(page)).toHaveText('Avstemningen er forlenget.');
  await expect(page.getByText('Forleng tiden')).toHaveCount(0);
  await expect(page.getByText('Mange er på ferie.')).toBeVisible();
  expect(String((await rowOf(id))['first_closes_at'])).toBe(first);

  await page.getByText('Stopp avstemningen').click();
  await page.getByLabel('Hvorfor stopper du avstemningen?').fill('Prisen var feil.');
  await press(page, 'Stopp for godt');
  await expect(alert(page)).toContainText('Kryss av for at du vil stoppe for godt.');
  expect(await rowOf(id)).toMatchObject({ status: 'open' });
  const late = await at(browser, consultant, `${desk}/${id}`);
  await late.getByText('Stopp avstemningen').click();
  await page.getByLabel('Ja, slett stemmene.').check();
  await press(page, 'Stopp for godt');
  await expect(told(page)).toContainText('Avstemningen er stoppet.');
  await expect(page.getByText('Prisen var feil.')).toBeVisible();
  expect(await rowOf(id)).toMatchObject({ status: 'stopped', stop_reason: 'Prisen var feil.' });
  // Another tab that still shows the old state.
  await late.getByLabel('Hvorfor stopper du avstemningen?').fill('En gang til.');
  await late.getByLabel('Ja, slett stemmene.').check();
  await press(late, 'Stopp for godt');
  await expect(alert(late)).toContainText('Avstemningen er alt over.');
  expect(await rowOf(id)).toMatchObject({ stop_reason: 'Prisen var feil.' });
});

test.describe('paper', () => {
  const flat = async (id: string, name: string) =>
    (
      await sql<{ way: string | null }>(
        `select e.way from private.electors e join public.places f on f.id = e.flat_id
         where e.poll_id = $1 and f.name = $2`,
        [id, name],
      )
    )[0]!.way;
  const mark = (page: Page, name: string) => press(page, `Har stemt på papir ${name}`);

  test('a flat is found, marked and unmarked; one that has voted on the web is refused', async ({
    browser,
  }) => {
    const page = await at(browser, consultant, desk);
    const id = await opened(page, 'yes_no');
    await page.getByRole('link', { name: 'Stemmer på papir' }).click();
    await page.getByLabel('Finn leilighet').fill('a 201');
    await press(page, 'Søk');
    await expect(page.getByRole('button', { name: /^Har stemt på papir/ })).toHaveCount(1);
    await mark(page, 'A201');
    await expect(told(page)).toHaveText('Merket: har stemt på papir.');
    await expect(page.getByText('1 har stemt på papir')).toBeVisible();
    expect(await flat(id, 'A201')).toBe('paper');
    const reader = await at(browser, resident, `${home}/avstemninger/${id}`);
    await expect(reader.getByRole('button', { name: /^Stem/ })).toHaveCount(0);
    await press(page, 'Ta bort merket A201');
    expect(await flat(id, 'A201')).toBeNull();

    const electors = `select e.id from private.electors e join public.places f on f.id = e.flat_id
      where e.poll_id = '${id}' and f.name = 'B102'`;
    await page.goto(`${desk}/${id}/papir`);
    await sql(
      `update private.electors set way = 'web', used_on = current_date where id in (${electors})`,
    );
    await mark(page, 'B102');
    await expect(alert(page)).toContainText('Stemmen er alt brukt på nettet.');
    expect(await flat(id, 'B102')).toBe('web');
  });

  test('a wrong sum is refused and kept; the right one is reviewed, and saved once', async ({
    browser,
  }) => {
    const page = await at(browser, consultant, desk);
    const id = await opened(page, 'single', [['Grill'], ['Huske']]);
    await page.goto(`${desk}/${id}/papir`);
    for (const name of ['A101', 'A102', 'B401']) await mark(page, name);
    await page.goto(`${desk}/${id}/telling`);
    await expect(page.getByText('Avstemningen er ikke over.')).toBeVisible();
    await runOut(id);
    await page.goto(`${home}/drift`);
    await expect(page.getByText('Har papirstemmer å telle').first()).toBeVisible();
    await page.goto(`${desk}/${id}`);
    await page.getByRole('link', { name: 'Tell papirstemmene' }).click();
    await page.getByLabel('Grill').fill('2');
    await page.getByLabel('Huske').fill('2');
    await press(page, 'Se over');
    await expect(alert(page)).toContainText('Summen må være lik antallet');
    await expect(page.getByLabel('Huske')).toHaveValue('2');
    await page.getByLabel('Huske').fill('0');
    await page.getByLabel('Blanke sedler').fill('1');
    await press(page, 'Se over');
    await expect(page.getByRole('row', { name: 'Grill 2' })).toBeVisible();
    await press(page, 'Rett');
    await expect(page.getByLabel('Grill')).toHaveValue('2');
    await expect(alert(page)).toHaveCount(0);
    await press(page, 'Se over');
    expect(await rowOf(id)).toMatchObject({ counted_at: null });
    const other = await at(browser, consultant, `${desk}/${id}/telling`);
    await other.getByLabel('Grill').fill('0');
    await other.getByLabel('Huske').fill('3');
    await press(other, 'Se over');
    await press(page, 'Lagre for godt');
    await expect(told(page)).toContainText('Papirstemmene er talt.');
    expect((await rowOf(id))['counted_at']).not.toBeNull();
    await press(other, 'Lagre for godt');
    await expect(alert(other)).toContainText('Noen andre har alt lagret tellingen.');
    const ballots = await sql<{ crosses: number }>(
      'select cardinality(choices) as crosses from private.ballots_in($1) order by 1',
      [id],
    );
    expect(ballots.map(({ crosses }) => crosses)).toEqual([0, 1, 1]);
  });

  test('when several options may be chosen, each ballot has a row, and a row with too many crosses is refused', async ({
    browser,
  }) => {
    const page = await at(browser, consultant, desk);
    const id = await opened(page, 'multiple', [['Grill'], ['Huske'], ['Benk']]);
    await page.goto(`${desk}/${id}/papir`);
    for (const name of ['A101', 'A102']) await mark(page, name);
    await runOut(id);
    await page.goto(`${desk}/${id}/telling`);
    const first = page.getByRole('group', { name: 'Seddel 1 av 2' }).last();
    for (const option of ['Grill', 'Huske', 'Benk']) await first.getByLabel(option).check();
    await press(page, 'Se over');
    await expect(alert(page)).toContainText('Seddel 1 av 2 – For mange kryss.');
    await first.getByLabel('Benk').uncheck();
    await press(page, 'Se over');
    await expect(page.getByRole('row', { name: 'Huske 1' })).toBeVisible();
    await expect(page.getByRole('row', { name: 'Blanke sedler 1' })).toBeVisible();
    await press(page, 'Lagre for godt');
    await expect(told(page)).toContainText('Papirstemmene er talt.');
  });
});

test('poster and ballots are one sheet each, and the code leads to the poll', async ({
  browser,
}) => {
  const page = await phone(browser, consultant, desk);
  const id = await opened(page, 'budget', [
    ['Benk', '4000'],
    ['Huske', '9000'],
  ]);
  for (const path of ['plakat', 'papir/stemmeseddel']) {
    await page.goto(`${desk}/${id}/${path}`);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g), path).toHaveLength(1);
  }
  await page.goto(`${desk}/${id}/plakat`);
  const code = page.getByRole('article').getByRole('img', { name: `${home}/avstemninger/${id}` });
  expect(await readCode(await code.screenshot())).toBe(`${baseUrl()}${home}/avstemninger/${id}`);
  const texts = page.getByRole('article').locator('.texts');
  await expect(texts).toContainText('Huske');
  expect(await texts.evaluate((all) => all.scrollHeight <= all.clientHeight)).toBe(true);
});

test('a question waits unseen and is answered for all without a name; another is hidden with a reason', async ({
  browser,
}) => {
  await sql(`delete from private.attempts where kind = 'poll_question'`);
  const page = await at(browser, consultant, desk);
  await fill(page, title('Lurer du?'), 'yes_no');
  await save(page);
  await press(page, 'Vis for beboerne');
  const id = idIn(page);
  const asker = await at(browser, resident, `${home}/avstemninger/${id}`);
  const other = await at(browser, neighbour, `${home}/avstemninger/${id}`);
  for (const question of ['Hvem skal vanne?', 'Er det Kari i andre som bestemmer?']) {
    await asker.getByLabel('Lurer du på noe?').fill(question);
    await press(asker, 'Still spørsmålet');
    await expect(told(asker)).toHaveText('Spørsmålet er sendt til bomiljøkonsulenten.');
  }
  await expect(asker.getByText('Venter på svar')).toHaveCount(2);
  await other.reload();
  await expect(other.getByText('Hvem skal vanne?')).toHaveCount(0);
  await page.goto(`${home}/drift`);
  await expect(page.getByText('Spørsmål om avstemningen').first()).toBeVisible();
  await page.goto(`${desk}/${id}`);
  const card = (text: string) => page.getByRole('article').filter({ hasText: text });
  await card('vanne').getByLabel('Svar til alle').fill('Vi gjør det sammen.');
  await card('vanne').getByRole('button', { name: 'Vis svaret' }).click();
  await expect(told(page)).toHaveText('Svaret vises for alle.');
  await card('Kari').getByRole('link', { name: 'Moderer' }).click();
  await page.getByText('Skjul for naboene').first().click();
  await page.getByLabel('Med egne ord').first().fill('Det navngir en nabo.');
  await page.getByRole('button', { name: 'Skjul for naboene' }).click();
  await expect(told(page)).toHaveText('Det er skjult. Den som skrev det, ser grunnen.');
  await other.reload();
  await expect(other.getByText('Vi gjør det sammen.')).toBeVisible();
  await expect(other.getByText('Kari')).toHaveCount(0);
  await asker.reload();
  await expect(asker.getByText('Det navngir en nabo.')).toBeVisible();
});
