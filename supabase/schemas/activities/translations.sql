-- Translations: the words of an activity in other languages.

-- The activity's words in another language, written by people; a poster prints all of them.
create table public.activity_translations (
  activity_id uuid not null,
  block_id uuid not null,
  language text not null check (language ~ '^[a-z]{2,3}$' and length(language) <= 3),
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(body) <= 4000),
  primary key (activity_id, language),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);
create index activity_translations_activity_id_idx on public.activity_translations (activity_id, block_id);
alter table public.activity_translations enable row level security;

create policy select_visible on public.activity_translations for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));
create policy insert_manager on public.activity_translations for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.activity_translations for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy delete_manager on public.activity_translations for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
-- A paused person writes no words, as in activities/activities.sql.
create policy insert_unless_paused on public.activity_translations as restrictive for insert to authenticated
  with check (block_id not in (select m.block_id from private.my_pauses() m));
create policy update_unless_paused on public.activity_translations as restrictive for update to authenticated
  using (block_id not in (select m.block_id from private.my_pauses() m));
grant select on public.activity_translations to anon, authenticated;
grant insert (activity_id, block_id, language, title, body) on public.activity_translations to authenticated;
grant update (title, body) on public.activity_translations to authenticated;
grant delete on public.activity_translations to authenticated;

-- When a host rewrites what the consultant has edited, the activity returns to the queue: moderation/edits.sql.
create trigger changed_again after insert or update of title, body on public.activity_translations for each row
  execute function private.tg_activity_words__changed_again();

-- Direct writes of staff are logged: moderation/log.sql.
create trigger log_staff_change after insert or update or delete on public.activity_translations for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('translation');
