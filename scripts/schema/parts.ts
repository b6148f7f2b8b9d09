// Names of database objects, as the comparing library and as the schema files write them.
import type { Action, StableId } from '@supabase/pg-delta';
import { dotted, nameOf, type ObjectNode, type Statement } from './statements.ts';

/** The table, view, type or function that something is or belongs to; undefined for roles, schemas and the like. */
export function wholeOf(id: StableId): string | undefined {
  if (id.kind === 'acl' || id.kind === 'comment') return wholeOf(id.target);
  if (id.kind === 'typeAttribute') return `${id.schema}.${id.type}`;
  if ('table' in id) return `${id.schema}.${id.table}`;
  return 'schema' in id && 'name' in id && id.kind !== 'index'
    ? `${id.schema}.${id.name}`
    : undefined;
}

export const wholesOf = (action: Action): string[] =>
  idsOf(action).map(wholeOf).filter((name) => name !== undefined); // prettier-ignore

/** An index does not say which table it belongs to; the statement that makes or drops it does. */
export const indexName = (id: StableId) =>
  id.kind === 'index' ? `${id.schema}.${id.name}` : undefined;

/** The same for a statement of a schema file; one `grant` may be about several. */
export function subjectsOf({ kind, node, makes }: Statement): string[] {
  if (makes) return [makes];
  const relation = node.relation ?? node.table;
  if (relation) return [nameOf(relation)];
  if (kind === 'CommentStmt' && node.objtype === 'OBJECT_INDEX') return [];
  return [...(node.objects ?? []), node.object].flatMap((one) => nameOfObject(one) ?? []);
}

function nameOfObject(one: ObjectNode | undefined): string | undefined {
  if (one?.RangeVar) return nameOf(one.RangeVar);
  if (one?.ObjectWithArgs) return dotted(one.ObjectWithArgs.objname);
  if (one?.TypeName) return dotted(one.TypeName.names);
  return one?.List && dotted(one.List.items.slice(0, 2)); // without the column, policy or trigger
}

/** Objects that can be recreated as a whole, under a name that `keyOf` gives too. */
export function keyOfStatement({ kind, node, makes }: Statement): string | undefined {
  if (kind === 'CreateFunctionStmt') return `function ${makes}`;
  if (kind === 'ViewStmt') return `view ${makes}`;
  if (kind === 'CreatePolicyStmt') return `policy ${node.policy_name} on ${nameOf(node.table!)}`;
  if (kind === 'CreateTrigStmt') return `trigger ${node.trigname} on ${nameOf(node.relation!)}`;
  if (kind === 'IndexStmt') return `index ${node.relation!.schemaname ?? 'public'}.${node.idxname}`;
  return undefined;
}

/** The function, view, policy, trigger or index that an action makes, replaces or drops. */
export function keyOf({ produces, destroys, consumes }: Action): string | undefined {
  const id = produces[0] ?? destroys[0] ?? consumes[0];
  if (id?.kind === 'function' || id?.kind === 'view' || id?.kind === 'index')
    return `${id.kind} ${id.schema}.${id.name}`;
  if (id?.kind === 'policy' || id?.kind === 'trigger')
    return `${id.kind} ${id.name} on ${id.schema}.${id.table}`;
  return undefined;
}

export const idsOf = ({ produces, destroys, consumes }: Action): StableId[] => [
  ...produces,
  ...destroys,
  ...consumes,
];
