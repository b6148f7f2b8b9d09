-- Readers of notices: who wants those for families with children, and how many accounts have read a notice.

-- People who want notices for families with children. Only that they want them, and nothing about any child.
create table public.family_readers (
  person_id uuid primary key default auth.uid() references public.people on delete cascade,
  joined_at timestamptz not null default now()
);
alter table public.family_readers enable row level security;

create policy select_own on public.family_readers for select to authenticated using (person_id = (select auth.uid()));
create policy insert_own on public.family_readers for insert to authenticated with check (person_id = (select auth.uid()));
create policy delete_own on public.family_readers for delete to authenticated using (person_id = (select auth.uid()));
grant select on public.family_readers to authenticated;
grant insert (person_id) on public.family_readers to authenticated;
grant delete on public.family_readers to authenticated;

-- Counting readers: each account once per notice, as a hash with the notice's own salt. Neither can be read over the
-- API. 30 days after publication, or when the notice has ended, the number is stored, and salt and hashes are deleted.
create table private.notice_salts (
  notice_id uuid primary key references public.notices on delete cascade,
  salt bytea not null default extensions.gen_random_bytes(16)
);
alter table private.notice_salts enable row level security;

-- Who has read a notice, as hashes.
create table private.notice_readers (
  notice_id uuid not null references private.notice_salts on delete cascade,
  reader_hash bytea not null,
  primary key (notice_id, reader_hash)
);
alter table private.notice_readers enable row level security;

-- Records that I have read these notices, at most 50 at once: those that are for me as a member of the building. Staff and
-- visitors are not counted.
-- Definer: writes hashes that no role may read.
-- API: authenticated
create function private.count_notice_reads(p_notice_ids uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[] := array(
    select n.id from public.notices n
    where n.id = any (p_notice_ids[1:50]) and n.reader_count is null
      and n.state = 'published' and n.published_at <= now() and (n.ends_at is null or n.ends_at > now())
      and n.block_id in (select private.my_block_ids('{resident,partner}'))
      and (n.audience in ('everybody', 'members') or n.id in (select private.my_notice_ids()))
    order by n.id -- several at once never wait for each other in a circle
  );
begin
  insert into private.notice_salts (notice_id) select unnest(v_ids) on conflict do nothing;
  insert into private.notice_readers (notice_id, reader_hash)
  select s.notice_id, sha256(s.salt || convert_to((select auth.uid())::text, 'UTF8'))
  from private.notice_salts s where s.notice_id = any (v_ids) order by s.notice_id
  on conflict do nothing;
end
$$;

-- How many accounts have read each notice of my building, for its consultant. Fewer than a small group are null: for a
-- notice to one flat the number would reveal who.
-- Definer: counts hashes that no role may read.
-- API: authenticated
create function private.notice_read_counts(p_block_id uuid) returns table (notice_id uuid, readers integer)
language sql stable security definer set search_path = '' as $$
  select n.id, case when c.count >= private.number('small_group') then c.count end
  from public.notices n
  cross join lateral (
    select coalesce(n.reader_count, (select count(*)::integer from private.notice_readers r where r.notice_id = n.id)) as count
  ) c
  where n.block_id = p_block_id and private.has_role(p_block_id, '{consultant}')
  order by n.published_at desc nulls first limit 200
$$;

-- Stores the final number of readers of notices that ended, or were published 30 days ago, and deletes the hashes. Returns how many notices.
-- Definer: reads and deletes hashes that no role may read.
create function private.settle_notice_reads() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
  v_count integer := 0;
begin
  for v_id in
    select n.id from public.notices n
    where n.id in (select s.notice_id from private.notice_salts s)
      and (n.ends_at <= now() or n.published_at < now() - (select private.keep('notice_readers')))
    order by n.id limit 500 for update skip locked
  loop
    -- Another run may have settled it while this one looked; asked again under the lock, or the number would be lost.
    continue when not exists (select from private.notice_salts s where s.notice_id = v_id);
    update public.notices n
    set reader_count = (select count(*) from private.notice_readers r where r.notice_id = v_id)
    where n.id = v_id;
    delete from private.notice_salts s where s.notice_id = v_id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
grant execute on function private.settle_notice_reads() to service_role;
