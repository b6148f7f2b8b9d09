-- Questions about a vote, before and while people vote: a resident asks, the consultant answers, and the answer is for all.

insert into private.limits (what, most, per) values ('poll_question', 10, '1 day');
-- Of one person in one vote.
insert into private.numbers (what, value) values ('poll_questions_waiting', 3);

-- One question, without its author: neighbours see it when it is answered. Hidden (by flags or the consultant): only the author and the
-- consultant still see it, with the reason.
create table public.poll_questions (
  id uuid primary key,
  poll_id uuid not null,
  block_id uuid not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 500),
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 1000),
  created_at timestamptz not null default now(),
  answered_at timestamptz,
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  unique (id, block_id),
  constraint answered_has_time check ((answer is null) = (answered_at is null)),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null)),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade
);
create index poll_questions_poll_id_idx on public.poll_questions (poll_id, block_id);
create index poll_questions_waiting_idx on public.poll_questions (block_id, created_at)
  where answered_at is null and hidden_at is null;
alter table public.poll_questions enable row level security;

create policy select_visible on public.poll_questions for select to authenticated
  using (
    (answered_at is not null and hidden_at is null
      and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    or block_id in (select private.my_block_ids('{consultant}'))
    or id in (select a.question_id from public.poll_question_authors a where a.person_id = (select auth.uid()))
  );
-- No insert, update or delete: the functions below count, lock and log.
grant select on public.poll_questions to authenticated;

-- The authors of questions. Everybody sees only their own rows, staff included. Deleted with the account; the question stays.
create table public.poll_question_authors (
  question_id uuid primary key references public.poll_questions on delete cascade,
  person_id uuid not null references public.people on delete cascade
);
create index poll_question_authors_person_id_idx on public.poll_question_authors (person_id);
alter table public.poll_question_authors enable row level security;

create policy select_self on public.poll_question_authors for select to authenticated using (person_id = (select auth.uid()));
grant select on public.poll_question_authors to authenticated;

create type public.ask_poll_question_outcome as enum ('asked', 'too_many_waiting', 'too_many_today', 'paused', 'not_open', 'not_allowed');

-- Asks about a planned or open vote. p_id is a key chosen by the form: the same form sent twice is one question. The number of waiting
-- questions per vote and of questions per day is limited; my own row is locked, so that parallel questions are counted one by one.
-- Definer: writes tables that no role may write, and sees any question that has the key already.
-- API: authenticated
create function private.ask_poll_question(p_id uuid, p_poll_id uuid, p_body text) returns public.ask_poll_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  if not found or v_poll.status = 'draft' or not private.has_role(v_poll.block_id, '{resident}') then
    return 'not_allowed';
  end if;
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (select from public.poll_question_authors a where a.question_id = p_id and a.person_id = v_person_id) then
    return 'asked';
  elsif exists (select from public.poll_questions q where q.id = p_id) then
    return 'not_allowed';
  elsif private.is_paused(v_poll.block_id) then
    return 'paused';
  elsif v_poll.status not in ('planned', 'open') or v_poll.closes_at <= now() then
    return 'not_open';
  elsif (
    select count(*) from public.poll_question_authors a join public.poll_questions q on q.id = a.question_id
    where a.person_id = v_person_id and q.poll_id = p_poll_id and q.answered_at is null and q.hidden_at is null
  ) >= private.number('poll_questions_waiting') then
    return 'too_many_waiting';
  elsif not private.attempt('poll_question', v_person_id::text) then
    return 'too_many_today';
  end if;
  insert into public.poll_questions (id, poll_id, block_id, body)
  values (p_id, p_poll_id, v_poll.block_id, btrim(p_body));
  insert into public.poll_question_authors (question_id, person_id) values (p_id, v_person_id);
  return 'asked';
end
$$;

create type public.answer_poll_question_outcome as enum ('answered', 'already_answered', 'answer_missing', 'hidden', 'not_found');

-- The consultant's answer, for everybody in the building. An answer may be corrected: `answered_at` is that of the answer
-- the consultant saw, so that two who answer at once do not overwrite each other. Every version is logged.
-- Definer: no role may write questions or read their authors.
-- API: authenticated
create function private.answer_poll_question(p_question_id uuid, p_answer text, p_answered_at timestamptz default null)
returns public.answer_poll_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_question public.poll_questions;
  v_answer text := nullif(btrim(p_answer), '');
begin
  select * into v_question from public.poll_questions q where q.id = p_question_id for update;
  if not found or not private.has_role(v_question.block_id, '{consultant}') then
    return 'not_found';
  elsif v_question.hidden_at is not null then
    return 'hidden';
  elsif v_answer is null then
    return 'answer_missing';
  elsif v_question.answer = v_answer then
    return 'answered';
  elsif v_question.answered_at is distinct from p_answered_at then
    return 'already_answered';
  end if;
  update public.poll_questions q set answer = v_answer, answered_at = clock_timestamp() where q.id = p_question_id;
  perform private.log_act(v_question.block_id, 'answer', 'question', p_question_id, p_reason => v_answer);
  -- Who asked is told once, and nobody learns who that is.
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select a.person_id, v_question.block_id, 'poll_answer', p_question_id::text, v_question.poll_id
  from public.poll_question_authors a where a.question_id = p_question_id
  on conflict (person_id, kind, subject) do nothing;
  return 'answered';
end
$$;
