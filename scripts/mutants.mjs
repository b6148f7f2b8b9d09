import { installDependencies } from './setup/install.mjs';
import { become, orFail } from './setup/runtime.mjs';

await orFail(async () => {
  await installDependencies();
  become('tests/mutants/run.ts');
});
