import { launch } from './launch.ts';

await launch({ nodeEnv: 'production', args: () => ['scripts/launch/web.ts'] });
