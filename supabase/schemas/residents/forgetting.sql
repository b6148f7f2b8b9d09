-- Tools shared by deletion (residents/deletion.sql) and retention (residents/retention.sql): the one exception to append-only
-- tables, removing names from words that stay, and files that must be renamed or removed.

-- Whether this very transaction is one that forgets. Started by private.begin_forgetting, whose setting names the transaction, and only
-- while running as the owner of the tables: so not for any role of the API, not for the server, and not for the owner by accident.
-- Granted to nobody; called by the triggers of report_messages and audit_entries.
create function private.may_forget() returns boolean
language sql stable set search_path = '' as $$
  select coalesce(current_setting('bomiljo.forgetting', true) = pg_current_xact_id_if_assigned()::text, false)
    and current_user = (select t.tableowner from pg_catalog.pg_tables t where t.schemaname = 'public' and t.tablename = 'audit_entries')
$$;

-- Starts and ends it. Granted to nobody: only definer functions can call them.
create function private.begin_forgetting() returns void
language sql set search_path = '' as $$
  select set_config('bomiljo.forgetting', pg_current_xact_id()::text, true)
$$;

-- See begin_forgetting.
create function private.end_forgetting() returns void
language sql set search_path = '' as $$
  select set_config('bomiljo.forgetting', '', true)
$$;

-- A pattern for one name, e-mail or number in running text, as a whole word; a number with any spacing. Granted to nobody.
create function private.pattern_of(p_word text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_digits text := regexp_replace(p_word, '[^0-9]', '', 'g');
begin
  if p_word ~ '^\+?[0-9][0-9 .()-]{5,}$' then
    v_digits := regexp_replace(v_digits, '^(00)?47(?=[0-9]{8}$)', '');
    return '(?<![0-9])((\+|00)47[ .-]?)?' || regexp_replace(v_digits, '([0-9])(?=[0-9])', '\1[ .-]?', 'g') || '(?![0-9])';
  end if;
  return '(?<!\w)' || regexp_replace(regexp_replace(p_word, '([^[:alnum:][:space:]])', '\\\1', 'g'), '\s+', '\\s+', 'g') || '(s|''s|’s)?(?!\w)';
end
$$;

-- A text without these words: "…" replaces each. Never longer than before. Granted to nobody.
create function private.masked(p_text text, p_words text[]) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_word text;
begin
  foreach v_word in array p_words loop
    p_text := regexp_replace(p_text, private.pattern_of(v_word), '…', 'gi');
  end loop;
  return p_text;
end
$$;

-- The words that identify somebody here, the longest first: display name and its parts, e-mail, user name, number for SMS, aliases, and
-- contacts typed in cases, whole and the numbers and addresses in them. Granted to nobody.
create function private.words_of(p_person_id uuid) returns text[]
language sql stable set search_path = '' as $$
  with typed (words) as (
    select p.display_name from public.people p where p.id = p_person_id
    union all select r.display_name from public.join_requests r where r.person_id = p_person_id
    union all select u.email from auth.users u where u.id = p_person_id
    union all select split_part(u.email, '@', 1) from auth.users u where u.id = p_person_id
    -- A line for each domain in which people name themselves.
    union all select private.words_in_reports(p_person_id)
    union all select private.words_in_proposals(p_person_id)
    union all select private.words_in_messages(p_person_id)
  ), words (word) as (
    select t.words from typed t
    -- The parts of what they wanted to be called, however it is written; of the rest those that look like a name: three letters, the
    -- first a capital.
    union select part.word from public.people p, regexp_split_to_table(p.display_name, '[^[:alpha:]]+') part (word)
      where p.id = p_person_id and length(part.word) >= 3
    union select part.word from typed t, regexp_split_to_table(t.words, '\s+') part (word) where part.word ~ '^[[:upper:]][^0-9@,;:]{2,}$'
    union select found.match[1] from typed t, regexp_matches(t.words, '([^\s,;:<>()]+@[^\s,;:<>()]+)', 'g') found (match)
    union select found.match[1] from typed t, regexp_matches(t.words, '(\+?[0-9][0-9 .-]{5,}[0-9])', 'g') found (match)
  )
  select coalesce(array_agg(w.word order by length(w.word) desc, w.word), '{}')
  from (select distinct btrim(word) as word from words) w where length(w.word) >= 2
$$;

-- The same for statements of others from before a moment: addresses and numbers, and the name of that time. A name, alias or
-- contact that was chosen afterwards is not removed from the reasons of the staff. Granted to nobody.
create function private.words_before(p_person_id uuid, p_words text[], p_at timestamptz) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(w.word order by length(w.word) desc, w.word), '{}')
  from unnest(p_words) w (word)
  where w.word ~ '@|[0-9][0-9 .-]{5,}' or exists (
    select from public.people p where p.id = p_person_id and p.named_at <= p_at
      and lower(w.word) in (select lower(x) from unnest(p.display_name || regexp_split_to_array(p.display_name, '[^[:alpha:]]+')) x)
  ) or w.word in (select split_part(u.email, '@', 1) from auth.users u where u.id = p_person_id)
$$;

-- Files in somebody's own folder of report-photos, whose name is the person's id: those that stay with a case move to a folder drawn at
-- random, the others are removed (no path_to). SQL may not touch files: a job reads this, moves or removes through the storage
-- service, and reports that it has tried. An interrupted run is repeated, whatever was done already: finish_photo_moves checks what exists.
create table private.photo_moves (
  path_from text primary key,
  path_to text unique,
  asked_at timestamptz not null default now()
);
alter table private.photo_moves enable row level security;

-- Files to move or remove, at most 200, the oldest first. Definer: no role may read the names.
-- API: service_role
create function private.due_photo_moves() returns table (path_from text, path_to text)
language sql stable security definer set search_path = '' as $$
  select m.path_from, m.path_to from private.photo_moves m order by m.asked_at, m.path_from limit 200
$$;

-- Deletes finished moves: the old name is no longer in storage. The rows of cases get the new name, the file loses its owner.
-- When a file is lost, its old name is deleted all the same. Returns how many are done.
-- Definer: writes pictures and files, which no role may write directly.
-- API: service_role
create function private.finish_photo_moves() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_move record;
  v_count integer := 0;
begin
  for v_move in
    select m.path_from, m.path_to from private.photo_moves m
    where not exists (select from storage.objects o where o.bucket_id = 'report-photos' and o.name = m.path_from)
    order by m.path_from for update skip locked
  loop
    update public.report_photos f set path = v_move.path_to where f.path = v_move.path_from and v_move.path_to is not null;
    update storage.objects o set owner = null, owner_id = null where o.bucket_id = 'report-photos' and o.name = v_move.path_to;
    delete from private.photo_moves m where m.path_from = v_move.path_from;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
