-- Edits: that the consultant changed words somebody else wrote, why, and the earlier words; making an edit, and noticing that
-- a host rewrites the words.

-- That the consultant changed somebody's words, and why; visible to everybody who sees the thing.
create table public.edits (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  question_id uuid,
  activity_id uuid,
  message_id uuid,
  thing_id uuid not null generated always as (coalesce(proposal_id, comment_id, question_id, activity_id, message_id)) stored,
  -- The proposal, the vote or the activity on whose page the thing is.
  page_id uuid not null,
  reason text not null check (length(btrim(reason)) >= 1 and length(reason) <= 1000),
  edited_at timestamptz not null default now(),
  constraint one_thing check (num_nonnulls(proposal_id, comment_id, question_id, activity_id, message_id) = 1),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  foreign key (comment_id, block_id) references public.proposal_comments (id, block_id) on delete cascade,
  foreign key (question_id, block_id) references public.poll_questions (id, block_id) on delete cascade,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  foreign key (message_id, block_id) references public.activity_messages (id, block_id) on delete cascade
);
create index edits_block_id_idx on public.edits (block_id);
create index edits_page_id_idx on public.edits (page_id);
create index edits_proposal_id_idx on public.edits (proposal_id, block_id);
create index edits_comment_id_idx on public.edits (comment_id, block_id);
create index edits_question_id_idx on public.edits (question_id, block_id);
create index edits_activity_id_idx on public.edits (activity_id, block_id);
create index edits_message_id_idx on public.edits (message_id, block_id);
alter table public.edits enable row level security;

create policy select_with_public_activity on public.edits for select to anon
  using (exists (select from public.activities x where x.id = activity_id));
create policy select_with_thing on public.edits for select to authenticated
  using (
    block_id in (select private.my_block_ids('{admin}'))
    or exists (select from public.proposals x where x.id = proposal_id)
    or exists (select from public.proposal_comments x where x.id = comment_id)
    or exists (select from public.poll_questions x where x.id = question_id)
    or exists (select from public.activities x where x.id = activity_id)
    or exists (select from public.activity_messages x where x.id = message_id)
  );
-- No insert, update or delete: moderate.
grant select on public.edits to anon, authenticated;

-- Append-only: moderation/log.sql.
create trigger append_only before update or delete on public.edits
  for each row execute function private.tg_trails__append_only();
create trigger no_truncate before truncate on public.edits
  for each statement execute function private.tg_trails__append_only();

-- The earlier words: for the author, the consultant and the admin.
create table public.edit_texts (
  edit_id uuid primary key references public.edits on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  thing_id uuid not null,
  -- For an activity the other texts that were changed or removed, one text each: the name of the field on its own line, then the words.
  old_parts text[] not null default '{}',
  old_title text,
  old_body text,
  -- A host has rewritten it after this edit, and the consultant has not reviewed that.
  changed_again_at timestamptz
);
create index edit_texts_block_id_idx on public.edit_texts (block_id);
create index edit_texts_thing_id_idx on public.edit_texts (thing_id);
alter table public.edit_texts enable row level security;

create policy select_author_or_staff on public.edit_texts for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')) or thing_id in (select private.my_thing_ids()));
-- No insert, update or delete: moderate.
grant select on public.edit_texts to authenticated;

-- Append-only: moderation/log.sql.
create trigger append_only before update or delete on public.edit_texts
  for each row execute function private.tg_trails__append_only();
create trigger no_truncate before truncate on public.edit_texts
  for each statement execute function private.tg_trails__append_only();

-- The other texts of a host in an activity: one for each text field and for each translation. Granted to nobody.
create function private.activity_parts(p_activity_id uuid) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(x.part order by x.nr, x.part), '{}') from (
    select f.nr, f.name || E'\n' || f.words
    from public.activities a cross join lateral (values (1, 'audience', a.audience), (2, 'whereabouts', a.whereabouts), (3, 'host', a.host),
      (4, 'what_to_expect', a.what_to_expect), (5, 'food', a.food), (6, 'languages', a.languages)) f (nr, name, words)
    where a.id = p_activity_id and f.words is not null
    union all
    select 7, concat_ws(E'\n', 'translation:' || x.language, x.title, x.body) from public.activity_translations x where x.activity_id = p_activity_id
  ) x (nr, part)
