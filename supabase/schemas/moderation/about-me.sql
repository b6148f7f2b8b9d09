-- What moderation tells me about myself: the reason behind what I was told, what staff did that is about me, and what I
-- have flagged.

-- The reason behind what I was told: a column of notifications over the API. Definer: reads one entry of the trail, of mine.
create function private.moderation_reason(p_notification_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select e.reason from public.notifications n join public.audit_entries e on e.id::text = n.subject
  where n.id = p_notification_id and n.person_id = (select auth.uid()) and n.kind in ('account_moderated', 'account_paused')
$$;
create function public.moderation_reason(notification public.notifications) returns text
language sql stable set search_path = '' as $$
  select case when (notification).kind in ('account_moderated', 'account_paused') then private.moderation_reason((notification).id) end
$$;
grant execute on function private.moderation_reason(uuid) to authenticated;
grant execute on function public.moderation_reason(public.notifications) to authenticated;

-- What staff did that is about me, newest first, at most 500: to what I have written, to my membership, to my request to join, to my
-- flat while I live there (also on its paper vote), to the pictures of my cases, and, from their own histories, to my sign-ups and my
-- cases. By role, never by name.
-- Definer: reads the trail, which I may not.
create function private.acts_about_me()
returns table (block_id uuid, act text, subject_kind text, subject_id uuid, actor_role public.member_role, reason text, acted_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with me as (select auth.uid() as id)
  select * from (
    select e.block_id, e.act, e.subject_kind, e.subject_id, e.actor_role, case when e.act <> 'merge' then e.reason end, e.acted_at
    from public.audit_entries e, me
    where e.actor_id is distinct from me.id and (
      e.subject_id in (select private.my_thing_ids())
      or e.subject_kind = 'membership' and e.subject_id in (select m.id from public.memberships m where m.person_id = me.id)
      or e.subject_kind = 'join_request' and e.subject_id in (select r.id from public.join_requests r where r.person_id = me.id)
      or e.subject_kind = 'flat' and exists (
        select from public.memberships m where m.person_id = me.id and m.flat_id = e.subject_id
          and e.acted_at >= m.started_at and e.acted_at <= coalesce(m.ended_at, 'infinity'))
      or e.subject_kind = 'report' and e.act in ('share_photos', 'hide_photos', 'ask') and e.subject_id in (select private.my_report_ids())
      -- That my flat was marked as voting on paper. A name that two flats have tells neither.
      or e.subject_kind = 'poll' and e.act in ('mark_paper', 'unmark_paper', 'mark_paper_refused') and exists (
        select from public.memberships m join public.places f on f.id = m.flat_id
        where m.person_id = me.id and f.block_id = e.block_id and f.name = e.reason
          and e.acted_at >= m.started_at and e.acted_at <= coalesce(m.ended_at, 'infinity')
          and not exists (select from public.places o where o.block_id = f.block_id and o.kind = 'flat' and o.name = f.name and o.id <> f.id))
      or e.act in ('pause', 'lift_pause') and exists (
        select from private.paused_people w join public.pauses p on p.id = w.pause_id
        where w.person_id = me.id and p.thing_id = e.subject_id)
    )
    union all
    select s.block_id, 'signup_' || v.status, 'signup', s.activity_id, null, null, v.created_at
    from me join public.signups s on s.person_id = me.id join public.signup_events v on v.signup_id = s.id and v.actor = 'staff'
    union all
    select r.block_id, 'report_' || v.kind, 'report', r.id, v.actor_role::text::public.member_role, null, v.created_at
    from me join public.report_details d on d.reporter_id = me.id join public.reports r on r.id = d.report_id
    join public.report_events v on v.report_id = r.id and v.actor_role::text in ('consultant', 'landlord')
  ) acts (block_id, act, subject_kind, subject_id, actor_role, reason, acted_at)
  order by acted_at desc, act limit 500
$$;
create function public.acts_about_me()
returns table (block_id uuid, act text, subject_kind text, subject_id uuid, actor_role public.member_role, reason text, acted_at timestamptz)
language sql stable set search_path = '' as $$ select * from private.acts_about_me() $$;
grant execute on function private.acts_about_me() to authenticated;
grant execute on function public.acts_about_me() to authenticated;

-- What I have flagged on a page and nobody has looked at. Definer: flags are read by the consultant, and of mine it is
-- not granted which are mine.
create function private.my_flagged(p_page_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select f.thing_id from public.flags f join public.things t on t.id = f.thing_id and t.page_id = p_page_id
  where f.flagged_by = (select auth.uid()) and f.resolved_at is null
$$;
create function public.my_flagged(page_id uuid) returns setof uuid
language sql stable set search_path = '' as $$ select * from private.my_flagged(page_id) $$;
grant execute on function private.my_flagged(uuid) to authenticated;
grant execute on function public.my_flagged(uuid) to authenticated;
