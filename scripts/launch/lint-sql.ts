// `npm run lint:sql`: checks the style rules of supabase/schemas.
import { lintSchemas } from '../schema/lint.ts';

const problems = await lintSchemas('.');
if (problems.length > 0) console.error(problems.join('\n'));
process.exit(problems.length > 0 ? 1 : 0);