$$;

-- Whether these words differ from the current ones of the activity; `body` is one of them. Granted to nobody.
create function private.changes_parts(p_activity_id uuid, p_parts jsonb) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.activities a cross join lateral jsonb_each_text(coalesce(p_parts, '{}')) f (name, words)
    where a.id = p_activity_id and f.name in ('body', 'audience', 'whereabouts', 'host', 'what_to_expect', 'food', 'languages')
      and nullif(btrim(f.words), '') is distinct from to_jsonb(a) ->> f.name
  )
$$;

-- Writes these words into an activity; an empty text clears the field. Granted to nobody.
create function private.set_parts(p_activity_id uuid, p_parts jsonb) returns void
language sql set search_path = '' as $$
  with given (parts) as (select jsonb_object_agg(f.name, nullif(btrim(f.words), '')) from jsonb_each_text(p_parts) f (name, words))
  update public.activities a set
    audience = case when parts ? 'audience' then parts ->> 'audience' else a.audience end,
    whereabouts = case when parts ? 'whereabouts' then parts ->> 'whereabouts' else a.whereabouts end,
    host = case when parts ? 'host' then parts ->> 'host' else a.host end,
    what_to_expect = case when parts ? 'what_to_expect' then parts ->> 'what_to_expect' else a.what_to_expect end,
    food = case when parts ? 'food' then parts ->> 'food' else a.food end,
    languages = case when parts ? 'languages' then parts ->> 'languages' else a.languages end
  from given where a.id = p_activity_id
$$;

-- Changes the words of a thing and keeps every earlier text. Granted to nobody.
create function private.edit_thing(p_thing public.things, p_title text, p_body text, p_reason text, p_parts jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_edit_id uuid;
  v_were constant text[] := private.activity_parts(p_thing.id);
begin
  execute format('insert into public.edits (block_id, %I, reason, page_id) values ($1, $2, $3, $4) returning id', p_thing.kind || '_id')
  into v_edit_id using p_thing.block_id, p_thing.id, p_reason, p_thing.page_id;
  execute format('update public.%I x set body = $2 where x.id = $1', private.table_of(p_thing.kind)) using p_thing.id, p_body;
  if p_thing.title is not null then
    execute format('update public.%I x set title = $2 where x.id = $1', private.table_of(p_thing.kind)) using p_thing.id, p_title;
  end if;
  if p_thing.kind = 'activity' and p_parts is not null then
    perform private.set_parts(p_thing.id, p_parts);
  end if;
  -- Translations say what the words were.
  delete from public.activity_translations x where x.activity_id = p_thing.id;
  insert into public.edit_texts (edit_id, block_id, thing_id, old_title, old_body, old_parts)
  values (v_edit_id, p_thing.block_id, p_thing.id, p_thing.title, p_thing.body,
    array(select w.part from unnest(v_were) with ordinality w (part, nr)
      where w.part <> all (private.activity_parts(p_thing.id)) order by w.nr));
end
$$;

-- A host can write again what the consultant removed: then the activity returns to the queue. For its words, and for those of its
-- translations; the triggers are defined with these tables, in activities/activities.sql and activities/translations.sql.
-- Definer: reads roles, and writes tables that no role may write.
create function private.tg_activity_words__changed_again() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_activity_id constant uuid := (to_jsonb(new) ->> case tg_table_name when 'activities' then 'id' else 'activity_id' end)::uuid;
begin
  if (select auth.uid()) is not null and not private.has_role(new.block_id, '{consultant}') then
    update public.edit_texts x set changed_again_at = coalesce(x.changed_again_at, now()) where x.thing_id = v_activity_id;
  end if;
  return null;
end
$$;
