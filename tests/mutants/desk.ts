import type { Mutant } from './mutant.ts';

export const desk: Mutant[] = [
  {
    rule: 'only the consultant sees what waits',
    file: 'desk/waiting.sql',
    find: "if private.has_role(p_block_id, '{consultant}') is not true then",
    replace: "if private.has_role(p_block_id, '{consultant,resident}') is not true then",
    tests: ['desk'],
  },
  {
    rule: 'only the consultant sees the week in figures',
    file: 'desk/week.sql',
    find: "if private.has_role(p_block_id, '{consultant}') is not true then",
    replace: "if private.has_role(p_block_id, '{consultant,resident}') is not true then",
    tests: ['desk'],
  },
  {
    rule: 'an urgent case comes before everything else',
    file: 'desk/waiting.sql',
    find: "order by not (w.kind = 'case' and w.is_urgent), ",
    replace: 'order by ',
    tests: ['desk'],
  },
  {
    rule: 'a cancelled date does not count as held',
    file: 'desk/week.sql',
    find: ' and s.cancelled_at is null',
    replace: '',
    tests: ['desk'],
  },
  {
    rule: 'a sign-up that was given up does not count in the week',
    file: 'desk/week.sql',
    find: " and g.status in ('signed_up', 'offered', 'waitlisted')",
    replace: '',
    tests: ['desk'],
  },
];
