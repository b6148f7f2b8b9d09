-- Setting up a vote: the draft, and showing it to the building before it opens.

-- How far the day of a phase may be from the creation of the vote and from today.
insert into private.periods (what, lasts) values ('phase_before', '1 year'), ('phase_ahead', '5 years');
-- The form's default time between the last day to vote and the decision.
insert into private.periods (what, lasts) values ('decision', '7 days');

-- A title as people read it: ignores case, kinds of punctuation, zero-width characters, and the number of spaces. For save_poll.
create function private.plain_title(p_title text) returns text
language sql immutable set search_path = '' as $$
  select btrim(regexp_replace(
    translate(lower(normalize(p_title, nfkc)), U&'\200B\200C\200D\200E\200F\2060\00AD\FEFF', ''), '\s+', ' ', 'g'))
$$;
grant execute on function private.plain_title(text) to authenticated;

create type public.save_poll_outcome as enum ('saved', 'not_draft');

-- Makes or changes a vote that has not opened, with all its options and phases in one step. id is a key chosen by the form.
-- options: [{"proposal_id": …, "cost_nok": …} or {"title": …, "body": …, "cost_nok": …}, …] in order; a yes/no vote has its own three.
-- An option in own words that reads like another one is refused; two proposals may.
-- phases: [{"phase": …, "owner": …, "ends_on": …}, …].
-- Invoker: the policies decide (42501 for anybody but the building's consultant).
create function public.save_poll(
  id uuid, block_id uuid, title text, decides text, afterwards text, kind public.poll_kind, rule public.poll_rule, closes_at timestamptz,
  options jsonb, body text default null, budget_nok integer default null, max_choices integer default null, winner_count integer default null,
  min_age integer default null, is_list_published boolean default true, phases jsonb default '[]'
) returns public.save_poll_outcome
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  v_twin text;
begin
  insert into public.polls (id, block_id, title, body, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, min_age,
    is_list_published, closes_at)
  values (save_poll.id, save_poll.block_id, btrim(save_poll.title), nullif(btrim(save_poll.body), ''), btrim(save_poll.decides),
    btrim(save_poll.afterwards), save_poll.kind, save_poll.max_choices, save_poll.winner_count, save_poll.budget_nok, save_poll.rule,
    save_poll.min_age, save_poll.is_list_published, save_poll.closes_at)
  on conflict do nothing;
  if not found then
    update public.polls p
    set title = btrim(save_poll.title), body = nullif(btrim(save_poll.body), ''), decides = btrim(save_poll.decides),
      afterwards = btrim(save_poll.afterwards), kind = save_poll.kind, max_choices = save_poll.max_choices,
      winner_count = save_poll.winner_count, budget_nok = save_poll.budget_nok, rule = save_poll.rule, min_age = save_poll.min_age,
      is_list_published = save_poll.is_list_published, closes_at = save_poll.closes_at
    where p.id = save_poll.id and p.block_id = save_poll.block_id;
    if not found then
      return 'not_draft';
    end if;
    delete from public.poll_options o where o.poll_id = save_poll.id;
    delete from public.poll_phases f where f.poll_id = save_poll.id;
  end if;
  insert into public.poll_options (poll_id, block_id, position, title, stance)
  select save_poll.id, save_poll.block_id, s.position, s.title, s.stance
  from (values (1, 'Ja', 'yes'::public.poll_stance), (2, 'Nei', 'no'), (3, 'Avstår', 'abstain')) s (position, title, stance)
  where save_poll.kind = 'yes_no';
  insert into public.poll_options (poll_id, block_id, position, title, body, cost_nok, proposal_id)
  select save_poll.id, save_poll.block_id, o.position, coalesce(p.title, btrim(o.option ->> 'title')),
    coalesce(p.body, nullif(btrim(o.option ->> 'body'), '')), (o.option ->> 'cost_nok')::integer,
    (o.option ->> 'proposal_id')::uuid
  from jsonb_array_elements(save_poll.options) with ordinality o (option, position)
  left join public.proposals p on p.id = (o.option ->> 'proposal_id')::uuid
  where save_poll.kind <> 'yes_no';
  select o.title into v_twin
  from public.poll_options o
  join public.poll_options x on x.poll_id = o.poll_id and private.plain_title(x.title) = private.plain_title(o.title)
    and (x.position < o.position or x.proposal_id is not null and x.position <> o.position)
  where o.poll_id = save_poll.id and o.proposal_id is null and o.stance is null
  order by o.position limit 1;
  if found then
    raise exception using errcode = '23514', message = 'two options read the same', hint = 'same_title', detail = v_twin;
  end if;
  insert into public.poll_phases (poll_id, block_id, phase, owner, ends_on)
  select save_poll.id, save_poll.block_id, f.phase, f.owner, f.ends_on
  from jsonb_to_recordset(save_poll.phases) f (phase public.poll_phase, owner public.phase_owner, ends_on date);
  return 'saved';
end
$$;
grant execute on function public.save_poll(
  uuid, uuid, text, text, text, public.poll_kind, public.poll_rule, timestamptz, jsonb, text, integer, integer, integer, integer, boolean, jsonb
) to authenticated;

-- What is missing before a vote can be shown or opened; null when nothing is.
create function private.poll_lack(p_poll public.polls) returns text
language sql stable set search_path = '' as $$
  select case
    when p_poll.kind = 'yes_no' and not (count(*) = 3 and count(o.stance) = 3) then 'too_few_options'
    when p_poll.kind <> 'yes_no' and (count(*) < 2 or count(o.stance) > 0 or count(*) < p_poll.max_choices) then 'too_few_options'
    when p_poll.kind = 'budget' and count(o.cost_nok) < count(*) then 'cost_missing'
  end
  from public.poll_options o where o.poll_id = p_poll.id
$$;

create type public.plan_poll_outcome as enum ('planned', 'not_draft', 'too_few_options', 'cost_missing', 'not_allowed');

-- Shows a draft to the building. Logged. Definer: writes the status, which no role may write directly.
-- API: authenticated
create function private.plan_poll(p_poll_id uuid) returns public.plan_poll_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_lack text;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  v_lack := private.poll_lack(v_poll);
  if v_poll.id is null or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'draft' then
    return 'not_draft';
  elsif v_lack is not null then
    return v_lack;
  end if;
  update public.polls p set status = 'planned' where p.id = p_poll_id;
  perform private.log_act(v_poll.block_id, 'plan', 'poll', p_poll_id);
  return 'planned';
end
$$;

-- A day that must be a mistake: too long before the vote was created, or too far from now. Returns which phase it is.
create function private.tg_poll_phases__reach() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.ends_on > private.today() + private.period('phase_ahead') or new.ends_on < (
    select (p.created_at at time zone 'Europe/Oslo')::date - private.period('phase_before') from public.polls p where p.id = new.poll_id
  ) then
    raise exception using errcode = '23514', message = 'the day of a phase is out of reach', hint = 'out_of_reach', detail = new.phase;
  end if;
  return new;
end
$$;
-- Not on update: only extending moves days, by as many as the vote.
create trigger poll_phases_reach before insert on public.poll_phases for each row execute function private.tg_poll_phases__reach();
