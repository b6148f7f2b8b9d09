-- What happens to statements about somebody when the account is deleted, and what moderation keeps no longer than
-- private.retention_rules says.

-- Statements of staff and neighbours about this person's things stay, without the person's names: reasons and titles in the audit log,
-- reasons of flags, edits and pauses, appeals, and the words before an edit. Granted to nobody.
create function private.forget_in_moderation(p_person_id uuid, p_words text[]) returns void
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

-- Deletes old rows: who flagged, and, last, acts of staff. Returns how many of each; the caller has called begin_forgetting. Granted to nobody.
create function private.forget_old_in_moderation() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_flaggers integer;
  v_acts integer;
begin
  update public.flags f set flagged_by = null where f.resolved_at < now() - (select private.keep('flaggers')) and f.flagged_by is not null;
  get diagnostics v_flaggers = row_count;
  delete from public.audit_entries a where a.id in (
    select o.id from public.audit_entries o where o.acted_at < now() - (select private.keep('audit_entries')) limit 5000 for update skip locked);
  get diagnostics v_acts = row_count;
  return jsonb_build_object('forgotten_flaggers', v_flaggers, 'forgotten_audit_entries', v_acts);
end
$$;
