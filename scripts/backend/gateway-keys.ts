import { timingSafeEqual } from 'node:crypto';
import { SignJWT, jwtVerify } from 'jose';
import type { Config } from './config.ts';

export type ApiRole = 'anon' | 'service_role';

const ROLES = ['anon', 'authenticated', 'service_role'];

/** The two keys and the tokens made from the JWT secret. */
export function keyRing(config: Config) {
  const key = new TextEncoder().encode(config.jwt_secret);
  const minted = new Map<ApiRole, { token: string; until: number }>();
  return {
    roleOf(given: string): ApiRole | undefined {
      if (same(given, config.publishable_key)) return 'anon';
      return same(given, config.secret_key) ? 'service_role' : undefined;
    },
    /** A short-lived token for anonymous callers; reused for a minute. */
    async mint(role: ApiRole): Promise<string> {
      const last = minted.get(role);
      if (last && last.until > Date.now()) return last.token;
      const token = await new SignJWT({ role, iss: 'backend' })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuedAt()
        .setExpirationTime('3m')
        .sign(key);
      minted.set(role, { token, until: Date.now() + 60_000 });
      return token;
    },
    isValid: (token: string): Promise<boolean> =>
      jwtVerify(token, key, { algorithms: ['HS256'] }).then(
        ({ payload }) => ROLES.includes(String(payload['role'])),
        () => false,
      ),
  };
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
