-- Sending a proposal, under an alias that is nobody else's name, and withdrawing it.

-- Limits: refused aliases, and waiting proposals of one person.
insert into private.limits (what, most, per) values ('alias', 5, '1 day');
insert into private.numbers (what, value) values ('proposals_waiting', 5);

-- A name as it is read at a glance: characters that look alike become one (wide and Cyrillic letters, digits), and only letters count.
create function private.plain_name(p_name text) returns text
language sql immutable set search_path = '' as $$
  select regexp_replace(translate(lower(normalize(p_name, nfkc)), 'аеіјорсухѕкмт01345', 'aeijopcyxskmtoleas'), '[^[:alpha:]]', '', 'g')
$$;

-- Whether this alias would be mistaken for somebody else: the staff of the building, or a neighbour's own display name. Definer: reads the
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

-- Whether I may use this alias. After too many refused ones every alias is refused: nobody can find out by trying who lives here.
-- Granted to nobody.
create function private.may_use_alias(p_block_id uuid, p_alias text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_me constant text := (select auth.uid())::text;
begin
  if nullif(btrim(p_alias), '') is null then
    return true;
  elsif not private.has_attempts_left('alias', v_me) then
    return false;
  elsif private.is_alias_taken(p_block_id, p_alias) then
    perform private.attempt('alias', v_me);
    return false;
  end if;
  return true;
end
$$;

create type public.propose_outcome as enum ('proposed', 'too_many_pending', 'wrong_photo', 'alias_taken', 'paused', 'not_allowed');

-- Sends an idea to the consultant. p_id is a key chosen by the form: the same form sent twice is one proposal. The number of waiting
-- proposals is limited; my own row is locked, so that parallel ones are counted one by one.
-- Definer: writes tables that no role may write, and sees any proposal that has the key already.
-- API: authenticated
create function private.propose(
  p_id uuid, p_block_id uuid, p_title text, p_body text, p_kind public.proposal_kind, p_place_id uuid default null,
  p_alias text default null, p_rough_cost_nok integer default null, p_photo_path text default null, p_photo_text text default null
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
  ) >= private.number('proposals_waiting') then
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

-- Withdraws my own idea while it waits. Returns false when there is none to withdraw.
-- Definer: no role may write proposals.
-- API: authenticated
create function private.withdraw_proposal(p_proposal_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.proposals p set status = 'withdrawn'
  where p.id = p_proposal_id and p.status = 'pending'
    and exists (select from public.proposal_authors a where a.proposal_id = p.id and a.person_id = (select auth.uid()));
  return found;
end
$$;
