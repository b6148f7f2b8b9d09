import type { Mutant } from './mutant.ts';

export const notices: Mutant[] = [
  {
    rule: 'a notice is read from the moment it is published, not before',
    file: 'notices/notices.sql',
    find: "state = 'published' and published_at <= now() and (ends_at",
    replace: "state = 'published' and (ends_at",
    tests: ['notices'],
  },
  {
    rule: 'a notice that has ended is not read any more',
    file: 'notices/notices.sql',
    find: ' and (ends_at is null or ends_at > now())\n      and (\n        audience',
    replace: '\n      and (\n        audience',
    tests: ['notices'],
  },
  {
    rule: 'a notice to a stair is not for people who have moved out',
    file: 'notices/notices.sql',
    find: "where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = 'resident'",
    replace: "where m.person_id = (select auth.uid()) and m.role = 'resident'",
    tests: ['notices'],
  },
  {
    rule: 'staff are not notified of notices',
    file: 'notices/notices.sql',
    find: "('everybody', 'members') then m.role in ('resident', 'partner')",
    replace: "('everybody', 'members') then m.role in ('resident', 'partner', 'consultant')",
    tests: ['notice-reads'],
  },
  {
    rule: 'the notification of a notice that is for others now is removed from those it was for',
    file: 'notices/notifications.sql',
    find: "(p_notice.state <> 'published' or n.person_id not in (select private.notice_person_ids(p_notice)))",
    replace: "p_notice.state <> 'published'",
    tests: ['notice-reads'],
  },
  {
    rule: 'only people a notice is for are counted as its readers',
    file: 'notices/readers.sql',
    find: `
      and (n.audience in ('everybody', 'members') or n.id in (select private.my_notice_ids()))`,
    replace: '',
    tests: ['notice-reads'],
  },
  {
    rule: 'only the consultant sees how many have read a notice',
    file: 'notices/readers.sql',
    find: "where n.block_id = p_block_id and private.has_role(p_block_id, '{consultant}')",
    replace: 'where n.block_id = p_block_id',
    tests: ['notice-reads'],
  },
  {
    rule: 'who has read a notice is deleted once it is counted',
    file: 'notices/readers.sql',
    find: 'delete from private.notice_salts s where s.notice_id = v_id;',
    replace: '',
    tests: ['notice-reads'],
  },
  {
    rule: 'a picture that somebody wants removed is hidden at once',
    file: 'notices/photos.sql',
    find: '(hidden_at is null and exists (select from public.notices n where n.id = notice_id offset 0))',
    replace: 'exists (select from public.notices n where n.id = notice_id offset 0)',
    tests: ['notice-photos'],
  },
  {
    rule: 'a picture that the consultant has reviewed and kept is not hidden again',
    file: 'notices/photos.sql',
    find: 'where p.notice_id = p_notice_id and p.reviewed_at is null;',
    replace: 'where p.notice_id = p_notice_id;',
    tests: ['notice-photos'],
  },
  {
    rule: 'a portrait needs consent',
    file: 'notices/photos.sql',
    find: "constraint portrait_has_consent check (kind <> 'portrait' or has_consent)",
    sql: 'alter table public.notice_photos drop constraint portrait_has_consent',
    tests: ['notice-photos'],
  },
  {
    rule: 'a request to remove a picture is deleted with the picture',
    file: 'notices/photos.sql',
    find: '  if found then\n    delete from public.notice_photo_requests r',
    replace: '  if false then\n    delete from public.notice_photo_requests r',
    tests: ['notice-photos'],
  },
];
