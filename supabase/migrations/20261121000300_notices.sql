-- Messages from the office to the building.

-- ordinary: in the list. important: also on the home page. urgent: a band on every page until it ends.
create type public.notice_class as enum ('ordinary', 'important', 'urgent');

-- One notice. Everybody may read a published one that has not ended; members-only ones are for the building.
create table public.notices (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  class public.notice_class not null default 'ordinary',
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  is_public boolean not null default true,
  published_at timestamptz not null default now(),
  ends_at timestamptz,
  created_by uuid default auth.uid() references public.people on delete set null,
  constraint ends_after_start check (ends_at > published_at),
  constraint urgent_ends check (class <> 'urgent' or ends_at is not null)
);
create index notices_block_id_published_at_idx on public.notices (block_id, published_at desc, id);
create index notices_created_by_idx on public.notices (created_by);

alter table public.notices enable row level security;

create policy select_visible on public.notices for select to anon, authenticated
  using (
    (
      published_at <= now() and (ends_at is null or ends_at > now())
      and (is_public or block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    )
    or block_id in (select private.my_block_ids('{consultant}'))
  );
create policy insert_consultant on public.notices for insert to authenticated
  with check (
    block_id in (select private.my_block_ids('{consultant}'))
    and created_by = (select auth.uid())
  );
create policy update_consultant on public.notices for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')))
  with check (block_id in (select private.my_block_ids('{consultant}')));
create policy delete_consultant on public.notices for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

-- created_by is not granted: who of the staff wrote a notice is nobody else's business.
grant select (id, block_id, class, title, body, is_public, published_at, ends_at) on public.notices to anon, authenticated;
grant insert (id, block_id, class, title, body, is_public, published_at, ends_at) on public.notices to authenticated;
grant update (class, title, body, is_public, published_at, ends_at) on public.notices to authenticated;
grant delete on public.notices to authenticated;
