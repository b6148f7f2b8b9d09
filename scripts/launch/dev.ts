import { followSchemas, recordApplied } from '../schema/follow.ts';
import { launch } from './launch.ts';

const astro = 'node_modules/astro/bin/astro.mjs';

await launch({
  nodeEnv: 'development',
  database: { beforeMigrations: recordApplied, beside: followSchemas },
  args: ({ host, port }) => [astro, 'dev', '--host', host, '--port', String(port)],
});
