-- What the consultant does with notices (save, publish, withdraw, remove, decide on a picture), each written into the audit log.

-- The fields of a change, as the audit log names them (`moderation.field.…`).
create type public.notice_field as enum ('title', 'body', 'class', 'audience', 'published_at', 'ends_at');

-- The changed fields for the audit log, never the words: they may be the reason for the change.
create function private.notice_difference(p_old public.notices, p_new public.notices, p_places_differ boolean) returns public.notice_field[]
language sql immutable set search_path = '' as $$
  select coalesce(array_agg(field order by field), '{}') from (values
    ('title'::public.notice_field, p_old.title is distinct from p_new.title),
    ('body', p_old.body is distinct from p_new.body),
    ('class', p_old.class is distinct from p_new.class),
    ('audience', p_old.audience is distinct from p_new.audience or p_places_differ),
    ('published_at', p_old.published_at is distinct from p_new.published_at),
    ('ends_at', p_old.ends_at is distinct from p_new.ends_at)
  ) as f (field, differs) where differs
$$;

-- Shows a notice from a moment on, as new: announced and counted again. Granted to nobody.
create function private.publish_notice(p_notice public.notices, p_starts_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.notices n
  set state = 'published', published_at = p_starts_at, changed_at = null, told_at = null, reader_count = null
  where n.id = p_notice.id;
  perform private.log_act(p_notice.block_id, 'publish', 'notice', p_notice.id);
end
$$;

create type public.notice_outcome as enum (
  'saved', 'published', 'planned', 'withdrawn', 'removed', 'photo_kept', 'photo_removed', 'nothing_to_do', 'end_has_passed',
  'places_missing', 'photo_missing', 'not_found'
);

-- Creates or changes a notice, and publishes it when asked to: at once, or at p_publishes_at. The same form sent twice is one
-- notice. A published notice stays published and keeps its time. p_place_ids are the stairs or flats of such an audience;
-- p_photo null leaves the picture unchanged (see set_notice_photo).
-- Definer: writes notices, which no role may write directly; the first line checks that I am the consultant.
create function private.save_notice(
  p_id uuid, p_block_id uuid, p_class public.notice_class, p_title text, p_body text, p_audience public.notice_audience,
  p_place_ids uuid[], p_publishes_at timestamptz, p_ends_at timestamptz, p_photo jsonb, p_publish boolean
) returns public.notice_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.notices;
  v_new public.notices;
  v_kind public.place_kind := case p_audience when 'stairs' then 'stair' when 'flats' then 'flat' end;
  v_places uuid[] := case when v_kind is null then '{}' else array(select distinct unnest(p_place_ids) order by 1) end;
  v_old_places uuid[];
  v_fields public.notice_field[];
  v_is_live boolean;
  v_starts_at timestamptz;
  v_reaches_others boolean;
begin
  if not private.has_role(p_block_id, '{consultant}') then
    return 'not_found';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('notice' || p_id, 0));
  select * into v_old from public.notices n where n.id = p_id for update;
  if v_old.block_id <> p_block_id then
    return 'not_found';
  end if;
  -- The clock, not now(): what published it may have begun after me and been first at the lock.
  v_is_live := coalesce(v_old.state = 'published' and v_old.published_at <= clock_timestamp(), false);
  v_starts_at := case when v_is_live then v_old.published_at else greatest(p_publishes_at, now()) end;
  v_old_places := array(select np.place_id from public.notice_places np where np.notice_id = p_id order by 1);
  if p_ends_at <= v_starts_at then
    return 'end_has_passed';
  elsif v_kind is not null and (cardinality(v_places) = 0 or cardinality(v_places) <> (
    select count(*) from public.places p where p.id = any (v_places) and p.block_id = p_block_id and p.kind = v_kind
  )) then
    return 'places_missing';
  elsif p_photo ->> 'path' is not null and not private.can_show_photo(p_id, p_photo ->> 'path') then
    return 'photo_missing';
  end if;

  insert into public.notices as n (id, block_id, class, title, body, audience, state, published_at, ends_at)
  values (p_id, p_block_id, p_class, p_title, p_body, p_audience, case when p_publish then 'published' else 'draft' end::public.notice_state,
    case when p_publish then v_starts_at else p_publishes_at end, p_ends_at)
  on conflict (id) do update
  set class = excluded.class, title = excluded.title, body = excluded.body, audience = excluded.audience,
    ends_at = excluded.ends_at,
    state = case when p_publish then 'published' else n.state end,
    published_at = case when p_publish or n.state = 'published' then v_starts_at else p_publishes_at end
  returning * into v_new;
  delete from public.notice_places np where np.notice_id = p_id and not np.place_id = any (v_places);
  insert into public.notice_places (notice_id, block_id, place_id, kind)
  select p_id, p_block_id, unnest(v_places), v_kind on conflict do nothing;
  if p_photo is not null then
    perform private.set_notice_photo(p_id, p_block_id, p_photo);
  end if;

  v_reaches_others := (v_old.audience, v_old.class, v_old_places) is distinct from (v_new.audience, v_new.class, v_places);
  if v_is_live and v_reaches_others then
    update public.notices n set told_at = null where n.id = p_id;
    perform private.untell_notice(v_new);
  end if;
  if v_new.state <> 'published' then
    return 'saved';
  elsif v_old.state is distinct from 'published' then
    perform private.publish_notice(v_new, v_starts_at);
    return case when v_starts_at > now() then 'planned' else 'published' end;
  end if;
  v_fields := private.notice_difference(v_old, v_new, v_old_places <> v_places);
  if v_fields <> '{}' or p_photo is not null then
    perform private.log_act(p_block_id, 'change', 'notice', p_id, jsonb_build_object('fields', v_fields));
  end if;
  return 'saved';
