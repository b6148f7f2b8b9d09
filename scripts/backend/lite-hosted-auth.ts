import { SignJWT, jwtVerify } from 'jose';
import { reply, withBody, type Handler } from './handler.ts';

type User = { id: string; app_metadata?: object; user_metadata?: object; factors?: object[] };
type Session = { access_token?: string; user?: User };

type Factors = {
  levelOf: (sessionId: unknown) => Promise<string>;
  listOf: (userId: string) => Promise<object[]>;
  refusesChange: (request: Request) => Promise<Response | undefined>;
};

export function answerAuthLikeHosted(call: Handler, jwtSecret: string, factors: Factors): Handler {
  const key = new TextEncoder().encode(jwtSecret);
  return async (request) => {
    const text = await request.text();
    const verifies = new URL(request.url).pathname.endsWith('verify');
    const response = verifies
      ? await verifyEitherKind(call, request, text)
      : await call(withBody(request, text));
    if (!response.ok) return response;
    const body = (await response.json()) as Session & { session?: Session };
    const session = body.access_token ? body : body.session;
    const user = session?.user ?? body.user;
    if (user) await addFactors(factors, user);
    if (session?.access_token)
      session.access_token = await withHostedClaims(
        session.access_token,
        key,
        user,
        verifies ? 'otp' : 'password',
        factors.levelOf,
      );
    return reply(response, body);
  };
}

/** The signed-in user with the factors, and no new password for whoever has not shown theirs. */
export function answerUserLikeHosted(call: Handler, factors: Factors): Handler {
  return async (request) => {
    const text = request.method === 'PUT' ? await request.text() : undefined;
    const refused = changesSignIn(text) ? await factors.refusesChange(request) : undefined;
    if (refused) return refused;
    const response = await call(text === undefined ? request : withBody(request, text));
    if (!response.ok) return response;
    const user = (await response.json()) as User;
    await addFactors(factors, user);
    return reply(response, user);
  };
}

/** Read as the service reads it: a key may be written in many ways. */
function changesSignIn(text: string | undefined): boolean {
  try {
    const sent = JSON.parse(text ?? '') as object;
    return 'password' in sent || 'email' in sent;
  } catch {
    return false;
  }
}

async function addFactors({ listOf }: Factors, user: User): Promise<void> {
  const list = await listOf(user.id);
  if (list.length) user.factors = list;
}

/** Hosted: the type `email` covers both a magic link and a confirmation. */
async function verifyEitherKind(call: Handler, request: Request, text: string): Promise<Response> {
  let response = await call(withBody(request, text));
  if (response.status !== 400 || !/"type"\s*:\s*"email"/.test(text)) return response;
  for (const type of ['magiclink', 'signup']) {
    const asked = { ...(JSON.parse(text) as object), type };
    response = await call(withBody(request, JSON.stringify(asked)));
    if (response.ok) break;
  }
  return response;
}

async function withHostedClaims(
  token: string,
  key: Uint8Array,
  user: User | undefined,
  method: string,
  levelOf: Factors['levelOf'],
) {
  const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
  const aal = await levelOf(payload['session_id']);
  const claims = {
    ...payload,
    app_metadata: user?.app_metadata ?? {},
    user_metadata: user?.user_metadata ?? {},
    phone: '',
    is_anonymous: false,
    aal,
    amr: [{ method: aal === 'aal2' ? 'totp' : method, timestamp: payload.iat }],
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
}
