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
    rule: 'an offer that has ended is told to nobody',
    file: 'notifications/notifications.sql',
    find: "g.id = p_notification.signup_id and g.status = 'offered' and g.offer_expires_at > now()",
    replace: 'g.id = p_notification.signup_id',
    tests: ['messages'],
  },
];
