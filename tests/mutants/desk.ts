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
    rule: 'a new case with a question to the resident does not wait for the consultant',
    file: 'desk/waiting.sql',
    find: 'q.answered_at is null and q.withdrawn_at is null)\n      order by c.is_urgent desc',
    replace: 'false)\n      order by c.is_urgent desc',
    tests: ['desk'],
  },
  {
    rule: 'a question about a vote that is hidden does not wait for an answer',
    file: 'desk/waiting.sql',
    find: 'q.answered_at is null and q.hidden_at is null',
    replace: 'q.answered_at is null',
    tests: ['desk'],
  },
  {
    rule: 'a vote waits to be counted only when there are paper ballots',
    file: 'desk/waiting.sql',
    find: `
      and exists (select from private.electors e where e.poll_id = p.id and e.way = 'paper')`,
    replace: '',
    tests: ['desk'],
  },
  {
    rule: 'people who were not reached are counted once each',
    file: 'desk/waiting.sql',
    find: 'count(distinct o.person_id)',
    replace: 'count(o.person_id)',
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
