import { withClient } from './client.ts';
import { databaseUrl, pgDirOf, type Instance } from './config.ts';
import { forgetOldCopies } from './copies.ts';

const DAY = 86_400_000; // ms
const KEEP = 30 * DAY; // where the project has no rule for it
const NO_RULE = ['3F000', '42883', 'P0001']; // no schema, no function, no row

/** Removes old copies of the database, now and every day. A failure is a line in the log. */
export async function keepForgettingCopies(instance: Instance) {
  const forget = () =>
    keepPeriod(instance)
      .then((keep) => forgetOldCopies(pgDirOf(instance), keep))
      .catch((error: Error) => instance.log(`Old copies were not removed: ${error.message}`));
  await forget();
  const timer = setInterval(() => void forget(), DAY);
  return { stop: () => clearInterval(timer) };
}

/** How long a copy is kept, in ms. */
async function keepPeriod({ config }: Instance): Promise<number> {
  const ask = `select extract(epoch from private.keep('database_copies')) * 1000 as ms`;
  return withClient(databaseUrl(config, 'postgres'), async (c) => {
    const { rows } = await c.query<{ ms: string }>(ask);
    return Number(rows[0]!.ms);
  }).catch((error: { code?: string }) => {
    if (NO_RULE.includes(error.code ?? '')) return KEEP;
    throw error;
  });
}
