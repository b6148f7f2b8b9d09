import { become, orFail } from './setup/runtime.mjs';

await orFail(() => become('scripts/launch/lint-sql.ts'));
