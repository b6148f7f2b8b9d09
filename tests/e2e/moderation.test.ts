import { expect, test, type Browser } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { sql } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';

const { neighbour, consultant } = CAST.drobak;
const home = '/drobakgata-1';

test.afterEach(() =>
  sql('delete from auth.users where email like $1', [
    `%-${test.info().project.name}-${test.info().line}@nabo.example`,
  ]),
);

/** A resident of a new flat. */
async function newNeighbour(browser: Browser, flat: string, path: string) {
  const { project, line } = test.info();
  const email = `${flat.toLowerCase()}-${project.name}-${line}@nabo.example`;
  await sql(
    `with u as (insert into auth.users (id, instance_id, aud, role, email, encrypted_password, email_confirmed_at, created_at, updated_at)
        select gen_random_uuid(), o.instance_id, 'authenticated', 'authenticated', $1, o.encrypted_password, now(), now(), now()
        from auth.users o where o.email = $2 returning id),
      p as (insert into public.people (id, display_name) select id, 'Nabo' from u returning id)
    insert into public.memberships (person_id, role, block_id, flat_id)
    select p.id, 'resident', f.block_id, f.id from p, public.places f join public.blocks b on b.id = f.block_id
    where b.slug = 'drobakgata-1' and f.kind = 'flat' and f.name = $3`,
    [email, neighbour, flat],
  );
  return phone(browser, email as typeof neighbour, path);
}

test('three flats flag a comment; it is hidden, its author reads why and asks for a review, and it is shown again @nojs', async ({
  browser,
}) => {
  test.setTimeout(90_000);
  const text = `Han i tredje er umulig (${test.info().project.name})`;
  const author = await newNeighbour(browser, 'A103', `${home}/forslag`);
  await author.getByRole('link', { name: 'Blomsterkasser langs veggen' }).click();
  const address = new URL(author.url()).pathname;
  await author.getByLabel('Skriv en kommentar').fill(text);
  await author.getByRole('button', { name: 'Send kommentaren' }).click();
  await expect(author.getByRole('listitem').filter({ hasText: text })).toBeVisible();

  const readers = [
    await phone(browser, neighbour, address),
    await newNeighbour(browser, 'A101', address),
    await newNeighbour(browser, 'A102', address),
  ];
  for (const reader of readers) {
    const comment = reader.getByRole('listitem').filter({ hasText: text });
    await comment.getByRole('link', { name: 'Si fra' }).click();
    await comment.getByLabel('Hva er galt?').fill('Peker på en nabo.');
    await comment.getByRole('button', { name: 'Si fra' }).click();
    await expect(reader.getByText('Takk for at du sa fra.')).toBeVisible();
  }
  await readers[0]!.goto(address);
  await expect(readers[0]!.getByText(text)).toBeHidden();

  await test.step('the author is notified, reads why and asks for a review, once', async () => {
    await author.goto('/mitt');
    const told = author.getByRole('link', {
      name: 'Det er en melding til deg om noe du har skrevet',
    });
    await told.first().click();
    const own = author.getByRole('listitem').filter({ hasText: text });
    await expect(own).toContainText('Flere leiligheter har sagt fra.');
    await own.getByText('Be om at noen ser på det en gang til').click();
    await own.getByLabel('Hvorfor bør det vises?').fill('Jeg mente trappa, ikke en person.');
    await own.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(own).toContainText('Bomiljøkonsulenten har ikke svart ennå.');
    await expect(own.getByText('Be om at noen ser på det en gang til')).toHaveCount(0);
  });

  await test.step('the consultant sees the flags without their senders, and shows the comment again', async () => {
    const desk = await phone(browser, consultant, `${home}/drift/moderering`);
    const entry = desk.getByRole('article').filter({ hasText: text });
    await expect(entry).toContainText('Skjult av 3 leiligheter');
    await expect(entry).toContainText('Jeg mente trappa, ikke en person.');
    await expect(entry.getByText('Peker på en nabo.')).toHaveCount(3);
    await entry.getByText('Vis igjen').first().click();
    await entry.getByRole('button', { name: 'Vis igjen' }).click();
    await expect(desk.getByRole('alert')).toContainText('Skriv en grunn.');
    await entry.getByLabel('Grunn').fill('Det er greit.');
    await entry.getByRole('button', { name: 'Vis igjen' }).click();
    await expect(desk.getByText('Det vises igjen.')).toBeVisible();
    await expect(entry).toHaveCount(0);
    await desk.goto(`${home}/drift/logg?handling=restore`);
    await expect(desk.getByText('Det er greit.').first()).toBeVisible();
  });

  await readers[0]!.goto(address);
  await expect(readers[0]!.getByText(text)).toBeVisible();
  await author.goto('/mitt');
  await expect(author.getByText('Det er greit.').first()).toBeVisible();
});

