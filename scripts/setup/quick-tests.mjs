/** How many files of tests/db a quick run takes beside changed ones: two cores run them in less than a minute. */
const FILES = 5;

const MADE_IN_SQL =
  /\bcreate\s+(?:or\s+replace\s+)?(?:function|table|view|type)\s+(?:public|private)\.(\w+)/gi;
const ASKED_FOR = /\.(?:rpc|from)\(\s*'(\w+)'/g;
/** Unit tests that take a core for ten seconds or more each: in a quick run only when they are changed themselves. */
export const SLOW_UNIT = ['image-torture', 'kept-program', 'lint-types'].map((name) => `tests/unit/${name}.test.ts`); // prettier-ignore
/** They read every file of supabase/schemas, or the whole catalogue. */
const OF_ALL_SQL = ['tests/db/conventions.test.ts', 'tests/db/schema.test.ts'];

/**
 * What a quick run does for a change. `changed`: paths of existing files; `read` gives the text of a path; `tests`: every file of
 * tests/db. Database tests are chosen by how often they name what the changed files define or use: the functions
 * and tables of a schema file, the `rpc` and `from` of TypeScript.
 */
export function quickTests(changed, tests, read) {
  const isSchema = (file) => /^supabase\/schemas\/.*\.sql$/.test(file);
  const names = new Set(
    changed.flatMap((file) => {
      if (isSchema(file)) return namesIn(read(file), MADE_IN_SQL);
      return /^src\/.*\.ts$/.test(file) ? namesIn(read(file), ASKED_FOR) : [];
    }),
  );
  const own = tests.filter((file) => changed.includes(file));
  const ofAll = changed.some((file) => file.startsWith('supabase/')) ? OF_ALL_SQL : [];
  const naming = tests
    .map((file) => ({ file, times: timesIn(read(file), names) }))
    .filter(({ times }) => times > 0)
    .toSorted((a, b) => b.times - a.times)
    .slice(0, FILES)
    .map(({ file }) => file);
  return {
    lint: changed,
    check: changed.some((file) => /\.(ts|tsx|astro)$/.test(file)),
    db: [...new Set([...own, ...ofAll, ...naming])],
  };
}

const namesIn = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);

const timesIn = (text, names) =>
  (text.match(/\w+/g) ?? []).filter((word) => names.has(word)).length;
