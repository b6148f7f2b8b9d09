-- "Si fra" on what residents write and others can read: one list of such things, one table of flags, one function.

create type public.flag_verdict as enum ('hidden', 'dismissed', 'edited');
create type public.flag_outcome as enum ('flagged', 'already_flagged', 'too_many', 'paused', 'not_found');

-- What a resident or a partner runs or once ran stays theirs, also when nobody hosts it any more: their words stand there.
-- Definer: writes what nobody may.
create function private.tg_activity_hosts__mark() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.activities a set was_hosted = true where a.id = new.activity_id and not a.was_hosted;
  return null;
end
$$;
create trigger mark after insert on public.activity_hosts
  for each row execute function private.tg_activity_hosts__mark();

-- Everything that can be flagged and moderated, in one shape, seen by whoever sees the thing itself. `page_id` and `page_title`
-- are of the page it stands on: the proposal, the vote, the activity. A new kind: a line here, in the enum, in table_of and in
-- authors_of, and a column in the three tables that point to a thing.
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

-- The table of a kind of thing, for the few statements that are made of it. Granted to nobody.
create function private.table_of(p_kind public.thing_kind) returns text
language sql immutable set search_path = '' as $$
  select case p_kind when 'proposal' then 'proposals' when 'comment' then 'proposal_comments' when 'question' then 'poll_questions'
    when 'activity' then 'activities' when 'message' then 'activity_messages' end
$$;

-- Who wrote a thing: a secret of theirs. Granted to nobody.
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

-- Holds a thing and answers it as it is then; all null when there is none. Granted to nobody.
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

-- Whether a thing belongs to a vote that is open: its words stay, and no flags take it away. Granted to nobody.
create function private.is_in_open_vote(p_thing public.things) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.polls v where v.status = 'open' and case p_thing.kind
      when 'question' then v.id = p_thing.page_id
      when 'proposal' then exists (select from public.poll_options o where o.poll_id = v.id and o.proposal_id = p_thing.id)
      else false end
  )
$$;

-- Somebody says that a thing should not be there. One live flag per person and thing. The consultant sees thing and
-- reason; who flagged, and from which flat, is kept only so that a person and a flat count once, and is granted to nobody.
create table public.flags (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  question_id uuid,
  activity_id uuid,
  message_id uuid,
  thing_id uuid not null generated always as (coalesce(proposal_id, comment_id, question_id, activity_id, message_id)) stored,
  reason text not null check (length(btrim(reason)) >= 1 and length(reason) <= 300),
  flagged_by uuid references public.people on delete set null,
  -- Null for a partner, for Boligbygg and for readers from elsewhere: theirs wait for the consultant, and hide nothing.
  flat_id uuid references public.places on delete set null,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  verdict public.flag_verdict,
  constraint one_thing check (num_nonnulls(proposal_id, comment_id, question_id, activity_id, message_id) = 1),
  constraint resolved_has_verdict check ((resolved_at is null) = (verdict is null)),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  foreign key (comment_id, block_id) references public.proposal_comments (id, block_id) on delete cascade,
  foreign key (question_id, block_id) references public.poll_questions (id, block_id) on delete cascade,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  foreign key (message_id, block_id) references public.activity_messages (id, block_id) on delete cascade
);
create unique index flags_live_idx on public.flags (thing_id, flagged_by) where resolved_at is null;
create index flags_block_id_idx on public.flags (block_id, resolved_at, created_at);
create index flags_thing_id_idx on public.flags (thing_id);
create index flags_proposal_id_idx on public.flags (proposal_id, block_id);
create index flags_comment_id_idx on public.flags (comment_id, block_id);
create index flags_question_id_idx on public.flags (question_id, block_id);
create index flags_activity_id_idx on public.flags (activity_id, block_id);
create index flags_message_id_idx on public.flags (message_id, block_id);
create index flags_flagged_by_idx on public.flags (flagged_by);
create index flags_flat_id_idx on public.flags (flat_id);

alter table public.flags enable row level security;
create policy select_consultant_or_self on public.flags for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or flagged_by = (select auth.uid()));
-- No insert, update or delete: flag_thing and moderate. Who and from where is granted to nobody.
grant select (id, block_id, proposal_id, comment_id, question_id, activity_id, message_id, thing_id, reason, created_at, resolved_at, verdict)
  on public.flags to authenticated;

-- An account that is deleted takes its flat out of its flags.
create function private.tg_flags__forget() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.flat_id := null;
  return new;
end
$$;
create trigger forget before update of flagged_by on public.flags for each row
  when (new.flagged_by is null) execute function private.tg_flags__forget();

-- How many flats have something against a thing that the consultant has not looked at. A flat counts once for a thing, for good:
-- when the consultant has answered its flag, neither it nor who flagged counts again, and to hide the thing it takes three
-- others. Granted to nobody.
create function private.flats_against(p_thing_id uuid) returns bigint
language sql stable set search_path = '' as $$
  select count(distinct f.flat_id) from public.flags f
  where f.thing_id = p_thing_id and f.resolved_at is null and f.flat_id is not null and not exists (
    select from public.flags o
    where o.thing_id = f.thing_id and o.resolved_at is not null and (o.flat_id = f.flat_id or o.flagged_by = f.flagged_by)
  )
$$;

-- "Si fra" about something I can read and have not written. At most twenty a day. Holds the thing, so that flags from three
-- flats at once are counted one after the other: with the third it is hidden until the consultant has looked at it.
-- Definer: writes flags and things, which nobody may.
create function private.flag_thing(p_kind public.thing_kind, p_id uuid, p_reason text) returns public.flag_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
  v_thing public.things := private.lock_thing(p_kind, p_id);
begin
  if v_thing.id is null or v_thing.hidden_at is not null or private.has_role(v_thing.block_id, '{consultant}')
    or v_me in (select private.authors_of(p_id)) then
    return 'not_found';
  elsif private.is_paused(v_thing.block_id) then
    return 'paused';
  elsif exists (select from public.flags f where f.thing_id = p_id and f.flagged_by = v_me and f.resolved_at is null) then
    return 'already_flagged';
  elsif not private.attempt('flag', v_me::text, 20, interval '1 day') then
    return 'too_many';
  end if;
  execute format('insert into public.flags (block_id, %I, reason, flagged_by, flat_id) values ($1, $2, $3, $4, $5)', p_kind || '_id')
  using v_thing.block_id, p_id, btrim(p_reason), v_me, (
    select m.flat_id from public.memberships m
    where m.person_id = v_me and m.block_id = v_thing.block_id and m.flat_id is not null and m.ended_at is null
    order by m.flat_id limit 1);
  if private.flats_against(p_id) >= 3 and not private.is_in_open_vote(v_thing) then
    perform private.hide_by_flags(v_thing);
  end if;
  return 'flagged';
end
$$;
-- Who may flag is who may read: asked here, as the caller.
create function public.flag_thing(kind public.thing_kind, id uuid, reason text) returns public.flag_outcome
language sql set search_path = '' as $$
  select case when exists (select from public.things t where t.kind = flag_thing.kind and t.id = flag_thing.id)
    then private.flag_thing(kind, id, reason) else 'not_found' end
$$;
grant execute on function private.flag_thing(public.thing_kind, uuid, text) to authenticated;
grant execute on function public.flag_thing(public.thing_kind, uuid, text) to authenticated;
