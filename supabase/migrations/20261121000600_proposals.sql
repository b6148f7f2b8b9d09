-- Ideas for the building. The consultant looks at them first; then the neighbours see them and may support them.

create type public.proposal_kind as enum ('social', 'physical');
create type public.proposal_status as enum ('pending', 'approved', 'declined', 'withdrawn', 'merged');
create type public.propose_outcome as enum ('proposed', 'too_many_pending', 'wrong_photo', 'alias_taken', 'paused', 'not_allowed');
create type public.support_outcome as enum ('supported', 'not_supported', 'not_open');

-- One idea, without its author: neighbours see approved rows, and may never learn whose they are. `alias` is what the author
-- wants to be called in public, when anything. `rough_cost_nok` is the author's guess; `cost_nok` is what was found out.
-- `answer` is what the consultant said (a decline needs one). Hidden (by flags or the consultant): only the author and the
-- consultant still see it, with why. Merged: its supporters stand under another one now. `support_count` is kept by set_support:
-- nobody may read the rows it counts. The check (is it possible, what does it cost) is 000603.
create table public.proposals (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  kind public.proposal_kind not null,
  place_id uuid,
  place_kind public.place_kind,
  alias text check (length(btrim(alias)) >= 1 and length(alias) <= 40 and alias !~ '[[:cntrl:]\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  rough_cost_nok integer check (rough_cost_nok between 0 and 100000000),
  status public.proposal_status not null default 'pending',
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 1000),
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  support_count integer not null default 0 check (support_count >= 0),
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  merged_into uuid,
  merged_at timestamptz,
  is_possible boolean,
  cost_nok integer check (cost_nok between 0 and 100000000),
  check_reason text check (length(btrim(check_reason)) >= 1 and length(check_reason) <= 1000),
  checked_at timestamptz,
  checked_by_role public.member_role check (checked_by_role in ('consultant', 'landlord')),
  unique (id, block_id),
  foreign key (merged_into, block_id) references public.proposals (id, block_id) on delete cascade,
  -- A flat would tell whose idea it is.
  constraint place_is_common check (place_kind not in ('flat', 'floor') and (place_id is null) = (place_kind is null)),
  foreign key (place_id, block_id, place_kind) references public.places (id, block_id, kind)
    on delete set null (place_id, place_kind),
  constraint decline_has_reason check (status <> 'declined' or answer is not null),
  -- One that was merged before it was approved has no such time: neighbours never saw it.
  constraint decided_has_time check (status = 'merged' or (status in ('approved', 'declined')) = (decided_at is not null)),
  constraint merged_has_target check ((status = 'merged') = (merged_into is not null)),
  constraint merged_has_time check ((merged_into is null) = (merged_at is null)),
  constraint merged_into_another check (merged_into <> id),
  constraint checked_has_time check ((is_possible is null) = (checked_at is null) and (checked_at is null) = (checked_by_role is null)),
  constraint no_has_reason check (is_possible is null or is_possible or check_reason is not null),
  constraint only_possible_has_cost check (cost_nok is null or is_possible is true),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null))
);
create index proposals_block_id_status_idx on public.proposals (block_id, status, created_at);
create index proposals_place_id_idx on public.proposals (place_id, block_id, place_kind);
create index proposals_merged_into_idx on public.proposals (merged_into, block_id);
-- What Boligbygg has to look at, in all buildings.
create index proposals_to_check_idx on public.proposals (decided_at)
  where status = 'approved' and kind = 'physical' and hidden_at is null and is_possible is null;

-- Whose idea it is. Everybody sees their own rows and nobody else's, staff included.
create table public.proposal_authors (
  proposal_id uuid primary key references public.proposals on delete cascade,
  person_id uuid not null references public.people on delete cascade
);
create index proposal_authors_person_id_idx on public.proposal_authors (person_id);

-- Who supports what: own rows only. Neighbours see the number.
create table public.proposal_supporters (
  proposal_id uuid not null references public.proposals on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  primary key (proposal_id, person_id)
);
create index proposal_supporters_person_id_idx on public.proposal_supporters (person_id);

