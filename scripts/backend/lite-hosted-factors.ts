import crypto from 'node:crypto';
import { decodeJwt } from 'jose';
import { Secret, TOTP } from 'otpauth';
import pg from 'pg';
import { databaseUrl, type Instance } from './config.ts';
import type { Handler } from './handler.ts';

type Session = { id: string; user_id: string; email: string; aal: string };
type Factor = { id: string; friendly_name: string; status: string; secret: string };
type Sql = <Row>(text: string, params: unknown[]) => Promise<Row[]>;

/** As long as hosted waits for the code of a challenge. */
const CHALLENGE_LIVES = 300; // seconds

/**
 * Hosted: `auth.mfa` with an authenticator app (TOTP). Lite has the columns `aal` and `factor_id` of a session and nothing else.
 * Only the type `totp`, with the statuses and error codes that hosted answers.
 */
export function answerFactorsLikeHosted(call: Handler, instance: Instance, database: string) {
  const pool = new pg.Pool({
    connectionString: databaseUrl(instance.config, 'backend_services', database),
    max: 2,
    allowExitOnIdle: true,
  });
  pool.on('error', () => {}); // the database may go away under an idle connection
  const sql: Sql = async (text, params) => (await pool.query(text, params)).rows as never;

  const factorOf = async (session: Session, id: string) => {
    if (!/^[0-9a-f-]{36}$/i.test(id)) return undefined;
    const own = 'select * from auth.mfa_factors where id = $1 and user_id = $2';
    return (await sql<Factor>(own, [id, session.user_id]))[0];
  };

  async function answer(request: Request): Promise<Response> {
    const session = await sessionOf(sql, request);
    if (!session) return refuse(403, 'session_not_found', 'Session does not exist');
    const [, id, act] =
      /^\/auth\/v1\/factors(?:\/([^/]+))?(?:\/(challenge|verify))?$/.exec(
        new URL(request.url).pathname,
      ) ?? [];
    if (!id) return request.method === 'POST' ? enroll(sql, session, request) : notThere();
    const factor = await factorOf(session, id);
    if (!factor) return refuse(404, 'mfa_factor_not_found', 'Factor not found');
    if (request.method === 'DELETE' && !act) return unenroll(sql, session, factor);
    if (request.method !== 'POST') return notThere();
    if (act === 'challenge') return challenge(sql, factor);
    return act === 'verify' ? verify(sql, call, session, factor, request) : notThere();
  }

  return {
    answer,
    /** The assurance level that the session of this token has reached. */
    levelOf: async (sessionId: unknown) =>
      (await sql<Session>('select aal from auth.sessions where id = $1', [sessionId]))[0]?.aal ??
      'aal1',
    /** Hosted lists the factors in the user. */
    listOf: (userId: string) =>
      sql<object>(
        `select id, friendly_name, factor_type, status, created_at, updated_at from auth.mfa_factors
         where user_id = $1 order by created_at, id`,
        [userId],
      ),
    /** Hosted: a user with a second factor must show it before changing password or e-mail. */
    refusesChange: async (request: Request) => {
      const session = await sessionOf(sql, request);
      return session?.aal === 'aal1' && (await hasFactor(sql, session))
        ? refuse(401, 'insufficient_aal', 'AAL2 session is required to update email or password')
        : undefined;
    },
    close: () => pool.end(),
  };
}

/** The gateway has already checked the signature. */
async function sessionOf(sql: Sql, request: Request): Promise<Session | undefined> {
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const asked = `select s.id, s.user_id, u.email, coalesce(s.aal, 'aal1') as aal
    from auth.sessions s join auth.users u on u.id = s.user_id where s.id = $1 and s.user_id = $2`;
  try {
    const { session_id, sub } = decodeJwt(token);
    return (await sql<Session>(asked, [session_id, sub]))[0];
  } catch {
    return undefined;
  }
}

const hasFactor = async (sql: Sql, { user_id }: Session) =>
  (await sql("select from auth.mfa_factors where user_id = $1 and status = 'verified'", [user_id]))
    .length > 0;

async function enroll(sql: Sql, session: Session, request: Request): Promise<Response> {
  const sent = (await request.json().catch(() => ({}))) as Record<string, string | undefined>;
  if (sent['factor_type'] !== 'totp')
    return refuse(400, 'validation_failed', 'factor_type needs to be totp');
  if (session.aal === 'aal1' && (await hasFactor(sql, session)))
    return refuse(403, 'insufficient_aal', 'AAL2 required to enroll a new factor');
  const name = sent['friendly_name'] ?? '';
  const totp = new TOTP({ issuer: sent['issuer'] || 'localhost', label: session.email });
  const made = await sql<{ id: string }>(
    `insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret)
     select $1, $2, $3, 'totp', 'unverified', now(), now(), $4
     where not exists (select from auth.mfa_factors where user_id = $2 and friendly_name = $3) returning id`,
    [crypto.randomUUID(), session.user_id, name, totp.secret.base32],
  );
  if (!made[0]) return refuse(422, 'mfa_factor_name_conflict', 'A factor with this name exists');
  return Response.json({
    id: made[0].id,
    type: 'totp',
    friendly_name: name,
    // Hosted draws the QR code here; ours is drawn by the portal.
    totp: { qr_code: '', secret: totp.secret.base32, uri: totp.toString() },
  });
}

