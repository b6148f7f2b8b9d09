-- Pictures of shared rooms and the yard (bucket space-photos): of a proposal, of a follow-up and of a notice. Storing
-- them, referring to them, and removing those that nothing refers to.

-- Files of a person, and how often the clean-up looks.
insert into private.limits (what, most, per) values ('space_photo', 20, '1 day'), ('space_photo_cleanup', 1, '10 minutes');

-- The one picture of a proposal, with a text that describes it. Visible to everybody who sees the proposal; its sender is not stored here.
create table public.proposal_photos (
  proposal_id uuid primary key references public.proposals on delete cascade,
  path text not null unique,
  alternative_text text not null check (length(btrim(alternative_text)) >= 1 and length(alternative_text) <= 200)
);
alter table public.proposal_photos enable row level security;

create policy select_with_proposal on public.proposal_photos for select to authenticated
  using (exists (select from public.proposals p where p.id = proposal_id));
-- No insert, update or delete: private.propose writes it.
grant select on public.proposal_photos to authenticated;

-- The sender of a picture is secret: a proposal has no author, not even for the consultant. So the name of the
-- file is drawn at random, and nobody reads another person's file from storage, even when it is on a public page:
-- the storage API's answers about a file (list, info) contain its owner. The portal checks with the tables, as the person, whether the
-- picture may be seen, and serves the bytes itself.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('space-photos', 'space-photos', false, 3 * 1024 * 1024, '{image/webp}');

-- Whether I may store one more file today: I belong to a building, am within the limit, and do not use an address signed
-- beforehand (see may_store_photo, reports/photos.sql).
-- Definer: counts my files whatever the policies of storage.objects say (they call this).
create function private.may_store_space_photo() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(current_setting('storage.operation', true), '') not like '%sign_upload_url'
    and exists (select from private.my_block_ids('{resident,consultant,landlord}'))
    and (select private.most('space_photo')) > (
      select count(*) from storage.objects o
      where o.bucket_id = 'space-photos' and o.owner_id = (select auth.uid())::text
        and o.created_at > (select private.window_start('space_photo'))
    )
$$;
grant execute on function private.may_store_space_photo() to authenticated;

create policy space_photos_insert_own on storage.objects for insert to authenticated
  with check (
    bucket_id = 'space-photos'
    and name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_[0-9]{1,4}x[0-9]{1,4}\.webp$'
    and (select private.may_store_space_photo())
  );
-- No update or delete: a picture does not change after it was approved.
create policy space_photos_select_own on storage.objects for select to authenticated
  using (bucket_id = 'space-photos' and owner_id = (select auth.uid())::text);

-- Whether this file exists, is mine, and no job is removing it. Locks it until the end of the transaction. For the functions
-- that refer to a picture; granted to nobody.
create function private.hold_space_photo(p_path text) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from storage.objects o
  where o.bucket_id = 'space-photos' and o.name = p_path and o.owner_id = (select auth.uid())::text for key share;
  -- A statement of its own: it sees what was marked while this one waited.
  return found and not exists (select from private.photo_removals r where r.path = p_path);
end
$$;

-- Whether something refers to this file. A table that keeps such pictures adds a line. Granted to nobody.
create function private.is_space_photo_used(p_path text) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.proposal_photos p where p.path = p_path)
    or exists (select from public.follow_up_photos p where p.path = p_path)
    or exists (select from public.notice_photos p where p.path = p_path)
$$;

-- Like mark_abandoned_photos (reports/photos.sql), for pictures of shared spaces: those of forms that were not sent within 24 hours, and
-- of things that no longer exist. Definer: reads every file and every picture.
-- API: service_role
create function private.mark_abandoned_space_photos() returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_names text[];
begin
  if not private.attempt('space_photo_cleanup', 'all') then
    return;
  end if;
  delete from private.photo_removals r where r.marked_at < now() - interval '1 hour';
  v_names := array(
    select o.name from storage.objects o
    where o.bucket_id = 'space-photos' and o.created_at < now() - (select private.keep('unsent_photos'))
      and not private.is_space_photo_used(o.name)
      and not exists (select from private.photo_removals r where r.path = o.name)
    order by o.created_at limit 200
  );
  v_names := array(
    select o.name from storage.objects o
    where o.bucket_id = 'space-photos' and o.name = any (v_names) for update skip locked
  );
  -- Asked again under the lock: meanwhile something may point to it.
  return query
  insert into private.photo_removals as r (path)
  select n from unnest(v_names) n where not private.is_space_photo_used(n)
  on conflict do nothing
  returning r.path;
end
$$;
