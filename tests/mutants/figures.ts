import type { Mutant } from './mutant.ts';

export const figures: Mutant[] = [
  {
    rule: 'the figures are not for residents',
    file: 'figures/figures.sql',
    find: "'{observer,consultant,admin}'",
    replace: "'{observer,consultant,admin,resident}'",
    tests: ['figures'],
  },
  {
    rule: 'a case that was counted already is not a new one',
    file: 'figures/counting.sql',
    find: `
      and r.status <> 'merged'`,
    replace: '',
    tests: ['figures'],
  },
  {
    rule: 'an internal note is not an answer to the reporter',
    file: 'figures/counting.sql',
    find: `m.author_role in ('landlord', 'consultant') and m.audience <> 'internal'
  ), answered`,
    replace: `m.author_role in ('landlord', 'consultant')
  ), answered`,
    tests: ['figures'],
  },
  {
    rule: 'a cancelled activity counts as held only when somebody came',
    file: 'figures/counting.sql',
    find: "where d.status = 'published' or d.heads > 0",
    replace: 'where true',
    tests: ['figures'],
  },
  {
    rule: 'the turnout is not shown when too few did or did not vote',
    file: 'figures/counting.sql',
    find: "select 'voted', case when t.is_told then t.voted end",
    replace: "select 'voted', t.voted",
    tests: ['figures'],
  },
  {
    rule: 'months are counted by one server at a time',
    file: 'figures/counting.sql',
    find: "if not pg_try_advisory_xact_lock(hashtextextended('figures', 0)) then",
    replace: 'if false then',
    tests: ['figures'],
  },
  {
    rule: 'a person answers the pulse once a month',
    file: 'figures/pulse.sql',
    find: `  if not found then
    return 'answered_already';`,
    replace: `  if false then
    return 'answered_already';`,
    tests: ['pulse'],
  },
  {
    rule: 'the pulse is for those who live in the building',
    file: 'figures/pulse.sql',
    find: "when not private.has_role(p_block_id, '{resident}') or not exists",
    replace: 'when not exists',
    tests: ['pulse'],
  },
  {
    rule: 'the pulse is asked only when the consultant has switched it on',
    file: 'figures/pulse.sql',
    find: 'where b.id = p_block_id and b.asks_pulse)',
    replace: 'where b.id = p_block_id)',
    tests: ['pulse'],
  },
  {
    rule: 'the salt of a month is deleted when the month is over',
    file: 'figures/pulse.sql',
    find: 'case when p.month >= private.this_month() then p.salt end',
    replace: 'p.salt',
    tests: ['pulse'],
  },
  {
    rule: 'who has answered is deleted when the month is over',
    file: 'figures/pulse.sql',
    find: 'from private.pulse_marks k where k.month >= private.this_month() order',
    replace: 'from private.pulse_marks k order',
    tests: ['pulse'],
  },
  {
    rule: 'the answers of a month are deleted when it is counted',
    file: 'figures/counting.sql',
    find: 'delete from private.pulse_months p where p.block_id = p_block_id and p.month = p_month;',
    replace: '',
    tests: ['pulse'],
  },
];
