-- Comments of neighbours on an approved proposal, when the building has comments on (blocks.allows_comments).

insert into private.limits (what, most, per) values ('comment', 10, '1 hour'), ('comment_day', 30, '1 day');

-- One comment, without its author, like proposals. `alias` is the name the author chose. Hidden: only
-- the author and the consultant still see it, with the reason.
create table public.proposal_comments (
  id uuid primary key,
  proposal_id uuid not null,
  block_id uuid not null,
  alias text check (length(btrim(alias)) >= 1 and length(alias) <= 40 and alias !~ '[[:cntrl:]\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  created_at timestamptz not null default now(),
  unique (id, block_id),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null))
);
create index proposal_comments_proposal_id_idx on public.proposal_comments (proposal_id, block_id);
create index proposal_comments_block_id_idx on public.proposal_comments (block_id, hidden_at) where hidden_at is not null;
alter table public.proposal_comments enable row level security;

create policy select_visible on public.proposal_comments for select to authenticated
  using (
    (
      hidden_at is null or block_id in (select private.my_block_ids('{consultant}'))
      or id in (select a.comment_id from public.proposal_comment_authors a where a.person_id = (select auth.uid()))
    )
    -- and the proposal itself, by its own policy
    and exists (select from public.proposals p where p.id = proposal_id)
  );
-- No insert, update or delete: the functions below check the building's setting, count and log.
grant select on public.proposal_comments to authenticated;

-- The authors of comments. Everybody sees only their own rows, staff included.
create table public.proposal_comment_authors (
  comment_id uuid primary key references public.proposal_comments on delete cascade,
  person_id uuid not null references public.people on delete cascade
);
create index proposal_comment_authors_person_id_idx on public.proposal_comment_authors (person_id);
alter table public.proposal_comment_authors enable row level security;

create policy select_self on public.proposal_comment_authors for select to authenticated
  using (person_id = (select auth.uid()));
grant select on public.proposal_comment_authors to authenticated;

create type public.comment_outcome as enum ('commented', 'comments_off', 'too_many', 'alias_taken', 'paused', 'not_open', 'not_allowed');

-- Comments on an approved proposal of my building. p_id is a key chosen by the form. Limited per hour and
-- per day; my own row is locked, so that parallel comments are counted one by one. Locks the building's setting
-- and the proposal: no comment is added after comments were switched off or the proposal was hidden.
-- Definer: writes tables that no role may write.
-- API: authenticated
create function private.comment_proposal(p_id uuid, p_proposal_id uuid, p_body text, p_alias text default null)
returns public.comment_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_proposal public.proposals;
  v_allows boolean;
begin
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (
    select from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
    where a.comment_id = p_id and a.person_id = v_person_id and c.proposal_id = p_proposal_id
  ) then
    return 'commented';
  end if;
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for share;
  if not found or not private.has_role(v_proposal.block_id, '{resident}') then
    return 'not_allowed';
  elsif v_proposal.status <> 'approved' or v_proposal.hidden_at is not null then
    return 'not_open';
  end if;
  select b.allows_comments into v_allows from public.blocks b where b.id = v_proposal.block_id for share;
  if private.is_paused(v_proposal.block_id) then
    return 'paused';
  elsif not v_allows then
    return 'comments_off';
  elsif not private.may_use_alias(v_proposal.block_id, p_alias) then
    return 'alias_taken';
  elsif not (private.attempt('comment', v_person_id::text) and private.attempt('comment_day', v_person_id::text)) then
    return 'too_many';
  end if;
  insert into public.proposal_comments (id, proposal_id, block_id, alias, body)
  values (p_id, p_proposal_id, v_proposal.block_id, nullif(btrim(p_alias), ''), btrim(p_body))
  on conflict do nothing;
  if not found then
    return 'not_allowed';
  end if;
  insert into public.proposal_comment_authors (comment_id, person_id) values (p_id, v_person_id);
  return 'commented';
end
$$;

-- Removes my own comment, hidden or not, with its words, flags and appeals. Returns false when there is none. That somebody had
-- flagged it, or that I had appealed, is not lost: the log says how many had, and whether any of it was waiting for an answer;
-- not whose comment it was. Definer: no role may write comments.
-- API: authenticated
create function private.take_back_comment(p_comment_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid;
begin
  -- No flag comes in between: it holds the comment too.
  select c.block_id into v_block_id from public.proposal_comments c
  join public.proposal_comment_authors a on a.comment_id = c.id and a.person_id = (select auth.uid())
  where c.id = p_comment_id for update of c;
  if not found then
    return false;
  end if;
  perform private.log_act_by(null, null, v_block_id, 'take_back', 'comment', p_comment_id,
    jsonb_build_object('flags', m.flags, 'is_appealed', m.appeals > 0, 'is_waiting', m.waiting > 0))
  from (
    select count(*) filter (where not o.is_appeal) as flags, count(*) filter (where o.is_appeal) as appeals, count(*) filter (where o.waits) as waiting
    from (
      select false as is_appeal, f.resolved_at is null as waits from public.flags f where f.comment_id = p_comment_id
      union all
      select true, y.answered_at is null from public.appeals y where y.comment_id = p_comment_id
    ) o
  ) m
  where m.flags + m.appeals > 0;
  delete from public.proposal_comments c where c.id = p_comment_id;
  return true;
end
$$;
