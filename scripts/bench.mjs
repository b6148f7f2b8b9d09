import { buildWhenChanged } from './setup/build.mjs';
import { installDependencies } from './setup/install.mjs';
import { become, orFail } from './setup/runtime.mjs';

await orFail(async () => {
  await installDependencies();
  await buildWhenChanged();
  become('tests/bench/pages.ts');
});
