import { randomUUID } from 'node:crypto';
import { expect, test, type Browser, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { sql } from '../support/demo-portal.ts';
import { demoId } from '../support/demo.ts';
import { phone } from '../support/phone.ts';
import { thumb } from '../support/taps.ts';
import { osloDay } from '../../src/lib/time.ts';

/** The home page of the desk, on a phone. The data belongs to Stovner senter, where few other tests decide anything. */

const { consultant, resident } = CAST.stovner;
const home = '/stovner-senter/drift';
const block = demoId('stovner-senter');
const unique = (text: string) => `${text} ${randomUUID().slice(0, 8)}`;
const inDays = (days: number) => osloDay(new Date(Date.now() + days * 86_400_000));
const desk = (browser: Browser, more = {}) => phone(browser, consultant, home, more);
const card = (page: Page, title: string) => page.getByRole('listitem').filter({ hasText: title });
const press = (page: Page, title: string, name: string) =>
  card(page, title).getByRole('button', { name, exact: true }).tap();
const told = (page: Page) => page.getByRole('status');

/** A proposal that has waited longer than anything else, so that it is first in the list. */
async function proposal(text = 'To ved lekeplassen.') {
  const [id, title] = [randomUUID(), unique('Flere krakker')];
  await sql(
    `insert into public.proposals (id, block_id, title, body, kind, created_at)
     values ($1, $2, $3, $4, 'physical', now() - interval '400 days')`,
    [id, block, title, text],
  );
  return { id, title };
}
/** Older than anything in the demo, and younger than `proposal`. */
const longAgo = `now() - interval '300 days'`;

async function activity() {
  const [id, title] = [randomUUID(), unique('Quiz')];
  await sql(
    `with a as (insert into public.activities (id, block_id, kind, title, status, created_at)
       values ($1, $2, 'event', $3, 'proposed', ${longAgo}) returning id)
     insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
     select id, $2, now() + interval '9 days', now() + interval '9 days 1 hour' from a`,
    [id, block, title],
  );
  return { id, title };
}

async function flagged() {
  const { id, title } = await proposal();
  await sql(`update public.proposals set status = 'approved', decided_at = now() where id = $1`, [
    id,
  ]);
  await sql(
    `insert into public.flags (block_id, proposal_id, reason, created_at) values ($1, $2, 'Ikke greit', ${longAgo})`,
    [block, id],
  );
  return { id, title };
}

async function fault(status: 'received' | 'forwarded') {
  const [id, said] = [randomUUID(), unique('Lyset blinker')];
  await sql(
    `with r as (insert into public.reports (id, block_id, place_id, place_kind, thing, status, expected_by, status_changed_at)
       values ($1, $2, $3, 'yard', 'light', $4, $6, ${longAgo}) returning id)
     insert into public.report_details (report_id, block_id, description) select id, $2, $5 from r`,
    [
      id,
      block,
      demoId('stovner-senter/yard'),
      status,
      said,
      status === 'forwarded' ? inDays(-300) : null,
    ],
  );
  return { id, said };
}

async function request() {
  const [id, name] = [randomUUID(), unique('Ny').slice(0, 12)];
  await sql(
    `with u as (insert into auth.users (id, aud, role, email)
       values ($1::uuid, 'authenticated', 'authenticated', $1::text || '@ny.example') returning id)
     insert into public.join_requests (id, block_id, person_id, display_name, flat_text, asked_at)
     select $1::uuid, $2, id, $3, ' 2 03', ${longAgo} from u`,
    [id, block, name],
  );
  return { id, name };
}

async function question() {
  const [id, body] = [randomUUID(), unique('Når?')];
  await sql(
    `insert into public.poll_questions (id, poll_id, block_id, body, created_at)
     select $1, id, block_id, $2, ${longAgo} from public.polls
     where block_id = $3 and status = 'open' and closes_at > now() order by closes_at desc limit 1`,
    [id, body, block],
  );
  return { id, body };
}

async function unwantedPhoto() {
  const [id, title] = [randomUUID(), unique('Grillfest')];
  await sql(
    `with n as (insert into public.notices (id, block_id, title, body, state, published_at)
       values ($1::uuid, $2, $3, 'Takk for sist', 'published', now()) returning id),
     p as (insert into public.notice_photos (notice_id, block_id, path, alternative_text, kind, hidden_at)
       select id, $2, $1::text || '.webp', 'To ved grillen', 'situation', now() from n returning notice_id)
     insert into public.notice_photo_requests (notice_id, block_id, reason, created_at)
     select notice_id, $2, 'Det er meg', ${longAgo} from p`,
    [id, block, title],
  );
  return { id, title };
}

const statusOf = async (table: 'proposals' | 'activities' | 'reports', id: string) =>
  (await sql<{ status: string }>(`select status from public.${table} where id = $1`, [id]))[0]!
    .status;

test.describe('in under a minute, without JavaScript', () => {
  const plain = { javaScriptEnabled: false };

  test('an activity with name, time and place is posted', async ({ browser }) => {
    const page = await desk(browser, plain);
    const { tap, write, choose, within } = thumb(page);
    await tap(page.getByRole('link', { name: 'Ny aktivitet' }));
    await write(page.getByLabel('Navn på aktiviteten'), 'Vaffelkafé');
    await tap(page.getByText('Dropp inn', { exact: true }));
    await write(page.getByLabel('Dag', { exact: true }), inDays(6));
    await write(page.getByLabel('Fra klokka').first(), '17:00');
    await write(page.getByLabel('Til klokka').first(), '19:00');
    await choose(page.getByLabel('Sted i gården'), 'Værestedet (leilighet 110)');
    await tap(page.getByRole('button', { name: 'Publiser', exact: true }));
    await expect(page.getByText('Publisert.')).toBeVisible();
    within({ taps: 9, swipes: 5, pages: 2 });
  });

  test('a notice is posted', async ({ browser }) => {
    const page = await desk(browser, plain);
    const { tap, write, within } = thumb(page);
    await tap(page.getByRole('link', { name: 'Nytt oppslag' }));
    await write(page.getByLabel('Overskrift'), 'Vannet er stengt i morgen');
    await write(page.getByLabel('Tekst'), 'Fra 09 til 12. Tapp vann i kveld. Hilsen kontoret');
    await tap(page.getByRole('button', { name: 'Publiser', exact: true }));
    await expect(told(page)).toContainText('Oppslaget er publisert.');
    within({ taps: 4, swipes: 2, pages: 2 });
  });

  test('a proposal is read and approved', async ({ browser }) => {
    const { id, title } = await proposal();
    const page = await desk(browser, plain);
    await expect(card(page, title)).toContainText('To ved lekeplassen.');
    const { tap, within } = thumb(page);
    await tap(card(page, title).getByRole('button', { name: 'Godkjenn', exact: true }));
    await expect(told(page)).toContainText('Forslaget er godkjent');
    within({ taps: 1, swipes: 1, pages: 1 });
    expect(await statusOf('proposals', id)).toBe('approved');
  });
});

test('everything that takes one tap is decided on the home page @nojs', async ({ browser }) => {
  const things = {
    activity: await activity(),
    flag: await flagged(),
    fresh: await fault('received'),
    late: await fault('forwarded'),
    request: await request(),
    photo: await unwantedPhoto(),
  };
  const page = await desk(browser);
  const decide = async (thing: string, button: string, answer: string) => {
    await press(page, thing, button);
    await expect(told(page)).toContainText(answer);
    await expect(page).toHaveURL(home);
    await expect(card(page, thing)).toHaveCount(0);
  };
  const { activity: quiz, flag, fresh, late, request: ny, photo } = things;
  await expect(card(page, flag.title)).toContainText('«Ikke greit»');
  await expect(card(page, photo.title)).toContainText('Bildet er skjult til du har bestemt.');
  await expect(card(page, ny.name)).toContainText('er med fra 203 nå');
  await decide(quiz.title, 'Godkjenn og publiser', 'Publisert.');
  await decide(flag.title, 'La det stå', 'Det blir stående.');
  await decide(fresh.said, 'Send videre til Boligbygg', 'Saken er sendt videre til Boligbygg.');
  await decide(late.said, 'Purr på Boligbygg', 'Purringen er sendt');
  await decide(photo.title, 'La det stå', 'Bildet vises igjen.');
  await decide(ny.name, 'Slipp inn i 203', 'Beboeren er med.');
  expect(await statusOf('activities', quiz.id)).toBe('published');
  expect(await statusOf('reports', fresh.id)).toBe('forwarded');
  await sql(`delete from auth.users where id = $1`, [ny.id]);
});

test('a decision that needs words opens in place, and keeps what was typed @nojs', async ({
  browser,
}) => {
  const [idea, asked] = [await proposal(), await question()];
  const page = await desk(browser);
  await card(page, idea.title).getByText('Si nei').tap();
  await page.locator('form').evaluateAll((all) => {
    for (const form of all) form.setAttribute('novalidate', '');
  });
  await press(page, idea.title, 'Avslå');
  const alert = card(page, idea.title).getByRole('alert');
  await expect(alert).toContainText('Skriv hvorfor forslaget blir avslått.');
  expect(await statusOf('proposals', idea.id)).toBe('pending');
  const reason = card(page, idea.title).getByLabel('Hvorfor?');
  await expect(reason).toBeVisible();
  await reason.fill('Det er ikke plass.');
  await press(page, idea.title, 'Avslå');
  await expect(told(page)).toContainText('Forslaget er avslått.');
  await card(page, asked.body).getByText('Svar', { exact: true }).tap();
  await card(page, asked.body).getByLabel('Svar til alle').fill('På mandag.');
  await press(page, asked.body, 'Vis svaret');
  await expect(told(page)).toContainText('Svaret vises for alle.');
  await expect(card(page, asked.body)).toHaveCount(0);
});

test('a decision that somebody else has made meanwhile is reported at the top, and nothing changes', async ({
  browser,
}) => {
  const { id, title } = await proposal();
  const ny = await request();
  const [first, second] = [await desk(browser), await desk(browser)];
  await press(first, title, 'Godkjenn');
  await expect(told(first)).toBeVisible();
  await second.getByText('Si nei').first().waitFor();
  await card(second, title).getByText('Si nei').tap();
  await card(second, title).getByLabel('Hvorfor?').fill('Nei');
  await press(second, title, 'Avslå');
  await expect(second.getByRole('alert')).toContainText('Forslaget er alt besvart.');
  expect(await statusOf('proposals', id)).toBe('approved');

  await first.goto(home);
  await second.goto(home);
  await press(first, ny.name, 'Avslå');
  await expect(told(first)).toContainText('Avslått.');
  await press(second, ny.name, 'Slipp inn i 203');
  await expect(second.getByRole('alert')).toContainText('Noen har alt svart på dette.');
  const members = await sql('select from public.memberships where person_id = $1', [ny.id]);
  expect(members).toHaveLength(0);
});

test('only the consultant finds the home page of the desk', async ({ browser }) => {
  const page = await phone(browser, resident);
  expect((await page.goto(home))?.status()).toBe(404);
});
