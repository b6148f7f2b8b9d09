-- What waits for a decision at the consultant's desk: one part per domain, each in its own waiting.sql, in one result. The week in
-- figures: desk/week.sql.

create type public.waiting_kind as enum (
  'flag', 'appeal', 'photo_request', 'join_request', 'case', 'late_case', 'question', 'proposal', 'activity', 'count', 'follow_up',
  'closing', 'unreached', 'draft'
);

-- One item that waits. `kind_count`: how many of its kind there are, `total`: how many of all kinds.
-- about: the kind of thing within its kind. parent_id: the vote of a question, or the flat named in a request to join.
create type public.waiting_thing as (
  kind public.waiting_kind, id uuid, about text, title text, body text, reasons text[], place text, parent_id uuid,
  number bigint, due_at timestamptz, is_urgent boolean, amount integer, since timestamptz, kind_count integer, total integer
);

-- The most items of a kind, and in all, on the home page; a link leads to the rest. And how soon a deadline must be to appear there.
insert into private.numbers (what, value) values ('desk_kind', 5), ('desk_things', 30);
insert into private.periods (what, lasts) values ('desk_ahead', '7 days');

-- What waits in a building, a line for each domain. A part returns at most private.number('desk_kind') items of a kind, the oldest
-- first, with the number of all of them in kind_count; `total` is left empty. Granted to nobody.
create function private.waiting_parts(p_block_id uuid) returns table (part text, thing public.waiting_thing)
language sql stable set search_path = '' as $$
  select 'moderation', w from private.waiting_in_moderation(p_block_id) w
  union all select 'reports', w from private.waiting_in_reports(p_block_id) w
  union all select 'proposals', w from private.waiting_in_proposals(p_block_id) w
  union all select 'activities', w from private.waiting_in_activities(p_block_id) w
  union all select 'polls', w from private.waiting_in_polls(p_block_id) w
  union all select 'residents', w from private.waiting_in_residents(p_block_id) w
  union all select 'notices', w from private.waiting_in_notices(p_block_id) w
  union all select 'messages', w from private.waiting_in_messages(p_block_id) w
$$;

-- What waits for the consultant of a building: danger first, then what other people wait for, then the consultant's own work;
-- the oldest first in each. Limited per kind and in all, with the counts. Nobody else gets a row.
-- Definer: checks the role once instead of in every row's policy; reads who voted on paper and who was not reached, to count them.
-- API: authenticated
create function private.desk_waiting(p_block_id uuid) returns setof public.waiting_thing
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  -- Several domains may have things of one kind (drafts): the first of each part brings its count.
  return query
  with things as (
    select (p.thing).*, row_number() over (partition by (p.thing).kind, p.part) = 1 as is_first_of_part from private.waiting_parts(p_block_id) p
  ), counted as (
    select t.*, row_number() over (partition by t.kind order by t.since, t.id) as position,
      sum(t.kind_count) filter (where t.is_first_of_part) over (partition by t.kind)::integer as of_kind,
      sum(t.kind_count) filter (where t.is_first_of_part) over ()::integer as of_all
    from things t
  )
  select w.kind, w.id, w.about, w.title, w.body, w.reasons, w.place, w.parent_id, w.number, w.due_at, w.is_urgent, w.amount,
    w.since, w.of_kind, w.of_all
  from counted w
  where w.position <= private.number('desk_kind')
  order by not (w.kind = 'case' and w.is_urgent), w.kind in ('closing', 'unreached', 'draft'), w.since, w.id
  limit private.number('desk_things');
end
$$;
