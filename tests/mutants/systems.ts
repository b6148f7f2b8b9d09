import type { Mutant } from './mutant.ts';

export const systems: Mutant[] = [
  {
    rule: 'a revoked key gives no access',
    file: 'systems/api-keys.sql',
    find: "convert_to(p_secret, 'UTF8')), 'hex') and k.revoked_at is null",
    replace: "convert_to(p_secret, 'UTF8')), 'hex')",
    tests: ['open311'],
  },
  {
    rule: 'without a key the cases of flats are not read',
    file: 'systems/open311.sql',
    find: "case when v_sees_all then '' else ' and r.is_common' end",
    replace: "''",
    tests: ['open311'],
  },
  {
    rule: 'without a key the descriptions of residents are not read',
    file: 'systems/open311.sql',
    find: 'case when $1 then (select d.description from public.report_details d where d.report_id = r.id) end',
    replace: '(select d.description from public.report_details d where d.report_id = r.id)',
    tests: ['open311'],
  },
  {
    rule: 'without a key the changes of cases of flats are not read',
    file: 'systems/open311.sql',
    find: 'where c.id = e.report_id and c.is_common)',
    replace: 'where c.id = e.report_id)',
    tests: ['open311'],
  },
  {
    rule: 'a key makes cases only when it has that right',
    file: 'systems/open311-write.sql',
    find: "if 'create' = any (v_key.scopes) is not true then",
    replace: 'if v_key.id is null then',
    tests: ['open311'],
  },
  {
    rule: 'the same case sent many times at once is one',
    file: 'systems/open311-write.sql',
    find: "perform pg_advisory_xact_lock(hashtextextended('open311' || v_id, 0));",
    replace: '',
    tests: ['open311'],
  },
  {
    rule: 'an update that is sent again is applied once',
    file: 'systems/open311-write.sql',
    find: `  if found then
    return query select 'done'`,
    replace: `  if false then
    return query select 'done'`,
    tests: ['open311'],
  },
  {
    rule: 'a server that was taken for dead can not record a result',
    file: 'systems/webhooks.sql',
    find: "where o.id = p_id and o.attempts = p_attempts and o.status = 'queued';",
    replace: "where o.id = p_id and o.status = 'queued';",
    tests: ['outbox'],
  },
  {
    rule: 'nothing new is sent to a removed receiver',
    file: 'systems/webhooks.sql',
    find: 'from public.webhook_endpoints e where e.removed_at is null and v_kind = any (e.kinds)',
    replace: 'from public.webhook_endpoints e where v_kind = any (e.kinds)',
    tests: ['outbox'],
  },
  {
    rule: 'only the landlord has given-up messages sent again',
    file: 'systems/webhooks.sql',
    find: `  if not exists (select from private.my_block_ids('{landlord}')) then
    return 0;
  end if;`,
    replace: '',
    tests: ['message-sending'],
  },
  {
    rule: 'only staff and reporter see whether a case has reached the landlord',
    file: 'systems/report-delivery.sql',
    find: "where r.id = p_report_id and private.my_report_roles(r.id) <> '{}'",
    replace: 'where r.id = p_report_id',
    tests: ['outbox'],
  },
  {
    rule: 'an internal note does not acknowledge a case',
    file: 'systems/report-delivery.sql',
    find: "m.author_role = 'landlord' and m.audience <> 'internal'",
    replace: "m.author_role = 'landlord'",
    tests: ['outbox'],
  },
  {
    rule: 'only the landlord sees the keys and their rights',
    file: 'systems/api-keys.sql',
    find: "using (exists (select from private.my_block_ids('{landlord}')))",
    replace: "using (exists (select from private.my_block_ids('{landlord,consultant}')))",
    tests: ['api-keys'],
  },
];
