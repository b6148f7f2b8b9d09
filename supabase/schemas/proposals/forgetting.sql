-- What happens to somebody's proposals and comments when the account is deleted.

-- What neighbours have seen stays as by "en beboer", without alias and names; what only the author and the consultant have seen is deleted.
-- The proposals are locked (lock_in_proposals). Granted to nobody.
create function private.forget_in_proposals(p_person_id uuid, p_words text[]) returns void
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
end
$$;

-- Locks the proposals that somebody made or commented on, before any of them is changed. Granted to nobody.
create function private.lock_in_proposals(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from public.proposals p
  where p.id in (
    select a.proposal_id from public.proposal_authors a where a.person_id = p_person_id
    union select c.proposal_id from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
      where a.person_id = p_person_id
  ) order by p.id for update;
end
$$;

-- The ids of this person's proposals and comments. Granted to nobody.
create function private.things_in_proposals(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.proposal_id from public.proposal_authors a where a.person_id = p_person_id
  union all select a.comment_id from public.proposal_comment_authors a where a.person_id = p_person_id
$$;

-- The aliases that somebody proposed and commented under. Granted to nobody.
create function private.words_in_proposals(p_person_id uuid) returns setof text
language sql stable set search_path = '' as $$
  select i.alias from public.proposal_authors a join public.proposals i on i.id = a.proposal_id where a.person_id = p_person_id
  union all select c.alias from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
    where a.person_id = p_person_id
$$;
