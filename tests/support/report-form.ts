import { expect, type Page } from '@playwright/test';

/** "Meld feil" as a person goes through it, by the texts on the screen. */

const asks = (page: Page, question: string) =>
  expect(page.getByRole('heading', { level: 1 })).toContainText(question);

/** The first three steps. `floor`: when the place is a stair. */
export async function toDescribe(
  page: Page,
  place: string | RegExp,
  thing: string,
  floor = 'Hele oppgangen',
) {
  await asks(page, 'Er det akutt?');
  await page.getByRole('link', { name: 'Nei, det er ikke akutt' }).click();
  await asks(page, 'Hvor er feilen?');
  await page.getByRole('link', { name: place }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toContainText('Hvor er feilen?');
  if (await page.getByRole('heading', { name: 'Hvilken etasje?' }).isVisible())
    await page.getByRole('link', { name: floor }).click();
  await asks(page, 'Hva er galt?');
  await page.getByRole('link', { name: thing }).click();
  await expect(page.getByText('steg 4 av 5')).toBeVisible();
}

export const description = (page: Page) => page.getByLabel('Hva ser du?');

/** From the description to the review page. */
export async function lookOver(page: Page) {
  await page.getByRole('button', { name: 'Se over' }).click();
  await expect(page.getByText('steg 5 av 5')).toBeVisible();
}

/** The last two buttons. */
export async function send(page: Page) {
  await lookOver(page);
  await page.getByRole('button', { name: 'Send inn' }).click();
  await expect(page.getByRole('heading', { name: 'Takk! Saken er sendt.' })).toBeVisible();
}
