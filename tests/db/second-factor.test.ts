import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { acts } from '~/domains/moderation/audit.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { newcomer } from '../support/newcomer.ts';
import { clientOf, expectRefused, seedId } from '../support/rights.ts';
import { appCode, setUpFactor, showFactor } from '../support/second-factor.ts';

let db: TestDb;
let block: string;
beforeAll(async () => {
  db = await testDatabase();
  block = await seedId(db, 'drobakgata-1');
});
afterAll(() => db?.close());
const forget = async () => {
  await db.sql('delete from auth.mfa_factors');
  await db.sql('update private.installation_settings set staff_needs_second_factor = false');
};
afterEach(forget);

const LIVES = { auth: { persistSession: false, autoRefreshToken: false } };
/** A session of its own: `db.as` shares one per person. */
async function signIn(email: string): Promise<SupabaseClient> {
  const client = createClient(db.url, db.publishableKey, LIVES);
  const { error } = await client.auth.signInWithPassword({ email, password: PASSWORD });
  if (error) throw error;
  return client;
}
const levelOf = async (client: SupabaseClient) =>
  (await client.auth.mfa.getAuthenticatorAssuranceLevel()).data?.currentLevel;
const gateOf = async (client: SupabaseClient) => {
  const { data } = await client.auth.getSession();
  const own = client.from('people').select('staff_gate').eq('id', data.session!.user.id);
  return (await own.single()).data?.staff_gate as string | null;
};
const errorCode = (answer: { error: unknown }) => (answer.error as { code?: string } | null)?.code;

/** How many rows of each table only staff see, and the functions only staff may call. */
async function staffSees(client: SupabaseClient) {
  const [members, names, trail, flats] = await Promise.all([
    client.from('memberships').select('id').eq('block_id', block),
    client.from('people').select('id'),
    // Without the lines about factors, which each of these tests adds.
    client
      .from('audit_entries')
      .select('id')
      .eq('block_id', block)
      .not('act', 'in', '(switch_on_second_factor,switch_off_second_factor)'),
    client.from('places').select('id').eq('kind', 'flat').eq('block_id', block),
  ]);
  return [members, names, trail, flats].map(({ data }) => data?.length ?? 0);
}

describe('an authenticator app', () => {
  test('that was begun and never finished asks for no code', async () => {
    const client = await signIn(CAST.drobak.consultant);
    const { data } = await client.auth.getUser();
    await db.sql(
      `insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at)
       values (gen_random_uuid(), $1, 'totp', 'unverified', now(), now())`,
      [data.user!.id],
    );
    expect(await gateOf(client)).toBe('open');
    await db.sql(`delete from auth.mfa_factors where user_id = $1`, [data.user!.id]);
  });

  test('is set up with a code, and the next sign-in is unverified until its code is given', async () => {
    const client = await signIn(CAST.drobak.consultant);
    expect(await levelOf(client)).toBe('aal1');
    const { id, secret } = await setUpFactor(client);
    expect(await levelOf(client)).toBe('aal2');
    const next = await signIn(CAST.drobak.consultant);
    expect(await levelOf(next)).toBe('aal1');
    const { data } = await next.auth.mfa.listFactors();
    expect(data?.totp.map((factor) => [factor.id, factor.status])).toEqual([[id, 'verified']]);
    expect(errorCode(await showFactor(next, id, '000000'))).toBe('mfa_verification_failed');
    expect(await levelOf(next)).toBe('aal1');
    expect((await showFactor(next, id, appCode(secret))).error).toBeNull();
    expect(await levelOf(next)).toBe('aal2');
    // The verification lasts as long as the session.
    expect((await next.auth.refreshSession()).error).toBeNull();
    expect(await levelOf(next)).toBe('aal2');
  });

  test('ends the sessions that are not verified', async () => {
    const [other, client] = [
      await signIn(CAST.drobak.consultant),
      await signIn(CAST.drobak.consultant),
    ];
    await setUpFactor(client);
    expect((await other.auth.refreshSession()).error).not.toBeNull();
  });

  test('answers a challenge once, and only to its owner', async () => {
    const client = await signIn(CAST.drobak.consultant);
    const { id, secret } = await setUpFactor(client);
    const { data } = await client.auth.mfa.challenge({ factorId: id });
    const answer = { factorId: id, challengeId: data!.id, code: appCode(secret) };
    expect((await client.auth.mfa.verify(answer)).error).toBeNull();
    expect(errorCode(await client.auth.mfa.verify(answer))).toBe('mfa_challenge_expired');
    const stranger = await signIn(CAST.drobak.resident);
    expect(errorCode(await showFactor(stranger, id, appCode(secret)))).toBe('mfa_factor_not_found');
    expect(errorCode(await stranger.auth.mfa.unenroll({ factorId: id }))).toBe(
      'mfa_factor_not_found',
    );
  });

  test('cannot be removed, added or bypassed with a password only', async () => {
    const { id } = await setUpFactor(await signIn(CAST.drobak.consultant));
    const thief = await signIn(CAST.drobak.consultant);
    const before = await db.sql('select * from auth.mfa_factors');
    const password = await db.sql('select encrypted_password from auth.users order by id');
    expect(errorCode(await thief.auth.mfa.unenroll({ factorId: id }))).toBe('insufficient_aal');
    const one = { factorType: 'totp', friendlyName: 'en til' } as const;
    expect(errorCode(await thief.auth.mfa.enroll(one))).toBe('insufficient_aal');
    expect(errorCode(await thief.auth.updateUser({ password: 'noe helt annet' }))).toBe(
      'insufficient_aal',
    );
    expect(await db.sql('select * from auth.mfa_factors')).toEqual(before);
    expect(await db.sql('select encrypted_password from auth.users order by id')).toEqual(password);
  });
});

