import { SignJWT, jwtVerify } from 'jose';
import { reply, withBody } from './lite-hosted.ts';
import type { Handler } from './lite.ts';

type User = { app_metadata?: object; user_metadata?: object };
type Session = { access_token?: string; user?: User };

export function answerAuthLikeHosted(call: Handler, jwtSecret: string): Handler {
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
    if (session?.access_token)
      session.access_token = await withHostedClaims(
        session.access_token,
        key,
        session.user ?? body.user,
        verifies ? 'otp' : 'password',
      );
    return reply(response, body);
  };
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
) {
  const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
  const claims = {
    ...payload,
    app_metadata: user?.app_metadata ?? {},
    user_metadata: user?.user_metadata ?? {},
    phone: '',
    is_anonymous: false,
    aal: 'aal1',
    amr: [{ method, timestamp: payload.iat }],
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
}
