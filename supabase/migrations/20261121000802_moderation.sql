-- What the consultant does about a thing, with a reason (but to let it stand): let it stand, hide, show again, put its words right, remind or
-- pause whoever wrote it (without learning who that is); and the author's one appeal.
-- A reason may begin with a line `template:…`: a usual one, which the portal puts into the reader's language.

create type public.moderation_act as enum ('dismiss', 'hide', 'restore', 'edit', 'warn', 'pause', 'lift_pause');
create type public.moderation_outcome as enum ('done', 'reason_missing', 'text_missing', 'days_missing', 'in_open_vote', 'nothing_to_do',
  'not_found');
create type public.appeal_outcome as enum ('appealed', 'already_appealed', 'not_hidden', 'not_found');

-- That the consultant changed somebody's words, and why; seen by whoever sees the thing.
create table public.edits (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  question_id uuid,
  activity_id uuid,
  message_id uuid,
  thing_id uuid not null generated always as (coalesce(proposal_id, comment_id, question_id, activity_id, message_id)) stored,
  -- The proposal, the vote or the activity that the thing stands with.
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

-- The words as they were: for the author, the consultant and the admin.
create table public.edit_texts (
  edit_id uuid primary key references public.edits on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  thing_id uuid not null,
  -- Of an activity what else was changed or went, one text each: what it was called on a line of its own, then the words.
  old_parts text[] not null default '{}',
  old_title text,
  old_body text,
  -- Whoever hosts wrote it anew after this edit, and the consultant has not looked at that.
  changed_again_at timestamptz
);
create index edit_texts_block_id_idx on public.edit_texts (block_id);
create index edit_texts_thing_id_idx on public.edit_texts (thing_id);

-- The author's word against a thing being hidden: once for each time it was hidden (`hidden_at` says which). The consultant's
-- answer is the last word.
create table public.appeals (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  question_id uuid,
  activity_id uuid,
  message_id uuid,
  thing_id uuid not null generated always as (coalesce(proposal_id, comment_id, question_id, activity_id, message_id)) stored,
  -- The proposal, the vote or the activity that the thing stands with.
  page_id uuid not null,
  hidden_at timestamptz not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  appealed_at timestamptz not null default now(),
  answered_at timestamptz,
  is_granted boolean,
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 1000),
  unique (thing_id, hidden_at),
  constraint one_thing check (num_nonnulls(proposal_id, comment_id, question_id, activity_id, message_id) = 1),
  constraint answered_is_whole check ((answered_at is null) = (is_granted is null) and (answered_at is null) = (answer is null)),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  foreign key (comment_id, block_id) references public.proposal_comments (id, block_id) on delete cascade,
  foreign key (question_id, block_id) references public.poll_questions (id, block_id) on delete cascade,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  foreign key (message_id, block_id) references public.activity_messages (id, block_id) on delete cascade
);
create index appeals_block_id_idx on public.appeals (block_id, answered_at);
create index appeals_page_id_idx on public.appeals (page_id);
create index appeals_proposal_id_idx on public.appeals (proposal_id, block_id);
create index appeals_comment_id_idx on public.appeals (comment_id, block_id);
create index appeals_question_id_idx on public.appeals (question_id, block_id);
create index appeals_activity_id_idx on public.appeals (activity_id, block_id);
create index appeals_message_id_idx on public.appeals (message_id, block_id);

alter table public.edits enable row level security;
alter table public.edit_texts enable row level security;
alter table public.appeals enable row level security;
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
create policy select_author_or_staff on public.edit_texts for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')) or thing_id in (select private.my_thing_ids()));
create policy select_author_or_consultant on public.appeals for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or thing_id in (select private.my_thing_ids()));
-- No insert, update or delete: moderate and appeal.
grant select on public.edits to anon, authenticated;
grant select on public.edit_texts to authenticated;
grant select on public.appeals to authenticated;

-- Writes that a thing is hidden, or (p_at null) is not. Granted to nobody.
create function private.set_hidden(p_thing public.things, p_at timestamptz, p_by public.hidden_by, p_reason text) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('update public.%I x set hidden_at = $2, hidden_by = $3, hidden_reason = $4 where x.id = $1',
    private.table_of(p_thing.kind))
  using p_thing.id, p_at, p_by, p_reason;
end
$$;

