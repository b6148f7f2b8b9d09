import type { Mutant } from './mutant.ts';

export const base: Mutant[] = [
  {
    rule: 'attempts at the same moment are counted one after the other',
    file: 'base/attempts.sql',
    find: 'perform pg_advisory_xact_lock(hashtextextended(p_limit_name || v_hash, 0));',
    replace: '',
    tests: ['residents'],
  },
  {
    rule: 'a person who has moved out does not see the flat',
    file: 'base/rights.sql',
    find: 'm.ended_at is null and m.flat_id is not null',
    replace: 'm.flat_id is not null',
    tests: ['residents'],
  },
  {
    rule: 'a role that has ended gives no rights',
    file: 'base/rights.sql',
    find: 'm.ended_at is null and m.role = any (p_roles) and m.block_id is not null',
    replace: 'm.role = any (p_roles) and m.block_id is not null',
    tests: ['blocks'],
  },
  {
    rule: 'a role in a building needs the second factor when the person has one',
    file: 'base/rights.sql',
    find: `
    and (m.role not in ('consultant', 'landlord', 'admin') or (select private.session_gate()) = 'open')
  union`,
    replace: `
  union`,
    tests: ['second-factor'],
  },
  {
    rule: 'the admin role needs the second factor when the person has one',
    file: 'base/rights.sql',
    find: "m.role = 'admin' and (select private.session_gate()) = 'open'",
    replace: "m.role = 'admin'",
    tests: ['second-factor'],
  },
  {
    rule: 'a token gives no access once its session has ended',
    file: 'base/rights.sql',
    find: `  if private.session_has_ended() then
    return;
  end if;
  -- Two questions`,
    replace: '  -- Two questions',
    tests: ['people'],
  },
  {
    rule: 'a period that is not in the table stops the job',
    file: 'base/retention.sql',
    find: "raise exception 'no retention rule for %', p_what;",
    replace: "return interval '100 years';",
    tests: ['retention'],
  },
];