test('the consultant edits a text and leaves a trace, and pauses its author', async ({
  browser,
}) => {
  test.setTimeout(60_000);
  // Nobody of the cast: other tests need them unpaused at the same time.
  const author = await newNeighbour(browser, 'B102', `${home}/forslag`);
  await author.getByRole('link', { name: 'Blomsterkasser langs veggen' }).click();
  const address = new URL(author.url()).pathname;
  await author.getByLabel('Skriv en kommentar').fill('Spør Per i B101 om pumpa.');
  await author.getByRole('button', { name: 'Send kommentaren' }).click();
  await expect(author.getByText('Du, vist som en beboer')).toBeVisible();

  const desk = await phone(browser, consultant, address);
  const comment = desk.getByRole('listitem').filter({ hasText: 'Spør Per i B101' });
  await comment.getByRole('link', { name: 'Moderer' }).click();
  await desk.getByText('Endre teksten', { exact: true }).click();
  await desk.getByLabel('Tekst', { exact: true }).fill('Noen har en pumpe vi kan låne.');
  await desk.getByLabel('Grunn').first().fill('Navnet er tatt ut.');
  await desk.getByRole('button', { name: 'Lagre endringen' }).click();
  await expect(desk.getByText('Teksten er endret.')).toBeVisible();

  const reader = await phone(browser, neighbour, address);
  const shown = reader.getByRole('listitem').filter({ hasText: 'Noen har en pumpe' });
  await expect(shown).toContainText('Endret av bomiljøkonsulenten');
  await expect(shown).toContainText('Navnet er tatt ut.');
  await expect(reader.getByText('Per i B101')).toHaveCount(0);
  await author.goto(address);
  await author.getByText('Slik sto det før').click();
  await expect(author.getByText('Spør Per i B101 om pumpa.')).toBeVisible();

  await desk.goto(address);
  await desk
    .getByRole('listitem')
    .filter({ hasText: 'Noen har en pumpe' })
    .getByRole('link', { name: 'Moderer' })
    .click();
  await desk.getByText('Gi pause', { exact: true }).click();
  const form = desk.locator('details').filter({ hasText: 'Gi pause' });
  await form.getByLabel('Private opplysninger').check();
  await form.getByRole('button', { name: 'Sett pause' }).click();
  await expect(desk.getByText('Pausen er satt.')).toBeVisible();
  await author.goto(address);
  await expect(author.getByText('Du har pause fra å skrive til')).toBeVisible();
  await expect(author.getByLabel('Skriv en kommentar')).toHaveCount(0);
  await author.goto(`${home}/forslag/ny`);
  await expect(author.getByLabel('Hva foreslår du?')).toHaveCount(0);
  // A standard reason is shown in the language of the reader.
  await author.goto(`${address}?lang=en`);
  await expect(author.getByText('The text or picture has private information')).toBeVisible();
  await author.goto(`${address}?lang=nb`);
  await desk.getByText('Gi pause', { exact: true }).click();
  await desk.getByLabel('Grunn', { exact: true }).last().fill('Det holder.');
  await desk.getByRole('button', { name: 'Avslutt pausen' }).click();
  await author.goto(address);
  await expect(author.getByLabel('Skriv en kommentar')).toBeVisible();
});
