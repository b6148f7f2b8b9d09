import { expect, test } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { phone } from '../support/phone.ts';
import { telling } from '../support/pictures.ts';

const { resident, household, neighbour, consultant } = CAST.drobak;
const home = '/drobakgata-1';

test('the consultant asks about an idea with a picture, merges it with a similar one, and its author sees where it went', async ({
  browser,
}) => {
  test.setTimeout(60_000);
  const author = await phone(browser, household, `${home}/forslag/ny`);
  const desk = await phone(browser, consultant, `${home}/drift/forslag`);
  const idea = 'Ny blomsterkasse i gårdsrommet';

  await test.step('a similar proposal can be supported instead', async () => {
    await author.getByLabel('Hva foreslår du?').fill(idea);
    await author.getByRole('button', { name: 'Neste' }).click();
    const like = author.getByRole('listitem').filter({ hasText: 'Blomsterkasser langs veggen' });
    await expect(like.getByRole('button', { name: 'Støtt denne i stedet' })).toBeVisible();
  });

  await test.step('a mistake in the text does not lose the picture, and the picture needs a description', async () => {
    await author.getByText('Bilde, pris eller kallenavn').click();
    await author
      .getByLabel('Bilde', { exact: false })
      .first()
      .setInputFiles({
        name: 'hemmelig-navn.jpg',
        mimeType: 'image/jpeg',
        buffer: await telling(400, 300),
      });
    await author
      .locator('form[enctype]')
      .evaluate((form: HTMLFormElement) => (form.noValidate = true));
    await author.getByRole('button', { name: 'Send forslaget' }).click();
    await expect(author.getByRole('alert')).toContainText('Skriv hva bildet viser.');
    await author.getByLabel('Hva viser bildet?').fill('Den tomme veggen');
    await author.getByLabel('Fortell litt mer').fill('En kasse til ved inngang B.');
    await author.getByLabel('Noe i bygget eller ute').check();
    await author.getByLabel('Kallenavn').fill('Grønne fingre');
    await author.getByRole('button', { name: 'Send forslaget' }).click();
    await expect(author.getByRole('heading', { level: 1 })).toHaveText(idea);
    await expect(author.getByRole('img', { name: 'Den tomme veggen' })).toBeVisible();
  });
  const address = new URL(author.url()).pathname;

  await test.step('nobody else sees the picture before it is approved', async () => {
    const other = await phone(browser, neighbour, `${home}/forslag`);
    expect((await other.goto(`${address}/bilde`))!.status()).toBe(404);
    const answer = await desk.goto(`${address}/bilde`);
    expect([answer!.status(), answer!.headers()['content-type']]).toEqual([200, 'image/webp']);
  });

  await test.step('the consultant asks and the author answers, both without a name', async () => {
    await desk.goto(`${home}/drift/forslag`);
    const entry = desk
      .getByRole('article')
      .filter({ has: desk.getByRole('heading', { name: idea }) });
    await expect(entry).toContainText('Fra «Grønne fingre» (beboer)');
    await entry.getByText('Spør den som foreslo').click();
    await entry.getByLabel('Spørsmål').fill('Kan du vanne den?');
    await entry.getByRole('button', { name: 'Send spørsmålet' }).click();
    await author.goto('/mitt');
    await author.getByRole('link', { name: 'Vi lurer på noe om et forslag' }).first().click();
    await author.getByLabel('Svaret ditt').fill('Ja, gjerne.');
    await author.getByRole('button', { name: 'Send svaret' }).click();
    await desk.reload();
    await expect(entry).toContainText('Ja, gjerne.');
  });

  await test.step('one tap merges it with the similar one, which its author now supports', async () => {
    const entry = desk
      .getByRole('article')
      .filter({ has: desk.getByRole('heading', { name: idea }) });
    const like = entry.locator('form').filter({ hasText: 'Blomsterkasser langs veggen' });
    await like.getByRole('button', { name: 'Samle' }).first().click();
    await expect(desk.getByText('Forslagene er samlet.')).toBeVisible();
    await author.goto(address);
    await expect(author.getByText('Forslaget ditt er samlet med dette.')).toBeVisible();
    await author.getByRole('link', { name: 'Blomsterkasser langs veggen' }).click();
    await expect(author.getByText('Du støtter dette')).toBeVisible();
  });
});

test('a comment is flagged, hidden with a reason that its author reads, and withdrawn', async ({
  browser,
}) => {
  test.setTimeout(60_000);
  const author = await phone(browser, resident, `${home}/forslag`);
  await author.getByRole('link', { name: 'Sykkelpumpe i gårdsrommet' }).click();
  const address = new URL(author.url()).pathname;
  await author.getByLabel('Skriv en kommentar').fill('Den forrige ble stjålet av han i første.');
  await author.getByRole('button', { name: 'Send kommentaren' }).click();
  await expect(author.getByText('Du, vist som en beboer')).toBeVisible();

  const reader = await phone(browser, household, address);
  const comment = reader.getByRole('listitem').filter({ hasText: 'stjålet av han' });
  await expect(comment).toContainText('En beboer');
  await comment.getByRole('link', { name: 'Si fra' }).click();
  await comment.getByLabel('Hva er galt?').fill('Peker på en nabo.');
  await comment.getByRole('button', { name: 'Si fra' }).click();
  await expect(reader.getByText('Takk for at du sa fra.')).toBeVisible();

  const desk = await phone(browser, consultant, `${home}/drift/moderering`);
  const entry = desk.getByRole('article').filter({ hasText: 'stjålet av han' });
  await expect(entry).toContainText('Peker på en nabo.');
  await entry.getByText('Skjul for naboene').first().click();
  await entry.getByLabel('Med egne ord').fill('Skriv uten å peke på noen.');
  await entry.getByRole('button', { name: 'Skjul for naboene' }).click();
  await expect(desk.getByText('Det er skjult.')).toBeVisible();

  await reader.goto(address);
  await expect(reader.getByText('stjålet av han')).toBeHidden();
  await author.reload();
  await expect(author.getByText('Skriv uten å peke på noen.')).toBeVisible();
  await author.getByRole('button', { name: 'Ta bort kommentaren' }).click();
  await expect(author.getByText('Kommentaren er borte.')).toBeVisible();
});