describe('staff with a factor', () => {
  test.each([CAST.drobak.consultant, CAST.landlord, CAST.admin])(
    '%s: nothing of staff over REST before the code, everything after it',
    async (email) => {
      const before = await staffSees(await signIn(email));
      const { id, secret } = await setUpFactor(await signIn(email));
      const client = await signIn(email);
      expect(await gateOf(client)).toBe('code');
      // My own membership and name stay readable; flats and the audit trail are for staff.
      const shut = await staffSees(client);
      expect(shut.slice(1)).toEqual([1, 0, 0]);
      expect(shut[0]).toBeLessThanOrEqual(1);
      for (const act of [
        () => client.rpc('make_join_code', { block_id: block, role: 'observer' }),
        () => client.from('blocks').update({ about: 'x' }).eq('id', block).select('id'),
        () => client.rpc('require_second_factor', { is_required: false }),
      ])
        await expectRefused(
          db,
          ['public.join_codes', 'public.blocks', 'public.audit_entries'],
          async () => {
            const { data, error } = await act();
            return { data: data === 'not_found' ? null : data, error };
          },
        );
      await showFactor(client, id, appCode(secret));
      expect(await gateOf(client)).toBe('open');
      expect(await staffSees(client)).toEqual(before);
    },
  );

  test('a forged level in the token is refused', async () => {
    await setUpFactor(await signIn(CAST.drobak.consultant));
    const client = await signIn(CAST.drobak.consultant);
    const { data } = await client.auth.getSession();
    const [header, claims, signature] = data.session!.access_token.split('.');
    const lifted = { ...JSON.parse(Buffer.from(claims!, 'base64url').toString()), aal: 'aal2' };
    const forged = `${header}.${Buffer.from(JSON.stringify(lifted)).toString('base64url')}.${signature}`;
    const answer = await fetch(`${db.url}/rest/v1/audit_entries?select=id`, {
      headers: { apikey: db.publishableKey, authorization: `Bearer ${forged}` },
    });
    expect(answer.status).toBe(401);
  });

  test('that is removed leaves no old token with its rights when one is required', async () => {
    const client = await signIn(CAST.drobak.consultant);
    await setUpFactor(client);
    await db.sql('update private.installation_settings set staff_needs_second_factor = true');
    expect((await staffSees(client))[2]).toBeGreaterThan(0);
    await db.sql('delete from auth.mfa_factors');
    expect(await levelOf(client)).toBe('aal2');
    expect((await staffSees(client))[2]).toBe(0);
  });

  test('that is removed or signed out leaves no old token with rights of staff, also when a new one is set up', async () => {
    const thief = await signIn(CAST.landlord);
    await setUpFactor(thief);
    const assignees = async () => (await thief.from('report_assignees').select('id')).data?.length ?? 0; // prettier-ignore
    await db.sql("insert into report_assignees (id, name, kind) values (gen_random_uuid(), 'En', 'contractor') on conflict do nothing"); // prettier-ignore
    expect(await assignees()).toBeGreaterThan(0);
    await db.sql('delete from auth.mfa_factors');
    await db.sql('delete from auth.sessions s using auth.users u where u.id = s.user_id and u.email = $1', [CAST.landlord]); // prettier-ignore
    expect(await assignees()).toBe(0);
    await setUpFactor(await signIn(CAST.landlord));
    expect(await assignees()).toBe(0);
  });

  test('that somebody else had begun to set up gives no access once there is another', async () => {
    const thief = await signIn(CAST.drobak.consultant);
    const { data: planted } = await thief.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'x' }); // prettier-ignore
    await setUpFactor(await signIn(CAST.drobak.consultant));
    const again = await signIn(CAST.drobak.consultant);
    const code = appCode(planted!.type === 'totp' ? planted!.totp.secret : '');
    expect((await showFactor(again, planted!.id, code)).error).not.toBeNull();
    expect(await levelOf(again)).toBe('aal1');
  });

  test('is needed to change the password, however the request is written', async () => {
    await setUpFactor(await signIn(CAST.drobak.consultant));
    const { data } = await (await signIn(CAST.drobak.consultant)).auth.getSession();
    const answer = await fetch(`${db.url}/auth/v1/user`, {
      method: 'PUT',
      headers: {
        apikey: db.publishableKey,
        authorization: `Bearer ${data.session!.access_token}`,
        'content-type': 'application/json',
      },
      body: '{"\\u0070assword": "helt-nytt-passord"}',
    });
    expect(answer.status).toBe(401);
    await signIn(CAST.drobak.consultant);
  });

  test('is required to give up the role or the account', async () => {
    const owner = await signIn(CAST.admin);
    await setUpFactor(owner);
    const thief = await signIn(CAST.admin);
    const [mine] = await db.sql<{ id: string }>(
      "select m.id from memberships m join auth.users u on u.id = m.person_id where u.email = $1 and m.role = 'admin' and m.ended_at is null",
      [CAST.admin],
    );
    expect((await thief.rpc('end_membership', { membership_id: mine!.id })).data).toBe(false);
    const word = PASSWORD;
    expect((await thief.rpc('delete_account', { word })).data).toBe('second_factor_missing');
    expect(await db.sql('select from memberships where id = $1 and ended_at is null', [mine!.id])).toHaveLength(1); // prettier-ignore
  });

  test('a code by mail or a link signs in without verifying it', async () => {
    await setUpFactor(await signIn(CAST.drobak.consultant));
    const { data } = await db
      .service()
      .auth.admin.generateLink({ type: 'magiclink', email: CAST.drobak.consultant });
    const client = createClient(db.url, db.publishableKey, LIVES);
    const token_hash = data.properties!.hashed_token;
    expect((await client.auth.verifyOtp({ token_hash, type: 'magiclink' })).error).toBeNull();
    expect(await gateOf(client)).toBe('code');
    expect((await staffSees(client))[2]).toBe(0);
  });
});

