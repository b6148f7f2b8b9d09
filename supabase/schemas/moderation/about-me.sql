-- What moderation tells me about myself: the reason behind a notification, acts of staff that are about me, and what I
-- have flagged.

-- The reason behind a notification: a column of notifications over the API. Definer: reads one log entry that is about the caller.
create function private.moderation_reason(p_notification_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select private.stored_reason(e.usual_reason, e.reason) from public.notifications n join public.audit_entries e on e.id::text = n.subject
  where n.id = p_notification_id and n.person_id = (select auth.uid()) and n.kind in ('account_moderated', 'account_paused')
$$;
create function public.moderation_reason(notification public.notifications) returns text
language sql stable set search_path = '' as $$
  select case when (notification).kind in ('account_moderated', 'account_paused') then private.moderation_reason((notification).id) end
$$;
grant execute on function private.moderation_reason(uuid) to authenticated;
grant execute on function public.moderation_reason(public.notifications) to authenticated;

-- Acts of staff that are about me and are kept in a history, not in the log: `signup_` and the status of a sign-up, `report_` and the kind
-- of an event. Their texts: `moderation.event.…`.
create type public.about_me_event as enum ('signup_signed_up', 'signup_offered', 'signup_waitlisted', 'signup_cancelled', 'signup_declined',
  'signup_lapsed', 'report_status', 'report_chased', 'report_still_working', 'report_merged_in', 'report_unmerged', 'report_assigned');

-- Log lines about me: about what I have written, and pauses of mine for it. For acts_about_me; granted to nobody.
create function private.acts_on_my_things() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from private.my_thing_ids() t (id) join public.audit_entries e on e.subject_id = t.id
  union all
  select e.id from private.paused_people w join public.pauses p on p.id = w.pause_id
  join public.audit_entries e on e.subject_id = p.thing_id and e.act in ('pause', 'lift_pause')
  where w.person_id = (select auth.uid())
$$;

-- Acts of staff that are about me, newest first, at most 500: lines of the log (`act`), and steps in the histories of what is mine
-- (`event`). By role, never by name. Each domain finds its own in its `log.sql`, and has a line here. Which proposal mine was merged
-- with is not shown. Definer: reads the log, which the caller may not.
-- API: authenticated
create function private.acts_about_me()
returns table (block_id uuid, act public.audit_act, event public.about_me_event, subject public.audit_subject, subject_id uuid,
  actor_role public.member_role, shape public.audit_shape, details jsonb, usual_reason public.usual_reason, reason text, acted_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with entries (id) as (
    select private.acts_on_my_things()
    union select private.acts_on_my_membership()
    union select private.acts_on_my_cases()
    union select private.acts_on_my_paper_vote()
  ), events as (
    select * from private.my_signup_events()
    union all select * from private.my_case_events()
  )
  select e.block_id, e.act, null::public.about_me_event, e.subject, e.subject_id, e.actor_role, e.shape, e.details - 'into',
    e.usual_reason, e.reason, e.acted_at
  from entries join public.audit_entries e using (id) where e.actor_id is distinct from (select auth.uid())
  union all
  select v.block_id, null, v.event, v.subject, v.subject_id, v.actor_role, 'none', '{}', null, null, v.acted_at from events v
  order by 11 desc, 2, 3 limit 500
$$;

-- What I have flagged on a page and the consultant has not reviewed. Definer: the consultant reads flags, and the column that
-- says which are mine is granted to nobody.
-- API: authenticated
create function private.my_flagged(p_page_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select f.thing_id from public.flags f join public.things t on t.id = f.thing_id and t.page_id = p_page_id
  where f.flagged_by = (select auth.uid()) and f.resolved_at is null
$$;