alter table public.proposals enable row level security;
alter table public.proposal_authors enable row level security;
alter table public.proposal_supporters enable row level security;

create policy select_visible on public.proposals for select to authenticated
  using (
    (status in ('approved', 'merged') and decided_at is not null and hidden_at is null
      and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    or (status <> 'withdrawn' and block_id in (select private.my_block_ids('{consultant}')))
    or id in (select a.proposal_id from public.proposal_authors a where a.person_id = (select auth.uid()))
  );
-- No insert, update or delete: the functions below count, lock and log.
grant select on public.proposals to authenticated;

create policy select_self on public.proposal_authors for select to authenticated using (person_id = (select auth.uid()));
grant select on public.proposal_authors to authenticated;

create policy select_self on public.proposal_supporters for select to authenticated using (person_id = (select auth.uid()));
grant select on public.proposal_supporters to authenticated;

-- A name as it is read in passing: signs that look like others are those (wide and Cyrillic letters, digits), and only letters count.
create function private.plain_name(p_name text) returns text
language sql immutable set search_path = '' as $$
  select regexp_replace(translate(lower(normalize(p_name, NFKC)), 'аеіјорсухѕкмт01345', 'aeijopcyxskmtoleas'), '[^[:alpha:]]', '', 'g')
$$;

-- Whether this alias would be taken for somebody else: those who run the building, or a neighbour's own display name. Definer: reads the
-- display names of the building's members, which neighbours may not; granted to nobody.
create function private.is_alias_taken(p_block_id uuid, p_alias text) returns boolean
language sql stable security definer set search_path = '' as $$
  with typed as (select private.plain_name(p_alias) as alias)
  select coalesce(
    t.alias ~ 'bol[il]gbygg|bomilj|konsulent|vaktmester|kommune|utleier|landlord|adviser|caretaker|administrator|^drift|^admin|^politi'
    or t.alias = 'nav'
    or exists (
      select from public.memberships m join public.people p on p.id = m.person_id
      where m.block_id = p_block_id and m.ended_at is null and m.person_id <> (select auth.uid())
        and private.plain_name(p.display_name) = t.alias and t.alias <> ''
    ), false)
  from typed t
$$;

-- Whether I may be called this. Five that were taken a day; from then on none is free: nobody finds out by trying who lives here.
-- Granted to nobody.
create function private.may_use_alias(p_block_id uuid, p_alias text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_me constant text := (select auth.uid())::text;
begin
  if nullif(btrim(p_alias), '') is null then
    return true;
  elsif not private.has_attempts_left('alias', v_me, 5, interval '1 day') then
    return false;
  elsif private.is_alias_taken(p_block_id, p_alias) then
    perform private.attempt('alias', v_me, 5, interval '1 day');
    return false;
  end if;
  return true;
end
$$;

-- Sends an idea to the consultant. p_id is the form's own key: the same form sent twice is one proposal. At most five
-- of mine may wait at a time; my own row is locked, so that ten at once are counted one after the other.
-- Definer: writes tables nobody may write, and sees any proposal that has the key already.
create function private.propose(
  p_id uuid, p_block_id uuid, p_title text, p_body text, p_kind public.proposal_kind, p_place_id uuid, p_alias text,
  p_rough_cost_nok integer, p_photo_path text, p_photo_text text
) returns public.propose_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_place_kind public.place_kind;
begin
  if not private.has_role(p_block_id, '{resident}') then
    return 'not_allowed';
  end if;
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (select from public.proposal_authors a where a.proposal_id = p_id and a.person_id = v_person_id) then
    return 'proposed';
  elsif exists (select from public.proposals p where p.id = p_id) then
    return 'not_allowed';
  elsif private.is_paused(p_block_id) then
    return 'paused';
  elsif (
    select count(*) from public.proposal_authors a join public.proposals p on p.id = a.proposal_id
    where a.person_id = v_person_id and p.status = 'pending'
  ) >= 5 then
    return 'too_many_pending';
  end if;
  select p.kind into v_place_kind from public.places p
  where p.id = p_place_id and p.block_id = p_block_id and p.kind not in ('flat', 'floor');
  if p_place_id is not null and v_place_kind is null then
    return 'not_allowed';
  elsif p_photo_path is not null and (
    not private.hold_space_photo(p_photo_path) or private.is_space_photo_used(p_photo_path)
  ) then
    return 'wrong_photo';
  elsif not private.may_use_alias(p_block_id, p_alias) then
    return 'alias_taken';
  end if;
  insert into public.proposals (id, block_id, title, body, kind, place_id, place_kind, alias, rough_cost_nok)
  values (p_id, p_block_id, btrim(p_title), btrim(p_body), p_kind, p_place_id, v_place_kind, nullif(btrim(p_alias), ''),
    p_rough_cost_nok);
  insert into public.proposal_authors (proposal_id, person_id) values (p_id, v_person_id);
  if p_photo_path is not null then
    insert into public.proposal_photos (proposal_id, path, alternative_text)
    values (p_id, p_photo_path, btrim(coalesce(p_photo_text, '')));
  end if;
  return 'proposed';
end
$$;
create function public.propose(
  id uuid, block_id uuid, title text, body text, kind public.proposal_kind, place_id uuid default null,
  alias text default null, rough_cost_nok integer default null, photo_path text default null, photo_text text default null
) returns public.propose_outcome
language sql set search_path = '' as $$
  select private.propose(id, block_id, title, body, kind, place_id, alias, rough_cost_nok, photo_path, photo_text)
$$;
grant execute on function private.propose(
  uuid, uuid, text, text, public.proposal_kind, uuid, text, integer, text, text
) to authenticated;
grant execute on function public.propose(
  uuid, uuid, text, text, public.proposal_kind, uuid, text, integer, text, text
) to authenticated;

-- Takes my own idea back while it waits. Answers false when there is none to take back.
-- Definer: proposals are not writable.
create function private.withdraw_proposal(p_proposal_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.proposals p set status = 'withdrawn'
  where p.id = p_proposal_id and p.status = 'pending'
    and exists (select from public.proposal_authors a where a.proposal_id = p.id and a.person_id = (select auth.uid()));
  return found;
end
$$;
create function public.withdraw_proposal(proposal_id uuid) returns boolean
language sql set search_path = '' as $$ select private.withdraw_proposal(proposal_id) $$;
grant execute on function private.withdraw_proposal(uuid) to authenticated;
grant execute on function public.withdraw_proposal(uuid) to authenticated;

-- Puts my support under an approved proposal of my building, or takes it away; saying it twice changes nothing.
-- Locks the proposal: the number is right when twenty press at once, and nothing hidden is supported a moment later.
-- Definer: the number is not writable, and the other supporters are not readable.
create function private.set_support(p_proposal_id uuid, p_wanted boolean) returns public.support_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  if not found or v_proposal.status <> 'approved' or v_proposal.hidden_at is not null
    or not private.has_role(v_proposal.block_id, '{resident}') then
    return 'not_open';
  end if;
  if p_wanted then
    insert into public.proposal_supporters (proposal_id, person_id) values (p_proposal_id, (select auth.uid()))
    on conflict do nothing;
  else
    delete from public.proposal_supporters s where s.proposal_id = p_proposal_id and s.person_id = (select auth.uid());
  end if;
  if found then
    update public.proposals p set support_count = p.support_count + case when p_wanted then 1 else -1 end
    where p.id = p_proposal_id;
  end if;
  return case when p_wanted then 'supported' else 'not_supported' end::public.support_outcome;
end
$$;
create function public.support_proposal(proposal_id uuid) returns public.support_outcome
language sql set search_path = '' as $$ select private.set_support(proposal_id, true) $$;
create function public.withdraw_support(proposal_id uuid) returns public.support_outcome
language sql set search_path = '' as $$ select private.set_support(proposal_id, false) $$;
grant execute on function private.set_support(uuid, boolean) to authenticated;
grant execute on function public.support_proposal(uuid) to authenticated;
grant execute on function public.withdraw_support(uuid) to authenticated;
