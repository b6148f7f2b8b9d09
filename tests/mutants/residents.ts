import type { Mutant } from './mutant.ts';

export const residents: Mutant[] = [
  {
    rule: 'the last use of a code lets one person in, also at the same moment',
    file: 'residents/join-codes.sql',
    find: 'where c.code_hash = private.code_hash(p_code) for update;',
    replace: 'where c.code_hash = private.code_hash(p_code);',
    tests: ['residents'],
  },
  {
    rule: 'a code that was revoked lets nobody in',
    file: 'residents/join-codes.sql',
    find: 'if not found or v_code.revoked_at is not null or private.is_locked_out',
    replace: 'if not found or private.is_locked_out',
    tests: ['residents'],
  },
  {
    rule: 'the codes of a flat end when the consultant ends a membership there',
    file: 'residents/people.sql',
    find: 'update public.join_codes c set revoked_at = now() where c.flat_id = v_ended.flat_id and c.revoked_at is null;',
    replace: 'null;',
    tests: ['residents'],
  },
  {
    rule: 'whoever is locked out does not come in by a code',
    file: 'residents/join-codes.sql',
    find: ' or private.is_locked_out(v_person_id, v_code.block_id) then',
    replace: ' then',
    tests: ['people'],
  },
  {
    rule: 'the consultant does not know by name who has moved out',
    file: 'residents/people.sql',
    find: `
      and (m.ended_at is null or m.blocked_at is not null)`,
    replace: '',
    tests: ['people'],
  },
  {
    rule: 'nobody is told that they ended their own membership',
    file: 'residents/notifications.sql',
    find: ' and auth.uid() <> new.person_id)',
    replace: ')',
    tests: ['people'],
  },
  {
    rule: 'a new letter ends the code of the last one',
    file: 'residents/letters.sql',
    find: 'update public.join_codes c set revoked_at = now() where c.flat_id = v_flat.id and c.revoked_at is null;',
    replace: '',
    tests: ['people'],
  },
  {
    rule: 'the consultant helps nobody in who is something in another building',
    file: 'residents/sign-in.sql',
    find: '(o.block_id is distinct from m.block_id or o.role',
    replace: '(o.role',
    tests: ['people'],
  },
  {
    rule: 'a slip opens its account once',
    file: 'residents/sign-in.sql',
    find: 'where s.slip_hash = private.code_hash(p_slip) and s.used_at is null',
    replace: 'where s.slip_hash = private.code_hash(p_slip)',
    tests: ['people'],
  },
  {
    rule: 'a slip ends with the membership',
    file: 'residents/sign-in.sql',
    find: 'and m.id = s.membership_id and m.ended_at is null',
    replace: 'and m.id = s.membership_id',
    tests: ['people'],
  },
  {
    rule: 'a new password from the desk signs other devices out',
    file: 'residents/sign-in.sql',
    find: 'delete from auth.sessions s where s.user_id = v_member.person_id;',
    replace: '',
    tests: ['people'],
  },
  {
    rule: 'nobody joins with an old code while a flat gets new tenants',
    file: 'residents/tenants.sql',
    find: "f.kind = 'flat' for no key update;",
    replace: "f.kind = 'flat';",
    tests: ['people'],
  },
  {
    rule: 'a role of staff is given up only with the second factor',
    file: 'residents/people.sql',
    find: `
    and (m.person_id <> v_me or not private.is_staff_role(m.role) or private.session_gate() = 'open')`,
    replace: '',
    tests: ['second-factor'],
  },
  {
    rule: 'an admin requires the second factor of others only after showing one',
    file: 'residents/second-factor.sql',
    find: "elsif p_is_required and (select auth.jwt() ->> 'aal') is distinct from 'aal2' then",
    replace: 'elsif false then',
    tests: ['second-factor'],
  },
  {
    rule: 'a factor that was never finished is none',
    file: 'residents/second-factor.sql',
    find: "where f.user_id = (select auth.uid()) and f.status = 'verified' and f.factor_type = 'totp'",
    replace: "where f.user_id = (select auth.uid()) and f.factor_type = 'totp'",
    tests: ['second-factor'],
  },
  {
    rule: 'whoever was locked out stays so when old memberships go',
    file: 'residents/retention.sql',
    find: 'm.ended_at < $1 and m.blocked_at is null',
    replace: 'm.ended_at < $1',
    tests: ['retention'],
  },
  {
    rule: 'an account that asked to join is not forgotten',
    file: 'residents/retention.sql',
    find: `
      and not exists (select from public.join_requests r where r.person_id = a.id)`,
    replace: '',
    tests: ['retention'],
  },
  {
    rule: 'the log forgets the names in it with the account',
    file: 'residents/deletion.sql',
    find: 'perform private.forget_in_log(old.id, v_words);',
    replace: '',
    tests: ['deletion'],
  },
  {
    rule: 'the address somebody signs in with is taken out of words that stay',
    file: 'residents/forgetting.sql',
    find: `
    union all select u.email from auth.users u where u.id = p_person_id
    union all select split_part(u.email, '@', 1) from auth.users u where u.id = p_person_id`,
    replace: '',
    tests: ['deletion'],
  },
];