-- Tells whoever wrote a thing, unless it is the one who acts. The subject is the entry in the trail: its reason is read through
-- moderation_reason. Granted to nobody.
create function private.tell_author(p_thing public.things, p_kind text, p_entry_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, proposal_id, poll_id, activity_id)
  select a, p_thing.block_id, p_kind::public.notification_kind, p_entry_id::text,
    case when p_thing.kind in ('proposal', 'comment') then p_thing.page_id end,
    case when p_thing.kind = 'question' then p_thing.page_id end,
    case when p_thing.kind in ('activity', 'message') then p_thing.page_id end
  from private.authors_of(p_thing.id) a
  where a is distinct from (select auth.uid())
  order by a
$$;

-- Three flats have said from. No staff act: the trail gets an entry without anybody, never with who flagged last.
-- Granted to nobody.
create function private.hide_by_flags(p_thing public.things) returns void
language plpgsql set search_path = '' as $$
declare
  v_entry_id uuid;
begin
  perform private.set_hidden(p_thing, now(), 'flags', null);
  insert into public.audit_entries (block_id, act, subject_kind, subject_id)
  values (p_thing.block_id, 'hide_by_flags', p_thing.kind::text, p_thing.id) returning id into v_entry_id;
  perform private.tell_author(p_thing, 'account_moderated', v_entry_id);
end
$$;

-- What else its host wrote in an activity: one text for each field with words and for each translation. Granted to nobody.
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

-- Whether these words are others than those that stand in the activity; `body` is one of them. Granted to nobody.
create function private.changes_parts(p_activity_id uuid, p_parts jsonb) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.activities a cross join lateral jsonb_each_text(coalesce(p_parts, '{}')) f (name, words)
    where a.id = p_activity_id and f.name in ('body', 'audience', 'whereabouts', 'host', 'what_to_expect', 'food', 'languages')
      and nullif(btrim(f.words), '') is distinct from to_jsonb(a) ->> f.name
  )
$$;

-- Puts these words into an activity; an empty one takes them out. Granted to nobody.
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

-- Changes the words of a thing and keeps the old ones, all that are gone afterwards. Granted to nobody.
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

-- A host can write what the consultant took out again: then the activity is back in the queue. For its words, and for those of its
-- translations. Definer: reads roles, and writes what nobody may.
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
create trigger changed_again after update of title, body, audience, whereabouts, host, what_to_expect, food, languages on public.activities
  for each row when ((old.title, old.body, old.audience, old.whereabouts, old.host, old.what_to_expect, old.food, old.languages)
    is distinct from (new.title, new.body, new.audience, new.whereabouts, new.host, new.what_to_expect, new.food, new.languages))
  execute function private.tg_activity_words__changed_again();
create trigger changed_again after insert or update of title, body on public.activity_translations for each row
  execute function private.tg_activity_words__changed_again();

-- An act of the consultant on a thing. p_parts: what else stands in an activity that is edited, by column.
-- Hiding what flags have hidden, or what was appealed, leaves it hidden, for good. Putting the
-- words right shows the thing again. Whoever wrote it is told (not when it is left as it was), and sees the reason. Logged.
-- Holds the thing. Definer: writes what nobody may, and reads who wrote it.
create function private.moderate(
  p_kind public.thing_kind, p_id uuid, p_act public.moderation_act, p_reason text, p_title text, p_body text, p_days integer, p_parts jsonb
) returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_thing public.things := private.lock_thing(p_kind, p_id);
  v_reason text := nullif(btrim(p_reason), '');
  v_title text := nullif(btrim(p_title), '');
  v_body text := nullif(btrim(p_body), '');
  v_is_hidden boolean := v_thing.hidden_at is not null;
  v_is_appealed boolean := exists (select from public.appeals a where a.thing_id = p_id and a.answered_at is null);
  v_is_flagged boolean := exists (select from public.flags f where f.thing_id = p_id and f.resolved_at is null);
  v_is_changed boolean := exists (select from public.edit_texts x where x.thing_id = p_id and x.changed_again_at is not null);
  v_act text := p_act::text;
  v_entry_id uuid;