test('a resident who is also staff keeps the rights of a resident without the code', async () => {
  const flat = await seedId(db, 'drobakgata-1/flat/A201');
  const [person] = await db.sql<{ id: string }>('select id from auth.users where email = $1', [
    CAST.drobak.consultant,
  ]);
  await db.sql(
    `insert into public.memberships (person_id, role, block_id, flat_id) values ($1, 'resident', $2, $3)`,
    [person!.id, block, flat],
  );
  await setUpFactor(await signIn(CAST.drobak.consultant));
  const client = await signIn(CAST.drobak.consultant);
  expect((await client.from('places').select('id').eq('kind', 'flat')).data).toEqual([
    { id: flat },
  ]);
  expect((await client.from('polls').select('id')).data!.length).toBeGreaterThan(0);
  expect((await staffSees(client))[2]).toBe(0);
  await db.sql(`delete from public.memberships where person_id = $1 and role = 'resident'`, [
    person!.id,
  ]);
});

describe('the rule that staff need a second factor', () => {
  const rule = () =>
    db.sql<{ staff_needs_second_factor: boolean }>(
      'select staff_needs_second_factor from private.installation_settings',
    );
  const require = (client: SupabaseClient, is_required = true) =>
    client.rpc('require_second_factor', { is_required });

  test('is set by an admin who has verified theirs, and is logged', async () => {
    expect((await require(await signIn(CAST.admin))).data).toBe('own_first');
    const others = ['resident', 'consultant here', 'landlord'] as const;
    for (const who of others)
      expect((await require(await clientOf(db, who))).data, who).toBe('not_found');
    expect(await rule()).toEqual([{ staff_needs_second_factor: false }]);
    const admin = await signIn(CAST.admin);
    await setUpFactor(admin);
    expect((await require(admin)).data).toBe('saved');
    expect((await require(admin)).data).toBe('saved');
    expect(await rule()).toEqual([{ staff_needs_second_factor: true }]);
    expect((await admin.rpc('staff_needs_second_factor')).data).toBe(true);
    const trail = admin.from('audit_entries').select('act, actor_role, block_id');
    expect((await trail.eq('act', 'require_second_factor')).data).toEqual([
      { act: 'require_second_factor', actor_role: 'admin', block_id: null },
    ]);
  });

  test('shuts out staff without one until it is set up, and nobody else', async () => {
    await db.sql('update private.installation_settings set staff_needs_second_factor = true');
    const consultant = await signIn(CAST.drobak.consultant);
    const resident = await signIn(CAST.drobak.resident);
    expect(await gateOf(consultant)).toBe('setup');
    expect((await staffSees(consultant))[2]).toBe(0);
    expect(await gateOf(resident)).toBeNull();
    expect((await resident.from('polls').select('id')).data!.length).toBeGreaterThan(0);
    await setUpFactor(consultant);
    expect(await gateOf(consultant)).toBe('open');
    expect((await staffSees(consultant))[2]).toBeGreaterThan(0);
  });
});

