import { installDependencies } from './setup/install.mjs';
import { checkMachine } from './setup/machine.mjs';
import { become, orFail } from './setup/runtime.mjs';

await orFail(async () => {
  checkMachine();
  await installDependencies();
  become('scripts/launch/dev.ts');
});
