-- What is read of moderation: the consultant's queue, why somebody was told something, and what staff did that is about me.

-- What waits for the consultant of a building: flags nobody has looked at, what flags have hidden, appeals without an answer, what
-- its host wrote anew after the consultant had put it right; the longest waiting first. Invoker: for everybody else it is empty or their own.
create function public.moderation_queue(block_id uuid)
returns table (
  kind public.thing_kind, id uuid, page_id uuid, page_title text, title text, body text, alias text, hidden_by public.hidden_by,
  hidden_reason text, reasons text[], appeal text, waiting_since timestamptz, is_in_open_vote boolean, paused_until timestamptz,
  changed_at timestamptz
)
language sql stable set search_path = '' as $$
  select t.kind, t.id, t.page_id, t.page_title, t.title, t.body, t.alias, t.hidden_by, t.hidden_reason,
    coalesce(f.reasons, '{}'), a.body,
    least(f.since, a.appealed_at, case when t.hidden_by = 'flags' then t.hidden_at end, case when t.hidden_at is null then e.changed_at end),
    exists (
      select from public.polls v where v.status = 'open' and (
        t.kind = 'question' and v.id = t.page_id
        or t.kind = 'proposal' and exists (select from public.poll_options o where o.poll_id = v.id and o.proposal_id = t.id))
    ),
    (select max(p.ends_at) from public.pauses p where p.thing_id = t.id and p.lifted_at is null and p.ends_at > now()),
    e.changed_at
  from (
    select x.thing_id as id from public.flags x where x.block_id = moderation_queue.block_id and x.resolved_at is null
    union select x.thing_id from public.appeals x where x.block_id = moderation_queue.block_id and x.answered_at is null
    union select x.id from public.things x where x.block_id = moderation_queue.block_id and x.hidden_by = 'flags'
    union select x.thing_id from public.edit_texts x join public.things y on y.id = x.thing_id
    where x.block_id = moderation_queue.block_id and x.changed_again_at is not null and y.hidden_at is null
  ) w
  join public.things t on t.id = w.id
  left join lateral (
    select array_agg(x.reason order by x.created_at, x.id) as reasons, min(x.created_at) as since
    from public.flags x where x.thing_id = t.id and x.resolved_at is null
  ) f on true
  left join public.appeals a on a.thing_id = t.id and a.answered_at is null
  left join lateral (select min(x.changed_again_at) as changed_at from public.edit_texts x where x.thing_id = t.id) e on true
  where private.has_role(t.block_id, '{consultant}')
  order by 12, t.id
  limit 100
$$;
grant execute on function public.moderation_queue(uuid) to authenticated;

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

-- What I have said from about on a page and nobody has looked at. Definer: flags are read by the consultant, and of mine it is
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
