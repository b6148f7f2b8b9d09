import { buildWhenChanged } from './setup/build.mjs';
import { installDependencies } from './setup/install.mjs';
import { become, orFail } from './setup/runtime.mjs';

await orFail(async () => {
  await installDependencies();
  const name = process.argv[2] ?? '';
  if (['growth', 'cases', 'figures', 'desk'].includes(name))
    return become('node_modules/vitest/vitest.mjs', ['run', '--project', 'bench', name]);
  await buildWhenChanged();
  become('tests/bench/pages.ts');
});
