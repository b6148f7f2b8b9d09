import type { Mutant } from './mutant.ts';

export const activities: Mutant[] = [
  {
    rule: 'the waiting list is in order of arrival',
    file: 'activities/waiting-list.sql',
    find: `order by s.queue_number
  loop
    exit when v_free <= 0;`,
    replace: `order by s.queue_number desc
  loop
    exit when v_free <= 0;`,
    tests: ['signups'],
  },
  {
    rule: 'only I see my place on the waiting list',
    file: 'activities/participants.sql',
    find: 'mine.person_id = (select auth.uid()) and mine.status',
    replace: 'mine.status',
    tests: ['signups'],
  },
  {
    rule: 'nobody signs up before sign-up opens',
    file: 'activities/sign-up.sql',
    find: 'elsif v_activity.signup_opens_at > now() then',
    replace: 'elsif false then',
    tests: ['signup-rules'],
  },
  {
    rule: 'a party that does not fit is passed over and holds up nobody behind it',
    file: 'activities/waiting-list.sql',
    find: `      continue;
    end if;
    if v_waiting.id = p_newcomer then`,
    replace: `      exit;
    end if;
    if v_waiting.id = p_newcomer then`,
    tests: ['signup-rules'],
  },
  {
    rule: 'an expired offer cannot be accepted, even before a job has ended it',
    file: 'activities/waiting-list.sql',
    find: `  perform private.settle_offers(p_activity_id);
  select * into v_signup`,
    replace: '  select * into v_signup',
    tests: ['signup-rules'],
  },
  {
    rule: 'the waiting list can be left after the deadline for giving up a place',
    file: 'activities/sign-up.sql',
    find: "elsif v_signup.status = 'signed_up' and v_closes <= now() then",
    replace: 'elsif v_closes <= now() then',
    tests: ['signup-rules'],
  },
  {
    rule: 'a flat is never the place of an activity',
    file: 'activities/activities.sql',
    find: `    block_id in (select private.my_block_ids('{consultant}'))
    and (place_id is null or exists (select from public.places p where p.id = place_id and p.kind <> 'flat'))`,
    replace: "    block_id in (select private.my_block_ids('{consultant}'))",
    tests: ['activities'],
  },
  {
    rule: 'the consultant deletes only drafts',
    file: 'activities/activities.sql',
    find: "(status = 'draft' and block_id in (select private.my_block_ids('{consultant}')))",
    replace: "block_id in (select private.my_block_ids('{consultant}'))",
    tests: ['activities'],
  },
  {
    rule: 'a host who has moved out manages nothing any more',
    file: 'activities/hosts.sql',
    find: "m.block_id = h.block_id and m.ended_at is null and m.role in ('resident', 'partner')\n  )\n$$;",
    replace: "m.block_id = h.block_id and m.role in ('resident', 'partner')\n  )\n$$;",
    tests: ['hosting'],
  },
  {
    rule: 'the list of sign-ups is for those who run the activity',
    file: 'activities/participants.sql',
    find: 'where a.id = p_activity_id and private.manages(a.id, a.block_id)',
    replace: 'where a.id = p_activity_id',
    tests: ['door'],
  },
  {
    rule: 'no more people of a party are checked in than it signed up for',
    file: 'activities/door.sql',
    find: 'least(coalesce(tick_attendance.present_count, 0), g.party_size)',
    replace: 'coalesce(tick_attendance.present_count, 0)',
    tests: ['door'],
  },
  {
    rule: 'a message of an activity is read by those on its list, not by those who left it',
    file: 'activities/messages.sql',
    find: `s.person_id = (select auth.uid())
        and s.status in ('signed_up', 'offered', 'waitlisted')`,
    replace: 's.person_id = (select auth.uid())',
    tests: ['door'],
  },
  {
    rule: 'a moved date is notified to those who have a place, not to those who wait',
    file: 'activities/notifications.sql',
    find: `g.status = 'signed_up' and g.person_id is not null
  where greatest`,
    replace: `g.person_id is not null
  where greatest`,
    tests: ['notifications'],
  },
  {
    rule: 'the reminder of the day is not for people who signed up today',
    file: 'activities/notifications.sql',
    find: `
    and g.signed_up_at < private.today()::timestamp at time zone 'Europe/Oslo'`,
    replace: '',
    tests: ['activity-jobs'],
  },
  {
    rule: 'notifications about an activity are deleted with its names',
    file: 'activities/forgetting.sql',
    find: 'delete from public.notifications n where n.signup_id in (select due.id from due)',
    replace: 'delete from public.notifications n where false',
    tests: ['activity-jobs'],
  },
  {
    rule: 'the personal calendar shows a cancelled activity only to those who had a place',
    file: 'activities/calendar-links.sql',
    find: "e.signup_id = g.id and e.reason = 'activity_cancelled'",
    replace: 'e.signup_id = g.id',
    tests: ['calendar'],
  },
  {
    rule: 'a new rule of a series keeps dates that were moved by hand',
    file: 'activities/series.sql',
    find: 'and s.starts_at > now() and not s.is_moved and s.cancelled_at is null',
    replace: 'and s.starts_at > now() and s.cancelled_at is null',
    tests: ['series'],
  },
  {
    rule: 'a hidden activity is not visible',
    file: 'activities/activities.sql',
    find: "(status in ('published', 'cancelled') and hidden_at is null and (is_public",
    replace: "(status in ('published', 'cancelled') and (is_public",
    tests: ['moderation'],
  },
  {
    rule: 'a hidden activity is not in the personal calendar',
    file: 'activities/calendar-links.sql',
    find: "a.status in ('published', 'cancelled') and a.hidden_at is null",
    replace: "a.status in ('published', 'cancelled')",
    tests: ['moderation'],
  },
  {
    rule: 'a hidden message of an activity is not visible',
    file: 'activities/messages.sql',
    find: 'or hidden_at is null and exists (',
    replace: 'or exists (',
    tests: ['moderation'],
  },
  {
    rule: 'a paused host can not write texts directly either',
    file: 'activities/activities.sql',
    find: 'using (block_id not in (select m.block_id from private.my_pauses() m))',
    replace: 'using (true)',
    tests: ['moderation-pauses'],
  },
  {
    rule: 'only its hosts and the consultant are notified of a hidden activity',
    file: 'activities/notifications.sql',
    find: "a.status in ('published', 'cancelled') and a.hidden_at is null or",
    replace: "a.status in ('published', 'cancelled') or",
    tests: ['notification-kinds', 'messages'],
  },
];
