// `npm start`: from a fresh clone to a running portal. See scripts/launch/ for what happens then.
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
