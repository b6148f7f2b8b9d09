import { buildWhenChanged } from './setup/build.mjs';
import { installDependencies } from './setup/install.mjs';
import { become, orFail } from './setup/runtime.mjs';

await orFail(async () => {
  await installDependencies();
  if (process.argv[2] === 'growth')
    return become('node_modules/vitest/vitest.mjs', ['run', '--project', 'bench']);
  await buildWhenChanged();
  become('tests/bench/pages.ts');
});
