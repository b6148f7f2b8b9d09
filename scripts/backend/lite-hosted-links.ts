import crypto from 'node:crypto';
import { withClient } from './client.ts';
import { databaseUrl, type Instance } from './config.ts';
import type { Handler } from './handler.ts';

/**
 * Hosted: with the secret key the server creates a link that signs an account in (`auth.admin.generateLink`). Lite has no
 * admin API. Only the type `magiclink`, only existing accounts, and without the six digits that hosted adds, so nobody can guess it.
 */
export function answerLinksLikeHosted(instance: Instance, database: string): Handler {
  const url = databaseUrl(instance.config, 'backend_services', database);
  return async (request) => {
    if (request.headers.get('apikey') !== instance.config.secret_key)
      return refuse(403, 'not_admin', 'User not allowed');
    const { type, email } = (await request.json()) as { type?: string; email?: string };
    if (type !== 'magiclink' || !email) return refuse(400, 'validation_failed', 'Not supported');
    const token = crypto.randomBytes(32).toString('hex');
    const id = await remember(url, email.toLowerCase(), token);
    if (!id) return refuse(404, 'user_not_found', 'User not found');
    return Response.json({
      id,
      email,
      action_link: '',
      email_otp: '',
      hashed_token: token,
      redirect_to: '',
      verification_type: 'magiclink',
    });
  };
}

async function remember(url: string, email: string, token: string): Promise<string | undefined> {
  return withClient(url, async (c) => {
    const sql =
      'update auth.users set recovery_token = $2, recovery_sent_at = now() where email = $1 returning id';
    return (await c.query<{ id: string }>(sql, [email, token])).rows[0]?.id;
  });
}

const refuse = (status: number, error_code: string, msg: string) =>
  Response.json({ code: status, error_code, msg }, { status });
