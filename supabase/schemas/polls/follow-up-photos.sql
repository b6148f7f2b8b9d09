-- Pictures of a follow-up: how it looked before, and how it looks now.

-- Pictures of each moment.
insert into private.numbers (what, value) values ('follow_up_photos', 4);

create type public.follow_up_moment as enum ('before', 'after');

-- At most four per moment. The file is in the bucket for shared spaces; `id` is a key chosen by the form.
create table public.follow_up_photos (
  id uuid primary key,
  poll_id uuid not null,
  block_id uuid not null,
  moment public.follow_up_moment not null,
  path text not null unique,
  alternative_text text not null check (length(btrim(alternative_text)) >= 1 and length(alternative_text) <= 200),
  created_at timestamptz not null default now(),
  foreign key (poll_id, block_id) references public.follow_ups (poll_id, block_id) on delete cascade
);
create index follow_up_photos_poll_id_idx on public.follow_up_photos (poll_id, block_id);
alter table public.follow_up_photos enable row level security;

-- Visible to everybody who sees the follow-up (its policy decides). No insert, update or delete: the functions below do it.
create policy select_with_follow_up on public.follow_up_photos for select to authenticated
  using (poll_id in (select f.poll_id from public.follow_ups f));
grant select on public.follow_up_photos to authenticated;

create type public.follow_up_photo_outcome as enum ('added', 'removed', 'too_many', 'no_picture', 'not_allowed');

-- Adds a picture that I have stored, also to a finished follow-up: that is when there is an "after". Logged.
-- Definer: writes a table that no role may write.
-- API: authenticated
create function private.add_follow_up_photo(
  p_id uuid, p_poll_id uuid, p_moment public.follow_up_moment, p_path text, p_alternative_text text
) returns public.follow_up_photo_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups := private.lock_follow_up(p_poll_id);
begin
  if v_follow_up.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_photos p where p.id = p_id) then
    return case when exists (select from public.follow_up_photos p where p.id = p_id and p.poll_id = p_poll_id)
      then 'added' else 'not_allowed' end;
  elsif (select count(*) from public.follow_up_photos p where p.poll_id = p_poll_id and p.moment = p_moment)
    >= private.number('follow_up_photos') then
    return 'too_many';
  elsif not private.hold_space_photo(p_path) or private.is_space_photo_used(p_path) then
    return 'no_picture';
  end if;
  insert into public.follow_up_photos (id, poll_id, block_id, moment, path, alternative_text)
  values (p_id, p_poll_id, v_follow_up.block_id, p_moment, p_path, private.trimmed(p_alternative_text));
  perform private.log_act(v_follow_up.block_id, 'add_follow_up_photo', 'poll', p_poll_id,
    jsonb_build_object('title', private.trimmed(p_alternative_text)));
  return 'added';
end
$$;

-- Removes a picture from the page; the next clean-up deletes the file. Logged.
-- Definer: writes a table that no role may write.
-- API: authenticated
create function private.remove_follow_up_photo(p_photo_id uuid) returns public.follow_up_photo_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_photo public.follow_up_photos;
begin
  select * into v_photo from public.follow_up_photos p where p.id = p_photo_id;
  if (private.lock_follow_up(v_photo.poll_id)).poll_id is null then
    return 'not_allowed';
  end if;
  delete from public.follow_up_photos p where p.id = p_photo_id;
  if found then
    perform private.log_act(v_photo.block_id, 'remove_follow_up_photo', 'poll', v_photo.poll_id,
      jsonb_build_object('title', v_photo.alternative_text));
  end if;
  return 'removed';
end
$$;
