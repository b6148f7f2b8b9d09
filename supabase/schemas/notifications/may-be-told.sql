-- Whether somebody may still be told of it: lives or works in the building, may see what it is about, and it still holds. That they are
-- no member (any more) they may always be told.
-- Definer: asks for another person what the policies ask for the caller.
create function private.may_be_told(p_notification public.notifications) returns boolean
language sql stable security definer set search_path = '' as $$
  select (p_notification.kind in ('account_not_joined', 'account_ended') or exists (
    select from public.memberships m
    where m.person_id = p_notification.person_id and m.ended_at is null
      and (m.block_id = p_notification.block_id and m.role in ('resident', 'partner', 'consultant') or m.role = 'landlord')
      and (p_notification.activity_id is null or exists (
        select from public.activities a where a.id = p_notification.activity_id and (
          a.status in ('published', 'cancelled') and a.hidden_at is null or m.role = 'consultant' -- as the policies say
          or exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id = m.person_id)
        )
      ))
      and (p_notification.poll_id is null or exists (
        select from public.polls p where p.id = p_notification.poll_id and (p.status <> 'draft' or m.role = 'consultant')
      ))
      and (p_notification.notice_id is null or p_notification.kind = 'notice_photo_request' or exists (
        select from public.notices x
        where x.id = p_notification.notice_id and x.state = 'published' and x.published_at <= now() and (x.ends_at is null or x.ends_at > now())
          and m.person_id in (select private.notice_person_ids(x))
      ))
      and (p_notification.report_id is null or exists (
        select from public.reports r where r.id = p_notification.report_id and (
          m.role in ('consultant', 'landlord') or r.is_common
          or exists (
            with recursive told_here (id) as (
              select r.id union select x.id from public.reports x join told_here h on x.merged_into = h.id
            )
            select from told_here h join public.report_details d on d.report_id = h.id where d.reporter_id = m.person_id
          )
        )
      ))
  ))
  and (p_notification.kind <> 'place_offered' or exists (
    select from public.signups g where g.id = p_notification.signup_id and g.status = 'offered' and g.offer_expires_at > now()
  ))
  and (p_notification.kind <> 'session_today' or exists (
    select from public.activity_sessions s where s.id = p_notification.session_id and s.starts_at > now()
  ))
$$;
