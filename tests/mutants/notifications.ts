import type { Mutant } from './mutant.ts';

export const notifications: Mutant[] = [
  {
    rule: 'only the receiver reads a notification',
    file: 'notifications/notifications.sql',
    find: 'using (person_id = (select auth.uid()))',
    replace: 'using (true)',
    tests: ['notifications'],
  },
  {
    rule: 'nobody is notified about a building once the membership has ended',
    file: 'notifications/notifications.sql',
    find: 'where m.person_id = p_notification.person_id and m.ended_at is null',
    replace: 'where m.person_id = p_notification.person_id',
    tests: ['messages'],
  },
  {
    rule: 'a former member is notified only of the end and of their own requests',
    file: 'notifications/notifications.sql',
    find: ' and not k.is_for_members',
    replace: '',
    tests: ['notification-kinds', 'messages'],
  },
];
