-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- about-me.sql
create function public.acts_about_me() returns table (
  block_id uuid, act public.audit_act, event public.about_me_event, subject public.audit_subject, subject_id uuid,
  actor_role public.member_role, shape public.audit_shape, details jsonb, usual_reason public.usual_reason, reason text,
  acted_at timestamptz
)
language sql stable set search_path = '' as $$ select * from private.acts_about_me() $$;
grant execute on function private.acts_about_me, public.acts_about_me to authenticated;

-- about-me.sql
create function public.my_flagged(page_id uuid) returns setof uuid
language sql stable set search_path = '' as $$ select * from private.my_flagged(page_id) $$;
grant execute on function private.my_flagged, public.my_flagged to authenticated;

-- appeals.sql
create function public.appeal(kind public.thing_kind, id uuid, body text) returns public.appeal_outcome
language sql set search_path = '' as $$ select private.appeal(kind, id, body) $$;
grant execute on function private.appeal, public.appeal to authenticated;

-- moderate.sql
create function public.moderate(
  kind public.thing_kind, id uuid, act public.moderation_act, reason text, title text default null, body text default null,
  days integer default null, parts jsonb default null
) returns public.moderation_outcome
language sql set search_path = '' as $$ select private.moderate(kind, id, act, reason, title, body, days, parts) $$;
grant execute on function private.moderate, public.moderate to authenticated;

-- pauses.sql
create function public.my_pauses() returns table (block_id uuid, ends_at timestamptz, reason text)
language sql stable set search_path = '' as $$ select * from private.my_pauses() $$;
grant execute on function private.my_pauses, public.my_pauses to authenticated;
