-- Appeals: the objection of an author against hiding something of theirs, and the consultant's answer.

-- The author's appeal against hiding a thing: one for each time it was hidden (`hidden_at` says which). The consultant's
-- answer is final.
create table public.appeals (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  question_id uuid,
  activity_id uuid,
  message_id uuid,
  thing_id uuid not null generated always as (coalesce(proposal_id, comment_id, question_id, activity_id, message_id)) stored,
  -- The proposal, the vote or the activity on whose page the thing is.
  page_id uuid not null,
  hidden_at timestamptz not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  appealed_at timestamptz not null default now(),
  answered_at timestamptz,
  is_granted boolean,
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 1000),
  unique (thing_id, hidden_at),
  constraint one_thing check (num_nonnulls(proposal_id, comment_id, question_id, activity_id, message_id) = 1),
  constraint answered_is_whole check ((answered_at is null) = (is_granted is null) and (answered_at is null) = (answer is null)),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  foreign key (comment_id, block_id) references public.proposal_comments (id, block_id) on delete cascade,
  foreign key (question_id, block_id) references public.poll_questions (id, block_id) on delete cascade,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  foreign key (message_id, block_id) references public.activity_messages (id, block_id) on delete cascade
);
create index appeals_block_id_idx on public.appeals (block_id, answered_at);
create index appeals_page_id_idx on public.appeals (page_id);
create index appeals_proposal_id_idx on public.appeals (proposal_id, block_id);
create index appeals_comment_id_idx on public.appeals (comment_id, block_id);
create index appeals_question_id_idx on public.appeals (question_id, block_id);
create index appeals_activity_id_idx on public.appeals (activity_id, block_id);
create index appeals_message_id_idx on public.appeals (message_id, block_id);
alter table public.appeals enable row level security;

create policy select_author_or_consultant on public.appeals for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or thing_id in (select private.my_thing_ids()));
-- No insert, update or delete: appeal and moderate.
grant select on public.appeals to authenticated;

create type public.appeal_outcome as enum ('appealed', 'already_appealed', 'not_hidden', 'not_found');

-- The author asks to have something shown again: one appeal for each time it was hidden. Locks the thing.
-- Definer: reads who wrote it, and writes appeals.
-- API: authenticated
create function private.appeal(p_kind public.thing_kind, p_id uuid, p_body text) returns public.appeal_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_thing public.things := private.lock_thing(p_kind, p_id);
begin
  if v_thing.id is null or (select auth.uid()) not in (select private.authors_of(p_id)) then
    return 'not_found';
  elsif v_thing.hidden_at is null then
    return 'not_hidden';
  elsif exists (select from public.appeals a where a.thing_id = p_id and a.hidden_at = v_thing.hidden_at) then
    return 'already_appealed';
  end if;
  execute format('insert into public.appeals (block_id, %I, page_id, hidden_at, body) values ($1, $2, $3, $4, $5)', p_kind || '_id')
  using v_thing.block_id, p_id, v_thing.page_id, v_thing.hidden_at, btrim(p_body);
  return 'appealed';
end
$$;
