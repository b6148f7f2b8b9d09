-- Notices: messages from the office to everybody, to the residents of the building, or to some of them. The table, the places a
-- notice is for, who may read it, and who is notified.

-- ordinary: in the list. important: also on the home page. urgent: a band on every page until it ends.
create type public.notice_class as enum ('ordinary', 'important', 'urgent');
-- everybody: the whole internet. members: people who belong to the building. The others: residents of those stairs or
-- flats, and families who have asked for it.
create type public.notice_audience as enum ('everybody', 'members', 'stairs', 'flats', 'families');
create type public.notice_state as enum ('draft', 'published', 'withdrawn');

-- One notice. Drafts, planned, withdrawn and ended notices are visible to the consultant alone.
-- Which member of staff wrote it is in the audit log, not here.
create table public.notices (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  class public.notice_class not null default 'ordinary',
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  audience public.notice_audience not null default 'everybody',
  state public.notice_state not null default 'draft',
  -- When it is shown from; for a draft, the planned time.
  published_at timestamptz,
  ends_at timestamptz,
  -- Counts the changes of its words: a translation records the version it was made of.
  version integer not null default 1,
  -- When its words were changed after people may have read them.
  changed_at timestamptz,
  -- When its audience was notified; null: the job still has to do it.
  told_at timestamptz,
  created_at timestamptz not null default now(),
  -- How many accounts have read it, once the final count is made (see count_notice_reads).
  reader_count integer,
  unique (id, block_id),
  constraint published_since check (state <> 'published' or published_at is not null),
  constraint ends_after_start check (ends_at > published_at),
  constraint urgent_ends check (class <> 'urgent' or ends_at is not null)
);
create index notices_block_id_published_at_idx on public.notices (block_id, published_at desc, id);
create index notices_untold_idx on public.notices (published_at) where state = 'published' and told_at is null;
create index notices_families_idx on public.notices (block_id) where audience = 'families';
-- The drafts of a building, for the desk.
create index notices_draft_idx on public.notices (block_id, created_at) where state = 'draft';
alter table public.notices enable row level security;

create policy select_visible on public.notices for select to anon, authenticated
  using (
    (
      state = 'published' and published_at <= now() and (ends_at is null or ends_at > now())
      and (
        audience = 'everybody'
        or (audience = 'members' and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
        or (audience in ('stairs', 'flats', 'families') and id in (select private.my_notice_ids()))
      )
    )
    or block_id in (select private.my_block_ids('{consultant}'))
  );
-- No insert, update or delete: save_notice and act_on_notice do it and write it into the audit log. told_at and reader_count
-- are not granted: they are for the jobs.
grant select (id, block_id, class, title, body, audience, state, published_at, ends_at, version, changed_at)
  on public.notices to anon, authenticated;

-- The stairs or the flats a notice is for. Visible to the consultant alone: nobody else learns whom it was sent to.
create table public.notice_places (
  notice_id uuid not null,
  block_id uuid not null,
  place_id uuid not null,
  kind public.place_kind not null check (kind in ('stair', 'flat')),
  primary key (notice_id, place_id),
  foreign key (notice_id, block_id) references public.notices (id, block_id) on delete cascade,
  foreign key (place_id, block_id, kind) references public.places (id, block_id, kind) on delete cascade
);
create index notice_places_notice_id_idx on public.notice_places (notice_id, block_id);
create index notice_places_place_id_idx on public.notice_places (place_id, block_id, kind);
alter table public.notice_places enable row level security;

create policy select_consultant on public.notice_places for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
-- No insert, update or delete: save_notice writes them.
grant select on public.notice_places to authenticated;

-- A flat, its floor and its stairs. Granted to nobody.
create function private.home_place_ids(p_flat_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  with recursive up (id) as (
    select p_flat_id
    union
    select p.parent_id from up join public.places p on p.id = up.id where p.parent_id is not null
  )
  select up.id from up
$$;

-- The notices that are for me because of where I live, or as a family. For policies, like my_block_ids.
-- Definer: reads the audiences of notices, which I may not see, and my own rows.
create function private.my_notice_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  with home as (
    select m.block_id, m.flat_id from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = 'resident'
  )
  select np.notice_id
  from home cross join lateral private.home_place_ids(home.flat_id) mine (id)
  join public.notice_places np on np.place_id = mine.id
  union
  select n.id from public.notices n
  where n.audience = 'families' and n.block_id in (select home.block_id from home)
    and exists (select from public.family_readers f where f.person_id = (select auth.uid()))
$$;
grant execute on function private.my_notice_ids() to anon, authenticated;

-- Changed words are a new version; people are notified of it when they may have read the earlier one.
create function private.tg_notices__version() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  if old.state = 'published' and old.published_at <= now() then
    new.changed_at := now();
  end if;
  return new;
end
$$;
create trigger version before update on public.notices for each row
  when ((old.title, old.body) is distinct from (new.title, new.body))
  execute function private.tg_notices__version();

-- Everybody a notice is for: members of the building, residents of those places, or families who asked for it. Staff are not
-- notified of what they write. Granted to nobody.
create function private.notice_person_ids(p_notice public.notices) returns setof uuid
language sql stable set search_path = '' as $$
  select m.person_id from public.memberships m
  where m.block_id = p_notice.block_id and m.ended_at is null and case
    when p_notice.audience in ('everybody', 'members') then m.role in ('resident', 'partner')
    when p_notice.audience = 'families' then m.role = 'resident'
      and exists (select from public.family_readers f where f.person_id = m.person_id)
    else m.role = 'resident' and exists (
      select from public.notice_places np
      where np.notice_id = p_notice.id and np.place_id in (select private.home_place_ids(m.flat_id))
    )
  end
$$;
