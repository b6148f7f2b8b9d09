-- An account is deleted, by whoever has it, by retention or by whoever runs the database: all that must go hangs on the row in
-- auth.users, so nothing depends on which way was taken. What goes and what stays: docs/privacy.md and
-- docs/decisions/021-own-data.md.

-- What staff and neighbours said about this person's things stays, without the person's names: reasons and titles in the audit log, reasons
-- of flags, edits and pauses, appeals, and words as they were before an edit. Granted to nobody.
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
  -- Of details only titles are words (private.has_shape); they are of what the whole building sees.
  update public.audit_entries a
  set details = jsonb_build_object('title', private.masked(a.details ->> 'title', private.words_before(p_person_id, p_words, a.acted_at)))
  where a.shape = 'title' and a.block_id in (select m.block_id from public.memberships m where m.person_id = p_person_id);
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

-- Before the account goes: what the forget_ functions of all domains take out, then the memberships end (which counts moves in open
-- votes). What hangs on people by a foreign key follows. Locks in the order that everybody keeps: memberships, activities (both by
-- tg_users__lock_signups, which is first by its name), cases, proposals.
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

create type public.delete_account_outcome as enum ('deleted', 'wrong_password', 'too_many_attempts', 'second_factor_missing',
  'not_found');

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
