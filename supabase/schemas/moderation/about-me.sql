-- What moderation tells me about myself: the reason behind what I was told, what staff did that is about me, and what I
-- have flagged.

-- The reason behind what I was told: a column of notifications over the API. Definer: reads one entry of the trail, of mine.
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

-- What staff did that is about me and stands in a history, not in the log: `signup_` and the status of a sign-up, `report_` and the kind
-- of an event. Its words: `moderation.event.…`.
create type public.about_me_event as enum ('signup_signed_up', 'signup_offered', 'signup_waitlisted', 'signup_cancelled', 'signup_declined',
  'signup_lapsed', 'report_status', 'report_chased', 'report_still_working', 'report_merged_in', 'report_unmerged', 'report_assigned');

-- Lines about me: of what I have written, and that I was paused for it. For acts_about_me; granted to nobody.
create function private.acts_on_my_things() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from private.my_thing_ids() t (id) join public.audit_entries e on e.subject_id = t.id
  union all
  select e.id from private.paused_people w join public.pauses p on p.id = w.pause_id
  join public.audit_entries e on e.subject_id = p.thing_id and e.act in ('pause', 'lift_pause')
  where w.person_id = (select auth.uid())
$$;

-- What staff did that is about me, newest first, at most 500: lines of the log (`act`), and steps in the histories of what is mine
-- (`event`). By role, never by name. Each domain finds its own in its `log.sql`, and has a line here. What my proposal was put together
-- with is not told. Definer: reads the trail, which I may not.
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

-- What I have flagged on a page and nobody has looked at. Definer: flags are read by the consultant, and of mine it is
-- not granted which are mine.
-- API: authenticated
create function private.my_flagged(p_page_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select f.thing_id from public.flags f join public.things t on t.id = f.thing_id and t.page_id = p_page_id
  where f.flagged_by = (select auth.uid()) and f.resolved_at is null
$$;