begin
  if v_thing.id is null or not private.has_role(v_thing.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null and (p_act <> 'dismiss' or v_is_hidden) then
    return 'reason_missing';
  elsif p_act = 'hide' and v_is_hidden and v_thing.hidden_by = 'staff' and not v_is_appealed
    or p_act = 'restore' and not v_is_hidden
    or p_act = 'dismiss' and not ((v_is_flagged or v_is_changed) and coalesce(v_thing.hidden_by, 'flags') = 'flags')
    or p_act = 'edit' and (coalesce(v_title, v_thing.title), coalesce(v_body, v_thing.body))
      is not distinct from (v_thing.title, v_thing.body) and not private.changes_parts(p_id, p_parts) then
    return 'nothing_to_do';
  elsif p_act = 'edit' and v_body is null and (p_kind = 'activity' and p_parts ? 'body') is not true then
    return 'text_missing';
  elsif p_act = 'edit' and private.is_in_open_vote(v_thing) then
    return 'in_open_vote';
  elsif p_act = 'pause' and coalesce(p_days, 0) not between 1 and 30 then
    return 'days_missing';
  end if;
  if p_act in ('warn', 'pause', 'lift_pause') then
    if p_act <> 'warn' and not private.pause_author(v_thing, p_act = 'pause', p_days, v_reason) then
      return 'nothing_to_do';
    end if;
  elsif p_act = 'hide' then
    perform private.set_hidden(v_thing, coalesce(v_thing.hidden_at, now()), 'staff', v_reason);
  else
    if p_act = 'edit' then
      perform private.edit_thing(v_thing, coalesce(v_title, v_thing.title), v_body, v_reason, p_parts);
    end if;
    perform private.set_hidden(v_thing, null, null, null);
    v_act := case when p_act = 'dismiss' and v_is_hidden then 'restore' else v_act end;
  end if;
  if p_act in ('dismiss', 'hide', 'restore', 'edit') then
    update public.flags f set resolved_at = now(),
      verdict = case p_act when 'hide' then 'hidden' when 'edit' then 'edited' else 'dismissed' end::public.flag_verdict
    where f.thing_id = p_id and f.resolved_at is null;
    update public.appeals a set answered_at = now(), is_granted = p_act <> 'hide', answer = v_reason
    where a.thing_id = p_id and a.answered_at is null;
    update public.edit_texts x set changed_again_at = null where x.thing_id = p_id and x.changed_again_at is not null;
    v_act := case when v_is_appealed and p_act = 'hide' then 'uphold' else v_act end;
  end if;
  v_entry_id := private.log_act(v_thing.block_id, v_act, p_kind::text, p_id, v_reason);
  if v_act <> 'dismiss' then
    perform private.tell_author(v_thing, case when p_act in ('pause', 'lift_pause') then 'account_paused' else 'account_moderated' end,
      v_entry_id);
  end if;
  return 'done';
end
$$;
create function public.moderate(
  kind public.thing_kind, id uuid, act public.moderation_act, reason text, title text default null, body text default null,
  days integer default null, parts jsonb default null
) returns public.moderation_outcome
language sql set search_path = '' as $$ select private.moderate(kind, id, act, reason, title, body, days, parts) $$;
grant execute on function private.moderate(public.thing_kind, uuid, public.moderation_act, text, text, text, integer, jsonb) to authenticated;
grant execute on function public.moderate(public.thing_kind, uuid, public.moderation_act, text, text, text, integer, jsonb) to authenticated;

-- The author says why something should be shown again: once for each time it was hidden. Holds the thing.
-- Definer: reads who wrote it, and writes appeals.
create function private.appeal(p_kind public.thing_kind, p_id uuid, p_body text) returns public.appeal_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_thing public.things := private.lock_thing(p_kind, p_id);
begin
  if v_thing.id is null or (select auth.uid()) not in (select private.authors_of(p_id)) then
    return 'not_found';
  elsif v_thing.hidden_at is null then
    return 'not_hidden';
  elsif exists (select from public.appeals a where a.thing_id = p_id and a.hidden_at = v_thing.hidden_at) then
    return 'already_appealed';
  end if;
  execute format('insert into public.appeals (block_id, %I, page_id, hidden_at, body) values ($1, $2, $3, $4, $5)', p_kind || '_id')
  using v_thing.block_id, p_id, v_thing.page_id, v_thing.hidden_at, btrim(p_body);
  return 'appealed';
end
$$;
create function public.appeal(kind public.thing_kind, id uuid, body text) returns public.appeal_outcome
language sql set search_path = '' as $$ select private.appeal(kind, id, body) $$;
grant execute on function private.appeal(public.thing_kind, uuid, text) to authenticated;
grant execute on function public.appeal(public.thing_kind, uuid, text) to authenticated;
