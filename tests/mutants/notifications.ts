import type { Mutant } from './mutant.ts';

export const notifications: Mutant[] = [
  {
    rule: 'what somebody is told is read by nobody else',
    file: 'notifications/notifications.sql',
    find: 'using (person_id = (select auth.uid()))',
    replace: 'using (true)',
    tests: ['notifications'],
  },
  {
    rule: 'nobody is told of a building once the membership has ended',
    file: 'notifications/notifications.sql',
    find: 'where m.person_id = p_notification.person_id and m.ended_at is null',
    replace: 'where m.person_id = p_notification.person_id',
    tests: ['messages'],
  },
  {
    rule: 'what happens in the case of a flat is told to its reporter and the staff',
    file: 'notifications/notifications.sql',
    find: "m.role in ('consultant', 'landlord') or r.is_common",
    replace: 'true or r.is_common',
    tests: ['messages'],
  },
];
