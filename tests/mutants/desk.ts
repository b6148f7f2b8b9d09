import type { Mutant } from './mutant.ts';

export const desk: Mutant[] = [
  {
    rule: 'what waits is told to the consultant alone',
    file: 'desk/waiting.sql',
    find: "if private.has_role(p_block_id, '{consultant}') is not true then",
    replace: "if private.has_role(p_block_id, '{consultant,resident}') is not true then",
    tests: ['desk'],
  },
  {
    rule: 'the week in figures is told to the consultant alone',
    file: 'desk/week.sql',
    find: "if private.has_role(p_block_id, '{consultant}') is not true then",
    replace: "if private.has_role(p_block_id, '{consultant,resident}') is not true then",
    tests: ['desk'],
  },
  {
    rule: 'an urgent case stands before everything else',
    file: 'desk/waiting.sql',
    find: "order by not (w.kind = 'case' and w.is_urgent), ",
    replace: 'order by ',
    tests: ['desk'],
  },
  {
    rule: 'a cancelled date was not held',
    file: 'desk/week.sql',
    find: ' and s.cancelled_at is null',
    replace: '',
    tests: ['desk'],
  },
  {
    rule: 'a sign-up that was given up is not one of the week',
    file: 'desk/week.sql',
    find: " and g.status in ('signed_up', 'offered', 'waitlisted')",
    replace: '',
    tests: ['desk'],
  },
];
