import { launch } from './launch.ts';

await launch({
  nodeEnv: 'production',
  web: { args: () => ['scripts/launch/web.ts'], answersPings: true },
});
