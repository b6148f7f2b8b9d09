-- An account is deleted, by whoever has it, by retention or by whoever runs the database: all that must go hangs on the row in
-- auth.users, so nothing depends on which way was taken. What goes and what stays: docs/privacy.md, docs/decisions/021-own-data.md.

create type public.delete_account_outcome as enum ('deleted', 'wrong_password', 'too_many_attempts', 'second_factor_missing',
  'not_found');

-- Live sign-ups end, and their places go to the next; who it was goes out of all of them, the numbers stay. The activities are
-- locked (tg_users__lock_signups). Granted to nobody.
create function private.forget_signups_of(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_signup record;
begin
  for v_signup in
    select s.id, s.activity_id from public.signups s
    where s.person_id = p_person_id and s.status in ('signed_up', 'offered', 'waitlisted')
    order by s.activity_id
  loop
    perform private.settle_offers(v_signup.activity_id);
    if not private.is_over(v_signup.activity_id) and exists (
      select from public.signups s where s.id = v_signup.id and s.status in ('signed_up', 'offered', 'waitlisted')
    ) then
      perform private.set_signup(v_signup.id, 'cancelled', 'cancelled_by_self', 'self');
      perform private.fill_places(v_signup.activity_id, 'place_freed');
    end if;
  end loop;
  update public.signups s set person_id = null, first_name = null, forgotten_at = now()
  where s.person_id = p_person_id and s.status <> 'offered';
end
$$;

-- Activities this person hosts stay, without the free text that says who does; those that only they and the consultant have
-- seen go. The activities are locked. Granted to nobody.
create function private.forget_hosting(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_ids uuid[] := array(select h.activity_id from public.activity_hosts h where h.person_id = p_person_id);
begin
  delete from public.activities a where a.id = any (v_ids) and a.status in ('proposed', 'declined')
    and not exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id <> p_person_id);
  update public.activities a set
    title = private.masked(a.title, p_words), body = private.masked(a.body, p_words), audience = private.masked(a.audience, p_words),
    what_to_expect = private.masked(a.what_to_expect, p_words), food = private.masked(a.food, p_words),
    whereabouts = private.masked(a.whereabouts, p_words), hidden_reason = private.masked(a.hidden_reason, p_words),
    host = case when exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id <> p_person_id)
      then private.masked(a.host, p_words) end
  where a.id = any (v_ids);
  update public.activities a set
    cancel_reason = private.masked(a.cancel_reason, p_words), languages = private.masked(a.languages, p_words)
  where a.id = any (v_ids) and num_nonnulls(a.cancel_reason, a.languages) > 0;
  update public.activity_sessions s set note = private.masked(s.note, p_words) where s.activity_id = any (v_ids) and s.note is not null;
  update public.activity_translations x set title = private.masked(x.title, p_words), body = private.masked(x.body, p_words)
  where x.activity_id = any (v_ids);
  update public.activity_messages m set body = private.masked(m.body, p_words), hidden_reason = private.masked(m.hidden_reason, p_words)
  where m.activity_id = any (v_ids);
end
$$;

-- Cases: of a flat see forget_flat_cases; of common places the words and pictures stay, for the fault is everybody's, without the
-- reporter, the contact and the names in them. The cases are locked. Granted to nobody.
create function private.forget_cases(p_person_id uuid, p_words text[]) returns void
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
end
$$;