async function challenge(sql: Sql, factor: Factor): Promise<Response> {
  const [made] = await sql<{ id: string; until: string }>(
    `insert into auth.mfa_challenges (id, factor_id, created_at, ip_address) values ($1, $2, now(), '127.0.0.1')
     returning id, extract(epoch from created_at)::int + $3 as until`,
    [crypto.randomUUID(), factor.id, CHALLENGE_LIVES],
  );
  return Response.json({ id: made!.id, type: 'totp', expires_at: made!.until });
}

/** The session rises to `aal2`; the person's other sessions that never had a second factor end, as on hosted. */
async function verify(
  sql: Sql,
  call: Handler,
  session: Session,
  factor: Factor,
  request: Request,
): Promise<Response> {
  // A factor that was set up earlier, when there was none, by somebody who knew the password, is useless afterwards.
  if (factor.status !== 'verified' && session.aal === 'aal1' && (await hasFactor(sql, session)))
    return refuse(403, 'insufficient_aal', 'AAL2 required to verify a new factor');
  const sent = (await request.json().catch(() => ({}))) as Record<string, unknown>;
  const open = await sql(
    `select from auth.mfa_challenges where id::text = $1 and factor_id = $2 and verified_at is null
     and created_at > now() - make_interval(secs => $3)`,
    [String(sent['challenge_id']), factor.id, CHALLENGE_LIVES],
  );
  if (!open.length) return refuse(422, 'mfa_challenge_expired', 'MFA challenge has expired');
  const totp = new TOTP({ secret: Secret.fromBase32(factor.secret) });
  const token = typeof sent['code'] === 'string' ? sent['code'] : '';
  if (totp.validate({ token, window: 1 }) === null)
    return refuse(422, 'mfa_verification_failed', 'Invalid TOTP code entered');
  await sql('update auth.mfa_challenges set verified_at = now() where id::text = $1', [
    sent['challenge_id'],
  ]);
  await sql("update auth.mfa_factors set status = 'verified', updated_at = now() where id = $1", [
    factor.id,
  ]);
  // As on hosted: a factor whose setup was never finished is not a way in.
  await sql("delete from auth.mfa_factors where user_id = $1 and status <> 'verified'", [
    session.user_id,
  ]);
  await sql("update auth.sessions set aal = 'aal2', factor_id = $2 where id = $1", [
    session.id,
    factor.id,
  ]);
  await sql(
    "delete from auth.sessions where user_id = $1 and id <> $2 and coalesce(aal, 'aal1') = 'aal1'",
    [session.user_id, session.id],
  );
  return freshSession(sql, call, session, request);
}

/** Lite issues tokens for a refresh token only: the valid one of this session is used for it. */
async function freshSession(sql: Sql, call: Handler, { id }: Session, { url, headers }: Request) {
  const living = `select token from auth.refresh_tokens where session_id = $1 and not revoked
    order by created_at desc, id limit 1`;
  const [row] = await sql<{ token: string }>(living, [id]);
  const plain = new Headers(headers);
  plain.delete('authorization');
  plain.delete('content-length');
  return call(
    new Request(new URL('/auth/v1/token?grant_type=refresh_token', url), {
      method: 'POST',
      headers: plain,
      body: JSON.stringify({ refresh_token: row?.token }),
    }),
  );
}

/** A verified factor can be removed only by somebody who has just shown it; sessions fall back. */
async function unenroll(sql: Sql, session: Session, factor: Factor): Promise<Response> {
  if (factor.status === 'verified' && session.aal === 'aal1')
    return refuse(422, 'insufficient_aal', 'AAL2 required to unenroll verified factor');
  await sql('delete from auth.mfa_factors where id = $1', [factor.id]);
  await sql("update auth.sessions set aal = 'aal1', factor_id = null where factor_id = $1", [
    factor.id,
  ]);
  return Response.json({ id: factor.id });
}

const notThere = () => refuse(404, 'not_found', 'Not found');
const refuse = (status: number, error_code: string, msg: string) =>
  Response.json({ code: status, error_code, msg }, { status });
