-- Milestones: steps of a follow-up, added and marked as done by its owners.

insert into private.numbers (what, value) values ('milestones', 20);

-- Steps of a follow-up, at most twenty. `id` is a key chosen by the form.
create table public.follow_up_milestones (
  id uuid primary key,
  poll_id uuid not null,
  block_id uuid not null,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  due_on date,
  done_on date,
  created_at timestamptz not null default now(),
  foreign key (poll_id, block_id) references public.follow_ups (poll_id, block_id) on delete cascade
);
create index follow_up_milestones_poll_id_idx on public.follow_up_milestones (poll_id, block_id);
alter table public.follow_up_milestones enable row level security;

-- Visible to everybody who sees the follow-up (its policy decides). No insert, update or delete: the functions below do it.
create policy select_with_follow_up on public.follow_up_milestones for select to authenticated
  using (poll_id in (select f.poll_id from public.follow_ups f));
grant select on public.follow_up_milestones to authenticated;

create type public.milestone_outcome as enum ('added', 'done', 'undone', 'removed', 'too_many', 'closed', 'not_allowed');

-- Adds a step to an open follow-up. p_id is a key chosen by the form. Logged.
-- Definer: writes a table that no role may write.
-- API: authenticated
create function private.add_milestone(p_id uuid, p_poll_id uuid, p_title text, p_due_on date default null) returns public.milestone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups := private.lock_follow_up(p_poll_id);
begin
  if v_follow_up.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_milestones m where m.id = p_id) then
    return case when exists (select from public.follow_up_milestones m where m.id = p_id and m.poll_id = p_poll_id)
      then 'added' else 'not_allowed' end;
  elsif v_follow_up.next_on is null then
    return 'closed';
  elsif (select count(*) from public.follow_up_milestones m where m.poll_id = p_poll_id)
    >= private.number('milestones') then
    return 'too_many';
  end if;
  insert into public.follow_up_milestones (id, poll_id, block_id, title, due_on)
  values (p_id, p_poll_id, v_follow_up.block_id, private.trimmed(p_title), p_due_on);
  perform private.log_act(v_follow_up.block_id, 'add_milestone', 'poll', p_poll_id,
    jsonb_build_object('title', private.trimmed(p_title)));
  return 'added';
end
$$;

create type public.milestone_act as enum ('done', 'undone', 'removed');

-- Marks a step as done today or as not done, or removes it. Doing it twice changes nothing. Logged.
-- Definer: writes a table that no role may write.
-- API: authenticated
create function private.change_milestone(p_milestone_id uuid, p_act public.milestone_act) returns public.milestone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_milestone public.follow_up_milestones;
  v_follow_up public.follow_ups;
begin
  select * into v_milestone from public.follow_up_milestones m where m.id = p_milestone_id;
  v_follow_up := private.lock_follow_up(v_milestone.poll_id);
  if v_follow_up.poll_id is null or p_act is null then
    return 'not_allowed';
  elsif v_follow_up.next_on is null then
    return 'closed';
  elsif p_act = 'removed' then
    delete from public.follow_up_milestones m where m.id = p_milestone_id;
  else
    update public.follow_up_milestones m set done_on = case when p_act = 'done' then private.today() end
    where m.id = p_milestone_id and (m.done_on is null) = (p_act = 'done');
  end if;
  if found then
    perform private.log_act(v_follow_up.block_id,
      case p_act when 'done' then 'complete_milestone' when 'undone' then 'reopen_milestone' else 'remove_milestone' end::public.audit_act,
      'poll', v_follow_up.poll_id, jsonb_build_object('title', v_milestone.title));
  end if;
  return p_act::text::public.milestone_outcome;
end
$$;
