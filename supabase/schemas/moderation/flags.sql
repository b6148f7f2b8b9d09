-- Flags ("Si fra"): somebody reports that a thing should not be shown. One list of such things, one table, one function for all
-- kinds. Flags from three flats hide a thing until the consultant has reviewed it.

insert into private.limits (what, most, per) values ('flag', 20, '1 day');
-- How many flats must flag a thing to hide it.
insert into private.numbers (what, value) values ('flats_to_hide', 3);

create type public.flag_verdict as enum ('hidden', 'dismissed', 'edited');

-- One flag: somebody thinks that a thing should not be shown. One live flag per person and thing. The consultant sees thing and
-- reason; person and flat are kept only so that each counts once, and are granted to nobody.
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
  -- Null for a partner, for Boligbygg and for readers from elsewhere: their flags wait for the consultant, and hide nothing.
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
-- No insert, update or delete: flag_thing and moderate do it. Person and flat are granted to nobody.
grant select (id, block_id, proposal_id, comment_id, question_id, activity_id, message_id, thing_id, reason, created_at, resolved_at, verdict)
  on public.flags to authenticated;

-- When an account is deleted, its flat is removed from its flags.
create function private.tg_flags__forget() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.flat_id := null;
  return new;
end
$$;
create trigger forget before update of flagged_by on public.flags for each row
  when (new.flagged_by is null) execute function private.tg_flags__forget();

-- How many flats have flagged a thing since the consultant's last review. A flat counts only once for a thing, ever:
-- after the consultant has answered its flag, neither the flat nor the person counts again; hiding the thing takes three
-- others. Granted to nobody.
create function private.flats_against(p_thing_id uuid) returns bigint
language sql stable set search_path = '' as $$
  select count(distinct f.flat_id) from public.flags f
  where f.thing_id = p_thing_id and f.resolved_at is null and f.flat_id is not null and not exists (
    select from public.flags o
    where o.thing_id = f.thing_id and o.resolved_at is not null and (o.flat_id = f.flat_id or o.flagged_by = f.flagged_by)
  )
$$;

create type public.flag_outcome as enum ('flagged', 'already_flagged', 'too_many', 'paused', 'not_found');

-- Flags something I can read and have not written. At most twenty a day. Locks the thing, so that flags from three
-- flats at once are counted one after the other: the third hides it until the consultant has reviewed it.
-- Definer: writes flags and things, which no role may write directly.
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
  elsif not private.attempt('flag', v_me::text) then
    return 'too_many';
  end if;
  execute format('insert into public.flags (block_id, %I, reason, flagged_by, flat_id) values ($1, $2, $3, $4, $5)', p_kind || '_id')
  using v_thing.block_id, p_id, btrim(p_reason), v_me, (
    select m.flat_id from public.memberships m
    where m.person_id = v_me and m.block_id = v_thing.block_id and m.flat_id is not null and m.ended_at is null
    order by m.flat_id limit 1);
  if private.flats_against(p_id) >= private.number('flats_to_hide') and not private.is_in_open_vote(v_thing) then
    perform private.hide_by_flags(v_thing);
  end if;
  return 'flagged';
end
$$;
-- Everybody who may read a thing may flag it: checked here, as the caller.
create function public.flag_thing(kind public.thing_kind, id uuid, reason text) returns public.flag_outcome
language sql set search_path = '' as $$
  select case when exists (select from public.things t where t.kind = flag_thing.kind and t.id = flag_thing.id)
    then private.flag_thing(kind, id, reason) else 'not_found' end
$$;
grant execute on function private.flag_thing(public.thing_kind, uuid, text) to authenticated;
grant execute on function public.flag_thing(public.thing_kind, uuid, text) to authenticated;