end
$$;
create function public.save_notice(
  id uuid, block_id uuid, class public.notice_class, title text, body text, audience public.notice_audience, place_ids uuid[],
  publish boolean, publishes_at timestamptz default null, ends_at timestamptz default null, photo jsonb default null
) returns public.notice_outcome
language sql set search_path = '' as $$
  select private.save_notice(id, block_id, class, title, body, audience, place_ids, publishes_at, ends_at, photo, publish)
$$;
grant execute on function private.save_notice(
  uuid, uuid, public.notice_class, text, text, public.notice_audience, uuid[], timestamptz, timestamptz, jsonb, boolean
) to authenticated;
grant execute on function public.save_notice(
  uuid, uuid, public.notice_class, text, text, public.notice_audience, uuid[], boolean, timestamptz, timestamptz, jsonb
) to authenticated;

create type public.notice_act as enum ('publish', 'withdraw', 'remove', 'keep_photo', 'remove_photo');

-- Publishes a draft (at its planned time, or at once), publishes a planned notice at once, withdraws a notice, deletes one
-- that is not shown, and shows a picture again after a request for removal, or removes it.
-- Definer: writes notices, which no role may write directly.
-- API: authenticated
create function private.act_on_notice(p_notice_id uuid, p_act public.notice_act) returns public.notice_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_notice public.notices;
  v_starts_at timestamptz := now();
begin
  select * into v_notice from public.notices n where n.id = p_notice_id for update;
  if not found or not private.has_role(v_notice.block_id, '{consultant}') then
    return 'not_found';
  end if;
  if p_act = 'publish' then
    if v_notice.state = 'published' and v_notice.published_at <= clock_timestamp() then
      return 'nothing_to_do';
    elsif v_notice.state = 'draft' then
      v_starts_at := greatest(v_notice.published_at, now());
    end if;
    if v_notice.ends_at <= v_starts_at then
      return 'end_has_passed';
    end if;
    perform private.publish_notice(v_notice, v_starts_at);
    return case when v_starts_at > now() then 'planned' else 'published' end;
  elsif p_act = 'withdraw' then
    update public.notices n set state = 'withdrawn', told_at = null
    where n.id = p_notice_id and n.state = 'published' returning * into v_notice;
  elsif p_act = 'remove' then
    delete from public.notices n where n.id = p_notice_id and n.state <> 'published';
  elsif p_act = 'remove_photo' then
    delete from public.notice_photos p where p.notice_id = p_notice_id;
  else
    update public.notice_photos p set hidden_at = null, reviewed_at = now()
    where p.notice_id = p_notice_id and (p.hidden_at is not null or exists (
      select from public.notice_photo_requests r where r.notice_id = p_notice_id));
  end if;
  if not found then
    return 'nothing_to_do';
  end if;
  if p_act = 'withdraw' then
    perform private.untell_notice(v_notice);
  elsif p_act in ('keep_photo', 'remove_photo') then
    delete from public.notice_photo_requests r where r.notice_id = p_notice_id;
  end if;
  perform private.log_act(v_notice.block_id, p_act::text::public.audit_act, 'notice', p_notice_id);
  return case p_act when 'withdraw' then 'withdrawn' when 'remove' then 'removed' when 'keep_photo' then 'photo_kept'
    else 'photo_removed' end;
end
$$;
