import { launch } from './launch.ts';

const astro = 'node_modules/astro/bin/astro.mjs';

await launch({
  nodeEnv: 'development',
  web: {
    args: ({ host, port }) => [astro, 'dev', '--host', host, '--port', String(port)],
    answersPings: false,
  },
  followsSchemas: true,
});
