-- What happens to a case when its reporter's account is deleted, and a year after a flat's case was closed.

-- Removes personal data from the cases of a flat: words, contact, access, pictures, and the reporter. Number, place, thing and
-- history stay. With p_all also what the staff wrote; else only the reporter's words, and these words in what the staff wrote.
-- The caller has locked the cases and called begin_forgetting. Granted to nobody.
create function private.forget_flat_cases(p_report_ids uuid[], p_words text[], p_all boolean) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.photo_moves (path_from)
  select distinct f.path from public.report_photos f
  where f.report_id = any (p_report_ids)
    and not exists (select from public.report_photos o where o.path = f.path and o.report_id <> all (p_report_ids))
  on conflict (path_from) do nothing;
  delete from public.report_photos f where f.report_id = any (p_report_ids);
  delete from public.report_messages m where m.report_id = any (p_report_ids) and (p_all or m.author_role = 'reporter');
  update public.report_messages m set body = private.masked(m.body, p_words) where m.report_id = any (p_report_ids);
  delete from public.report_questions q where q.report_id = any (p_report_ids) and p_all;
  update public.report_questions q set answer = null, body = private.masked(q.body, p_words) where q.report_id = any (p_report_ids);
  update public.report_details d
  set description = '–', contact = null, access = null, reporter_id = null, forgotten_at = now()
  where d.report_id = any (p_report_ids);
end
$$;

-- Cases of a deleted account: of a flat see forget_flat_cases; in common places words and pictures stay, because the fault concerns everybody,
-- without the reporter, the contact and the names in them. Staff who handled cases are removed from them. The cases are locked
-- (lock_in_reports). Granted to nobody.
create function private.forget_in_reports(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_ids uuid[] := array(select d.report_id from public.report_details d where d.reporter_id = p_person_id);
  v_flat_ids uuid[] := array(select r.id from public.reports r where r.id = any (v_ids) and not r.is_common);
begin
  perform private.forget_flat_cases(v_flat_ids, p_words, false);
  update public.report_details d set description = private.masked(d.description, p_words), reporter_id = null
  where d.reporter_id = p_person_id;
  update public.report_messages m set body = private.masked(m.body, p_words) where m.report_id = any (v_ids);
  update public.report_questions q set body = private.masked(q.body, p_words), answer = private.masked(q.answer, p_words)
  where q.report_id = any (v_ids);
  insert into private.photo_moves (path_from, path_to)
  select o.name, case when exists (select from public.report_photos f where f.path = o.name)
    then gen_random_uuid() || '/' || split_part(o.name, '/', 2) end
  from storage.objects o
  where o.bucket_id = 'report-photos' and o.name like p_person_id || '/%'
  on conflict (path_from) do nothing;
  update public.report_assignees a set name = 'Sluttet ' || left(a.id::text, 8), is_active = false where a.person_id = p_person_id;
end
$$;

-- Locks the cases that somebody reported or follows, before any of them is changed. Granted to nobody.
create function private.lock_in_reports(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from public.reports r
  where r.id in (
    select d.report_id from public.report_details d where d.reporter_id = p_person_id
    union select f.report_id from public.report_followers f where f.person_id = p_person_id
  ) order by r.id for update;
end
$$;

-- The contacts that somebody entered in cases and in a draft. Granted to nobody.
create function private.words_in_reports(p_person_id uuid) returns setof text
language sql stable set search_path = '' as $$
  select d.contact from public.report_details d where d.reporter_id = p_person_id
  union all select d.contact from public.report_drafts d where d.person_id = p_person_id
$$;

-- Deletes personal data of flats' cases that were closed long ago (base/retention.sql); for common places only the contact. A merged case
-- waits until its target is due. Returns how many. Definer: writes tables that no role may write.
create function private.forget_closed_cases() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_before constant timestamptz := now() - (select private.keep('flat_cases'));
  v_ids uuid[];
begin
  v_ids := array(
    select r.id from public.reports r
    where not r.is_open and r.status_changed_at < v_before
      and exists (select from public.report_details d where d.report_id = r.id and (d.forgotten_at is null and not r.is_common or d.contact is not null))
      and not exists (select from public.reports t where t.id = r.merged_into and t.is_open)
    order by r.id limit 500 for update of r skip locked
  );
  perform private.begin_forgetting();
  perform private.forget_flat_cases(array(select r.id from public.reports r where r.id = any (v_ids) and not r.is_common), '{}', true);
  perform private.end_forgetting();
  update public.report_details d set contact = null where d.report_id = any (v_ids) and d.contact is not null;
  return cardinality(v_ids);
end
$$;
