import fs from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { PASSWORD } from './cast.ts';
import { sql } from './demo-portal.ts';

/** A new account for a test, a member of no building; with the password of the cast. */
export async function newAccount(
  email = `ny-${crypto.randomUUID().slice(0, 8)}@prove.example`,
): Promise<string> {
  const file = path.join(process.env['E2E_DATA_DIR']!, 'backend.json');
  const { url, publishable_key: apikey } = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<
    string,
    string
  >;
  const body = JSON.stringify({ email, password: PASSWORD });
  const headers = { apikey: apikey!, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/auth/v1/signup`, { method: 'POST', headers, body });
  expect(answer.ok).toBe(true);
  return email;
}

/** A resident of flat A402 of Drøbakgata 1 with an account of their own, made without the pages. */
export async function newResident() {
  const name = `Vidar ${crypto.randomUUID().slice(0, 8)}`;
  const email = await newAccount(`${name.replace(' ', '.').toLowerCase()}@flytter.example`);
  await sql(
    `with person as (insert into public.people (id, display_name) select id, $2 from auth.users where email = $1 returning id)
     insert into public.memberships (person_id, role, block_id, flat_id)
     select person.id, 'resident', f.block_id, f.id from person, public.places f where f.name = 'A402'`,
    [email, name],
  );
  return { name, email };
}

/** A consultant of Stovner senter 14-16 with an account of their own; no other test adds to their entries in the log. */
export async function newConsultant(): Promise<string> {
  const email = await newAccount();
  await sql(
    `with person as (insert into public.people (id, display_name) select id, 'Vikar' from auth.users where email = $1 returning id)
     insert into public.memberships (person_id, role, block_id)
     select person.id, 'consultant', b.id from person, public.blocks b where b.slug = 'stovner-senter'`,
    [email],
  );
  return email;
}
