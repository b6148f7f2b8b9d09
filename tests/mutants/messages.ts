import type { Mutant } from './mutant.ts';

export const messages: Mutant[] = [
  {
    rule: 'no SMS goes to a number that is not confirmed',
    file: 'messages/timing.sql',
    find: 'where m.person_id = p_person_id and m.confirmed_at is not null',
    replace: 'where m.person_id = p_person_id',
    tests: ['messages'],
  },
  {
    rule: 'the user name of an account without e-mail is not used as an address',
    file: 'messages/timing.sql',
    find: " and u.email not like '%.invalid'",
    replace: '',
    tests: ['messages'],
  },
  {
    rule: 'a browser that was signed out gets nothing more',
    file: 'messages/deliveries.sql',
    find: 'where s.session_id is not null and not exists',
    replace: 'where false and not exists',
    tests: ['messages'],
  },
  {
    rule: 'push messages to a browser are for the person who switched them on last',
    file: 'messages/push.sql',
    find: '  delete from public.push_subscriptions s where s.endpoint = p_endpoint and s.person_id <> (select auth.uid());',
    replace: '',
    tests: ['messages'],
  },
  {
    rule: 'the code for a phone expires',
    file: 'messages/phones.sql',
    find: 'if not found or v_check.expires_at <= now() then',
    replace: 'if not found then',
    tests: ['messages'],
  },
  {
    rule: 'the code for a phone works once',
    file: 'messages/phones.sql',
    find: 'delete from private.phone_checks c where c.person_id = v_person_id;',
    replace: '',
    tests: ['messages'],
  },
  {
    rule: 'a changed number must be confirmed again',
    file: 'messages/phones.sql',
    find: 'set phone = excluded.phone, asked_at = now(), confirmed_at = null',
    replace: 'set phone = excluded.phone, asked_at = now()',
    tests: ['messages'],
  },
  {
    rule: 'a browser that withdrew its permission is deleted',
    file: 'messages/sending.sql',
    find: 'delete from public.push_subscriptions s where s.id = v_message.subscription_id;',
    replace: 'null;',
    tests: ['message-sending'],
  },
  {
    rule: 'the landlord does not see the outgoing answer to a person who asked to join',
    file: 'messages/outbox.sql',
    find: "person_id is null and kind <> 'join_answer' and exists",
    replace: 'person_id is null and exists',
    tests: ['people'],
  },
  {
    rule: 'people who were not reached are counted once each',
    file: 'messages/waiting.sql',
    find: 'count(distinct o.person_id)',
    replace: 'count(o.person_id)',
    tests: ['desk'],
  },
];
