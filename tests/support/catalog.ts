import type pg from 'pg';

/**
 * A database as lines, read only from PostgreSQL's catalog: a second opinion on the comparing library. Tables with their
 * columns in order, rules, indexes, policies, triggers, functions with their bodies, types, rights, and comments.
 */
export async function catalog(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `select line from (${PARTS.join('\nunion all ')}) parts (line) order by line`,
  );
  return rows.map(({ line }) => line);
}

const OURS = `('public', 'private')`;
const RELATIONS = `pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname in ${OURS}`;
const TYPES = `pg_type t join pg_namespace n on n.oid = t.typnamespace and n.nspname in ${OURS}`;
const FUNCTIONS = `pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname in ${OURS}`;
/** An access list in one order; without one, the default privileges. */
const rights = (list: string, kind: string, owner: string) =>
  `(select string_agg(format('%s:%s:%s', a.grantee, a.privilege_type, a.is_grantable), ' ' order by a.grantee, a.privilege_type)
    from aclexplode(coalesce(${list}, acldefault('${kind}', ${owner}))) a)`;

const PARTS = [
  `select format('schema %s %s', n.nspname, ${rights('n.nspacl', 'n', 'n.nspowner')}) from pg_namespace n where n.nspname in ${OURS}`,
  `select format('relation %s %s rls %s %s %s', c.oid::regclass, c.relkind, c.relrowsecurity, c.reloptions, ${rights('c.relacl', 'r', 'c.relowner')})
   from ${RELATIONS} and c.relkind in ('r', 'v', 'p', 'm')`,
  `select format('sequence %s %s', c.oid::regclass, ${rights('c.relacl', 's', 'c.relowner')}) from ${RELATIONS} and c.relkind = 'S'`,
  `select format('column %s %s %s %s %s %s %s %s %s', c.oid::regclass, a.attname, rank() over (partition by c.oid order by a.attnum),
     format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attacl)
   from ${RELATIONS} and c.relkind in ('r', 'v', 'c') join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum`,
  `select format('constraint %s %s %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
   from pg_constraint k join pg_namespace n on n.oid = k.connamespace and n.nspname in ${OURS}`,
  `select format('index %s', pg_get_indexdef(c.oid)) from ${RELATIONS} and c.relkind = 'i'`,
  `select format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid)) from ${RELATIONS} and c.relkind = 'v'`,
  `select format('policy %s', p) from pg_policies p where p.schemaname in ('public', 'private', 'storage')`,
  `select format('trigger %s %s', t.tgenabled, pg_get_triggerdef(t.oid)) from pg_trigger t where not t.tgisinternal`,
  `select format('function %s %s', pg_get_functiondef(p.oid), ${rights('p.proacl', 'f', 'p.proowner')}) from ${FUNCTIONS} and p.prokind = 'f'`,
  `select format('type %s %s %s', t.oid::regtype, t.typtype, (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
   from ${TYPES}`,
  `select format('default %s %s %s %s', d.defaclrole::regrole, d.defaclnamespace, d.defaclobjtype, d.defaclacl) from pg_default_acl d
   where d.defaclnamespace = 0 or d.defaclnamespace in (select oid from pg_namespace where nspname in ${OURS})`,
  `select format('extension %s %s', extname, extnamespace::regnamespace) from pg_extension`,
  `select format('comment %s %s', pg_describe_object(classoid, objoid, objsubid), description) from pg_description
   where objoid in (select c.oid from ${RELATIONS} union select p.oid from ${FUNCTIONS} union select t.oid from ${TYPES})`,
];
