-- What becomes of somebody's proposals, comments and questions about votes when the account is deleted.

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
