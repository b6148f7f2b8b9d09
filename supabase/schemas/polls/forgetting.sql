-- What happens to somebody's questions about votes when the account is deleted, and to lists of voters a year after the vote.

-- Questions that neighbours have seen stay, without names. Granted to nobody.
create function private.forget_in_polls(p_person_id uuid, p_words text[]) returns void
language sql set search_path = '' as $$
  update public.poll_questions q set
    body = private.masked(q.body, p_words), answer = private.masked(q.answer, p_words), hidden_reason = private.masked(q.hidden_reason, p_words)
  where q.id in (select a.question_id from public.poll_question_authors a where a.person_id = p_person_id)
$$;

-- The ids of this person's questions. Granted to nobody.
create function private.things_in_polls(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.question_id from public.poll_question_authors a where a.person_id = p_person_id
$$;

-- Deletes who was on the list of a vote that closed long ago. Returns how many. Granted to nobody.
create function private.forget_old_in_polls() returns jsonb
language sql set search_path = '' as $$
  with forgotten as (
    update private.electors e set person_id = null from public.polls p
    where p.id = e.poll_id and e.person_id is not null and coalesce(p.closed_at, p.stopped_at) < now() - (select private.keep('electors'))
    returning e.poll_id
  )
  select jsonb_build_object('forgotten_electors', count(*)) from forgotten
$$;