describe('a lost phone', () => {
  const membershipOf = async (email: string) =>
    (
      await db.sql<{ id: string }>(
        `select m.id from public.memberships m join auth.users u on u.id = m.person_id where u.email = $1`,
        [email],
      )
    )[0]!.id;
  const remove = (client: SupabaseClient, membership_id: string) =>
    client.rpc('remove_second_factor', { membership_id });

  test('is solved only by the admin: the factor and all sessions are removed, and it is logged', async () => {
    const lost = await signIn(CAST.drobak.consultant);
    await setUpFactor(lost);
    const membership = await membershipOf(CAST.drobak.consultant);
    const admin = await signIn(CAST.admin);
    expect((await admin.rpc('staff_with_second_factor')).data).toEqual([membership]);
    for (const who of [
      'resident',
      'consultant here',
      'consultant elsewhere',
      'landlord',
    ] as const) {
      const client = await clientOf(db, who);
      expect((await client.rpc('staff_with_second_factor')).data ?? [], who).toEqual([]);
      await expectRefused(db, 'auth.mfa_factors', () => remove(client, membership));
    }
    expect((await remove(admin, membership)).data).toBe(true);
    expect((await remove(admin, membership)).data).toBe(false);
    expect((await lost.auth.refreshSession()).error).not.toBeNull();
    expect(
      await db.sql(
        `select act, actor_role, block_id from public.audit_entries where subject_id = $1 and act = 'remove_second_factor'`,
        [membership],
      ),
    ).toEqual([{ act: 'remove_second_factor', actor_role: 'admin', block_id: block }]);
    expect((await staffSees(await signIn(CAST.drobak.consultant)))[2]).toBeGreaterThan(0);
  });

  test('of the admin is no bypass: their own factor is removed with a code only', async () => {
    const admin = await signIn(CAST.admin);
    await setUpFactor(admin);
    const membership = await membershipOf(CAST.admin);
    await expectRefused(db, 'auth.mfa_factors', () => remove(admin, membership));
  });
});

