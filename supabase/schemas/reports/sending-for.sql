-- What counts as the same text: without case, and with any white space as one blank.
create function private.plain_words(p_text text) returns text
language sql immutable set search_path = '' as $$
  select btrim(lower(regexp_replace(p_text, '\s+', ' ', 'g')))
$$;

-- The staff report for somebody without an account, for any place of the building. `contact` is how to reach the person; who it
-- is, nobody is asked. At most 100 a person and day.
-- Definer: as create_report.
create function private.create_report_for(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_is_urgent boolean, p_description text,
  p_access public.report_access, p_contact text, p_photo_paths text[]
) returns table (outcome public.create_report_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
begin
  perform pg_advisory_xact_lock(hashtextextended('report' || v_me::text, 0));
  return query select * from private.made_before(p_id);
  if found then
    return;
  elsif not private.has_role(p_block_id, '{consultant,landlord}') then
    return query select 'not_member'::public.create_report_outcome, null::bigint;
    return;
  elsif not private.attempt('report_for', v_me::text, 100, '1 day') then
    return query select 'too_many_today'::public.create_report_outcome, null::bigint;
    return;
  end if;
  return query
  select * from private.make_report(
    p_id, p_block_id, p_place_id, p_thing, p_is_urgent, p_description, p_access, p_contact, p_photo_paths, false, null,
    case when private.has_role(p_block_id, '{consultant}') then 'consultant' else 'landlord' end::public.report_actor);
end
$$;
create function public.create_report_for(
  id uuid, block_id uuid, place_id uuid, thing public.report_thing, description text, is_urgent boolean default false,
  access public.report_access default null, contact text default null, photo_paths text[] default '{}'
) returns table (outcome public.create_report_outcome, number bigint)
language sql set search_path = '' as $$
  select * from private.create_report_for(id, block_id, place_id, thing, is_urgent, description, access, contact, photo_paths)
$$;
grant execute on function private.create_report_for(
  uuid, uuid, uuid, public.report_thing, boolean, text, public.report_access, text, text[]) to authenticated;
grant execute on function public.create_report_for(
  uuid, uuid, uuid, public.report_thing, text, boolean, public.report_access, text, text[]) to authenticated;
