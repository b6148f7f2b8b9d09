// `npm start`: from a fresh clone to a running portal. The rest is in scripts/launch/.
import { buildWhenChanged } from './setup/build.mjs';
import { installDependencies } from './setup/install.mjs';
import { checkMachine } from './setup/machine.mjs';
import { become, orFail } from './setup/runtime.mjs';

await orFail(async () => {
  checkMachine();
  await installDependencies();
  await buildWhenChanged();
  become('scripts/launch/serve.ts');
});