-- What neighbours have seen stays as by "en beboer", without alias and names; what only the author and the consultant have seen goes.
-- The proposals are locked. Granted to nobody.
create function private.forget_ideas(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_ids uuid[] := array(select a.proposal_id from public.proposal_authors a where a.person_id = p_person_id);
begin
  delete from public.proposals p where p.id = any (v_ids) and p.status in ('pending', 'declined', 'withdrawn');
  update public.proposals p set
    alias = null, title = private.masked(p.title, p_words), body = private.masked(p.body, p_words),
    answer = private.masked(p.answer, p_words), hidden_reason = private.masked(p.hidden_reason, p_words),
    check_reason = private.masked(p.check_reason, p_words)
  where p.id = any (v_ids);
  update public.proposal_messages m set body = private.masked(m.body, p_words) where m.proposal_id = any (v_ids);
  update public.proposal_photos f set alternative_text = private.masked(f.alternative_text, p_words) where f.proposal_id = any (v_ids);
  update public.proposal_comments c set
    alias = null, body = private.masked(c.body, p_words), hidden_reason = private.masked(c.hidden_reason, p_words)
  where c.id in (select a.comment_id from public.proposal_comment_authors a where a.person_id = p_person_id);
  update public.poll_questions q set
    body = private.masked(q.body, p_words), answer = private.masked(q.answer, p_words), hidden_reason = private.masked(q.hidden_reason, p_words)
  where q.id in (select a.question_id from public.poll_question_authors a where a.person_id = p_person_id);
end
$$;

-- What staff and neighbours said about this person's things stays, without the person's names: reasons in the audit log, of flags,
-- edits and pauses, appeals, and words as they were before an edit. Granted to nobody.
create function private.forget_in_log(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_things uuid[] := array(select private.things_by(p_person_id));
begin
  update public.audit_entries a set
    reason = private.masked(a.reason, private.words_before(p_person_id, p_words, a.acted_at)),
    subject_id = case when a.subject_id = p_person_id then '00000000-0000-0000-0000-000000000000' else a.subject_id end
  where a.subject_id = p_person_id or a.reason is not null and (a.subject_id = any (v_things) or a.subject_id in (
    select m.id from public.memberships m where m.person_id = p_person_id
    union all select r.id from public.join_requests r where r.person_id = p_person_id
    union all select d.report_id from public.report_details d where d.reporter_id = p_person_id
  ));
  update public.flags f set reason = private.masked(f.reason, private.words_before(p_person_id, p_words, f.created_at))
  where f.flagged_by = p_person_id or f.thing_id = any (v_things);
  update public.edits e set reason = private.masked(e.reason, private.words_before(p_person_id, p_words, e.edited_at)) where e.thing_id = any (v_things);
  update public.edit_texts x set
    old_title = private.masked(x.old_title, private.words_before(p_person_id, p_words, e.edited_at)),
    old_body = private.masked(x.old_body, private.words_before(p_person_id, p_words, e.edited_at)),
    old_parts = array(select private.masked(w.part, private.words_before(p_person_id, p_words, e.edited_at))
      from unnest(x.old_parts) with ordinality w (part, nr) order by w.nr)
  from public.edits e where e.id = x.edit_id and x.thing_id = any (v_things);
  update public.appeals y set body = private.masked(y.body, p_words), answer = private.masked(y.answer, p_words)
  where y.thing_id = any (v_things);
  update public.pauses s set reason = private.masked(s.reason, private.words_before(p_person_id, p_words, s.started_at))
  where s.id in (select w.pause_id from private.paused_people w where w.person_id = p_person_id);
end
$$;

-- What the auth and storage services keep beside the account, where they have such tables. Granted to nobody.
create function private.forget_in_services(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  update storage.objects o set owner = null, owner_id = null where o.owner_id = p_person_id::text or o.owner = p_person_id;
  delete from auth.refresh_tokens r where r.user_id::text = p_person_id::text;
  if to_regclass('auth.audit_log_entries') is not null then
    execute 'delete from auth.audit_log_entries e where e.payload::text like $1' using '%' || p_person_id || '%';
  end if;
  if to_regclass('auth.flow_state') is not null then
    execute 'delete from auth.flow_state f where f.user_id = $1' using p_person_id;
  end if;
end
$$;

-- Before the account goes: everything above, then the memberships end (which counts moves in open votes). What hangs on people by a
-- foreign key follows. Locks in the order that everybody keeps: memberships, activities (both by tg_users__lock_signups, which
-- is first by its name), cases, proposals.
-- Definer: the account service may not see any of this.
create function private.tg_users__take_leave() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_words constant text[] := private.words_of(old.id);
begin
  perform from public.reports r
  where r.id in (
    select d.report_id from public.report_details d where d.reporter_id = old.id
    union select f.report_id from public.report_followers f where f.person_id = old.id
  ) order by r.id for update;
  perform from public.proposals p
  where p.id in (
    select a.proposal_id from public.proposal_authors a where a.person_id = old.id
    union select c.proposal_id from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
      where a.person_id = old.id
  ) order by p.id for update;
  perform private.begin_forgetting();
  perform private.forget_in_log(old.id, v_words);
  perform private.forget_signups_of(old.id);
  perform private.forget_hosting(old.id, v_words);
  perform private.forget_cases(old.id, v_words);
  perform private.forget_ideas(old.id, v_words);
  perform private.forget_in_services(old.id);
  update public.report_assignees a set name = 'Sluttet ' || left(a.id::text, 8), is_active = false where a.person_id = old.id;
  update public.memberships m set ended_at = now() where m.person_id = old.id and m.ended_at is null;
  perform private.end_forgetting();
  return old;
end
$$;
create trigger take_leave before delete on auth.users
  for each row execute function private.tg_users__take_leave();

-- Deletes my account, now and for good; with its password when it has one, five tries an hour, and
-- its second factor when it has that. Asked twice, the second finds nobody.
-- Definer: reads and deletes in the tables of the auth service.
create function private.delete_account(p_word text) returns public.delete_account_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
  v_check public.password_check;
begin
  if v_me is null then
    raise exception using errcode = '42501', message = 'sign in first';
  elsif private.account_state() = 'none' then
    return 'not_found';
  elsif private.my_staff_gate() = 'code' then
    return 'second_factor_missing';
  end if;
  v_check := private.try_password('delete_account', p_word);
  if v_check <> 'right' then
    return case v_check when 'wrong' then 'wrong_password' else 'too_many_attempts' end::public.delete_account_outcome;
  end if;
  delete from auth.users u where u.id = v_me;
  return case when found then 'deleted' else 'not_found' end::public.delete_account_outcome;
end
$$;
create function public.delete_account(word text default null) returns public.delete_account_outcome
language sql set search_path = '' as $$ select private.delete_account(word) $$;
grant execute on function private.delete_account(text) to authenticated;
grant execute on function public.delete_account(text) to authenticated;
