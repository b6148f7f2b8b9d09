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
    rule: 'whoever is no member any more is told only of the end and of what they asked',
    file: 'notifications/notifications.sql',
    find: ' and not k.is_for_members',
    replace: '',
    tests: ['notification-kinds', 'messages'],
  },
];