describe('the trail', () => {
  const logged = (email: string) =>
    db.sql<{ act: string; block_id: string | null; role: string; is_own: boolean }>(
      `select e.act, e.block_id, e.actor_role as role, e.actor_id = m.person_id as is_own
       from public.audit_entries e join public.memberships m on m.id = e.subject_id join auth.users u on u.id = m.person_id
       where u.email = $1 and e.act::text like 'switch_%' order by e.acted_at, e.act`,
      [email],
    );
  const since = async (email: string) => (await logged(email)).length;

  test('shows that a consultant switched their own on and off, and nothing of an unfinished set-up', async () => {
    const client = await signIn(CAST.drobak.consultant);
    const before = await since(CAST.drobak.consultant);
    await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'begun' });
    expect(await since(CAST.drobak.consultant)).toBe(before);
    const { id } = await setUpFactor(client);
    await client.auth.refreshSession();
    expect((await client.auth.mfa.unenroll({ factorId: id })).error).toBeNull();
    const own = { block_id: block, role: 'consultant', is_own: true };
    expect((await logged(CAST.drobak.consultant)).slice(before)).toEqual([
      { act: 'switch_on_second_factor', ...own },
      { act: 'switch_off_second_factor', ...own },
    ]);
    expect(acts).toEqual(
      expect.arrayContaining(['switch_on_second_factor', 'switch_off_second_factor']),
    );
  });

  test('shows acts about the admin in the log that only the admin reads', async () => {
    const before = await since(CAST.admin);
    await setUpFactor(await signIn(CAST.admin));
    expect((await logged(CAST.admin)).slice(before)).toEqual([
      { act: 'switch_on_second_factor', block_id: null, role: 'admin', is_own: true },
    ]);
  });

  test('has one line when the admin removes one, and none about a resident', async () => {
    const admin = await signIn(CAST.admin);
    await setUpFactor(admin);
    await setUpFactor(await signIn(CAST.drobak.consultant));
    const before = await since(CAST.drobak.consultant);
    const [member] = await db.sql<{ id: string }>(
      `select m.id from public.memberships m join auth.users u on u.id = m.person_id
       where u.email = $1 and m.block_id = $2 and m.ended_at is null order by m.id`,
      [CAST.drobak.consultant, block],
    );
    const taken = await admin.rpc('remove_second_factor', { membership_id: member!.id });
    expect(taken.data).toBe(true);
    expect(await since(CAST.drobak.consultant)).toBe(before);
    await setUpFactor(await signIn(CAST.drobak.resident));
    expect(await since(CAST.drobak.resident)).toBe(0);
  });

  test('does not prevent deleting the account, and shows nothing of the factor then', async () => {
    const { id } = await newcomer(db);
    await db.sql("insert into public.people (id, display_name) values ($1, 'Vikar')", [id]);
    const [member] = await db.sql<{ id: string }>(
      "insert into public.memberships (person_id, role, block_id) values ($1, 'consultant', $2) returning id",
      [id, block],
    );
    // As the auth service writes it: begun first, without the person who asked.
    await db.sql(
      `insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at)
       values (gen_random_uuid(), $1, 'totp', 'unverified', now(), now())`,
      [id],
    );
    const verify = "update auth.mfa_factors set status = 'verified' where user_id = $1";
    await db.sql(verify, [id]);
    await db.sql(verify, [id]);
    await db.sql('delete from auth.users where id = $1', [id]);
    const left = await db.sql(
      `select act, actor_id from public.audit_entries where subject_id = $1 and act::text like 'switch_%' order by acted_at, act`,
      [member!.id],
    );
    expect(left).toEqual([{ act: 'switch_on_second_factor', actor_id: null }]);
  });
});

describe('appointing and ending staff of all buildings', () => {
  test.each(['landlord', 'admin'])(
    'as %s is in the audit trail, which only the admin reads',
    async (role) => {
      const admin = await clientOf(db, 'admin');
      const { data: code } = await admin.rpc('make_join_code', { role });
      const newcomer = await signIn(CAST.drobak.neighbour);
      const joined = await newcomer.rpc('join_block', { code, display_name: 'Ny' });
      expect(joined.data).toBe('joined');
      const { data: me } = await newcomer.auth.getUser();
      const own = newcomer.from('memberships').select('id').eq('person_id', me.user!.id);
      const membership_id = (await own.eq('role', role).single()).data!.id as string;
      expect((await admin.rpc('end_membership', { membership_id })).data).toBe(true);
      const since = `acted_at > now() - interval '1 minute' and block_id is null and act in ('make_code', 'revoke_code') and details ->> 'role' = $1`;
      const logged = () =>
        db.sql<{ act: string }>(
          `select act from public.audit_entries where ${since} or subject_id = $2 order by acted_at`,
          [role, membership_id],
        );
      expect((await logged()).map(({ act }) => act)).toEqual([
        'make_code',
        'become',
        'end_membership',
      ]);
      for (const who of ['resident', 'consultant here', 'landlord', 'admin'] as const) {
        const client = await clientOf(db, who);
        const { data: seen } = await client.from('audit_entries').select('id').is('block_id', null);
        expect([who, (seen ?? []).length > 0]).toEqual([who, who === 'admin']);
      }
    },
  );
});
