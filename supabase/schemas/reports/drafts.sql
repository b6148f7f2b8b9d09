-- Drafts: a report that somebody has started and not sent yet.

-- A form "Meld feil" that is not sent yet: stored on the server and not in the browser, because phones are shared.
-- One per person and building, for a day; the form's later steps read it, and sending deletes it.
create table public.report_drafts (
  person_id uuid not null default auth.uid() references public.people on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  -- The id of the future case: sending it twice makes one case.
  id uuid not null,
  description text not null default '' check (length(description) <= 1000),
  access public.report_access,
  contact text check (length(contact) <= 80),
  -- Up to four pictures in my own folder, as the form names them, separated by blanks.
  photos text not null default '' check (length(photos) <= 320),
  are_photos_shared boolean not null default false,
  saved_at timestamptz not null default now(),
  primary key (person_id, block_id)
);
create index report_drafts_block_id_idx on public.report_drafts (block_id);
create index report_drafts_saved_at_idx on public.report_drafts (saved_at);
alter table public.report_drafts enable row level security;

-- Visible to its owner only, not even to staff: it is not sent.
create policy select_own on public.report_drafts for select to authenticated
  using (person_id = (select auth.uid()));
create policy insert_own on public.report_drafts for insert to authenticated
  with check (
    person_id = (select auth.uid())
    and block_id in (select private.my_block_ids('{resident,partner,consultant}'))
  );
create policy update_own on public.report_drafts for update to authenticated
  using (person_id = (select auth.uid())) with check (person_id = (select auth.uid()));
create policy delete_own on public.report_drafts for delete to authenticated
  using (person_id = (select auth.uid()));
grant select, delete on public.report_drafts to authenticated;
grant insert (block_id, id, description, access, contact, photos, are_photos_shared)
  on public.report_drafts to authenticated;
grant update (block_id, id, description, access, contact, photos, are_photos_shared)
  on public.report_drafts to authenticated;

-- The day counts from the last change.
create function private.tg_report_drafts__saved() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.saved_at := now();
  return new;
end
$$;
create trigger saved before update on public.report_drafts
  for each row execute function private.tg_report_drafts__saved();

-- Deletes abandoned drafts. Returns how many. Definer: the server has no right to read drafts.
-- API: service_role
create function private.forget_report_drafts() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.report_drafts d where d.saved_at <= now() - (select private.keep('report_drafts'));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
