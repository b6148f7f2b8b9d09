-- Everything residents write that can be flagged and moderated, in one shape; and what moderation does with any such thing: find
-- its table and its authors, lock it, hide it.

-- The kinds of things that can be flagged and moderated, and what hid a thing: flags of neighbours, or the consultant.
create type public.thing_kind as enum ('proposal', 'comment', 'question', 'activity', 'message');
create type public.hidden_by as enum ('flags', 'staff');

-- Everything that can be flagged and moderated, in one shape, visible to everybody who sees the thing itself. `page_id` and `page_title`
-- are those of its page: the proposal, the vote, the activity. To add a kind: a line here, in the enum, in table_of and in
-- authors_of, and a column in the three tables that refer to a thing.
create view public.things with (security_invoker = true) as
select 'proposal'::public.thing_kind as kind, p.id, p.block_id, p.id as page_id, p.title as page_title, p.title, p.body, p.alias,
  p.hidden_at, p.hidden_by, p.hidden_reason
from public.proposals p where p.status in ('approved', 'merged') and p.decided_at is not null
union all
select 'comment', c.id, c.block_id, p.id, p.title, null, c.body, c.alias, c.hidden_at, c.hidden_by, c.hidden_reason
from public.proposal_comments c join public.proposals p on p.id = c.proposal_id
union all
select 'question', q.id, q.block_id, v.id, v.title, null, q.body, null, q.hidden_at, q.hidden_by, q.hidden_reason
from public.poll_questions q join public.polls v on v.id = q.poll_id
union all
select 'activity', a.id, a.block_id, a.id, a.title, a.title, a.body, a.host, a.hidden_at, a.hidden_by, a.hidden_reason
from public.activities a
where a.status in ('published', 'cancelled') and (a.hidden_at is not null or a.was_hosted)
union all
select 'message', m.id, m.block_id, a.id, a.title, null, m.body, a.host, m.hidden_at, m.hidden_by, m.hidden_reason
from public.activity_messages m join public.activities a on a.id = m.activity_id where not m.is_from_staff;
grant select on public.things to authenticated;

-- The table of a kind of thing, for the few dynamic statements. Granted to nobody.
create function private.table_of(p_kind public.thing_kind) returns text
language sql immutable set search_path = '' as $$
  select case p_kind when 'proposal' then 'proposals' when 'comment' then 'proposal_comments' when 'question' then 'poll_questions'
    when 'activity' then 'activities' when 'message' then 'activity_messages' end
$$;

-- The authors of a thing, which are secret. Granted to nobody.
create function private.authors_of(p_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.person_id from public.proposal_authors a where a.proposal_id = p_id
  union select a.person_id from public.proposal_comment_authors a where a.comment_id = p_id
  union select a.person_id from public.poll_question_authors a where a.question_id = p_id
  union select a.person_id from public.activity_hosts a where a.activity_id = p_id
  union select a.person_id from public.activity_message_authors a where a.message_id = p_id
$$;

-- What I have written myself. For policies. Definer: reads rows of the caller in tables whose policies would ask again.
create function private.my_thing_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select a.proposal_id from public.proposal_authors a where a.person_id = (select auth.uid())
  union select a.comment_id from public.proposal_comment_authors a where a.person_id = (select auth.uid())
  union select a.question_id from public.poll_question_authors a where a.person_id = (select auth.uid())
  union select a.activity_id from public.activity_hosts a where a.person_id = (select auth.uid())
  union select a.message_id from public.activity_message_authors a where a.person_id = (select auth.uid())
$$;
grant execute on function private.my_thing_ids() to authenticated;

-- Locks a thing and returns its current row; all null when there is none. Granted to nobody.
create function private.lock_thing(p_kind public.thing_kind, p_id uuid) returns public.things
language plpgsql set search_path = '' as $$
declare
  v_thing public.things;
begin
  execute format('select from public.%I x where x.id = $1 for update', private.table_of(p_kind)) using p_id;
  -- A statement of its own: it sees what happened while this one waited.
  select * into v_thing from public.things t where t.kind = p_kind and t.id = p_id;
  return v_thing;
end
$$;

-- Whether a thing belongs to an open vote: its words stay, and flags cannot hide it. Granted to nobody.
create function private.is_in_open_vote(p_thing public.things) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.polls v where v.status = 'open' and case p_thing.kind
      when 'question' then v.id = p_thing.page_id
      when 'proposal' then exists (select from public.poll_options o where o.poll_id = v.id and o.proposal_id = p_thing.id)
      else false end
  )
$$;

-- Marks a thing as hidden, or (p_at null) as shown. Granted to nobody.
create function private.set_hidden(p_thing public.things, p_at timestamptz, p_by public.hidden_by, p_reason text) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('update public.%I x set hidden_at = $2, hidden_by = $3, hidden_reason = $4 where x.id = $1',
    private.table_of(p_thing.kind))
  using p_thing.id, p_at, p_by, p_reason;
end
$$;
