-- Questions of the staff to the resident of a case, with times to choose from, and the answers.

-- Limits of proposed times for a visit: how many, how long each may be and how far ahead.
insert into private.numbers (what, value) values ('question_times', 6);
insert into private.periods (what, lasts) values ('visit', '24 hours'), ('visit_ahead', '180 days');

-- A question to the resident, with times to choose from. One at a time: a new one replaces the open one.
create table public.report_questions (
  id uuid primary key,
  report_id uuid not null,
  block_id uuid not null,
  author_role public.report_actor not null check (author_role in ('landlord', 'consultant')),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 500),
  asked_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  answered_at timestamptz,
  answered_by public.report_actor check (answered_by in ('reporter', 'consultant')),
  -- Empty when none of the times suits, or none was proposed.
  chosen_position smallint,
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 500),
  check ((answered_at is null) = (answered_by is null)),
  check (answered_at is not null or (chosen_position is null and answer is null)),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
-- One of the times of this question.
alter table public.report_questions add constraint chosen_time
  foreign key (id, chosen_position) references public.report_question_times (question_id, position) on delete cascade;
create unique index report_questions_waiting_idx on public.report_questions (report_id) where answered_at is null and withdrawn_at is null;
create index report_questions_report_id_idx on public.report_questions (report_id, block_id, asked_at);
create index report_questions_chosen_idx on public.report_questions (id, chosen_position);
alter table public.report_questions enable row level security;

create policy select_reporter_or_staff on public.report_questions for select to authenticated
  using (
    report_id in (select private.my_report_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete: ask_report_question and answer_report_question do it.
grant select on public.report_questions to authenticated;

-- The proposed times of a question.
create table public.report_question_times (
  question_id uuid not null references public.report_questions on delete cascade,
  position smallint not null check (position between 1 and 6),
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  primary key (question_id, position)
);
alter table public.report_question_times enable row level security;

-- Visible to everybody who sees the question: its policy decides.
create policy select_with_question on public.report_question_times for select to authenticated
  using (exists (select from public.report_questions q where q.id = question_id));
-- No insert, update or delete: written with the question.
grant select on public.report_question_times to authenticated;

create type public.report_question_outcome as enum ('asked', 'answered', 'not_allowed', 'not_found', 'wrong_times', 'closed');

-- Asks the resident of an open case. p_starts_at and p_ends_at are up to 6 proposed future times, each at most a day long, or
-- none. The same id asks once.
-- Definer: writes tables that no role may write.
-- API: authenticated
create function private.ask_report_question(
  p_id uuid, p_report_id uuid, p_body text, p_starts_at timestamptz[] default '{}', p_ends_at timestamptz[] default '{}'
) returns public.report_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
begin
  if not v_roles && '{landlord,consultant}' then
    return case when v_roles <> '{}' or private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if exists (select from public.report_questions q where q.id = p_id) then
    return case when exists (select from public.report_questions q where q.id = p_id and q.report_id = p_report_id)
      then 'asked' else 'not_allowed' end;
  elsif not v_report.is_open then
    return 'closed';
  elsif cardinality(p_starts_at) > private.number('question_times') or cardinality(p_starts_at) <> cardinality(p_ends_at) or exists (
    select from unnest(p_starts_at, p_ends_at) t (starts_at, ends_at)
    where (starts_at > now() and ends_at > starts_at and ends_at <= starts_at + private.period('visit')
      and starts_at < now() + private.period('visit_ahead')) is not true
  ) then
    return 'wrong_times';
  end if;
  update public.report_questions q set withdrawn_at = now()
  where q.report_id = p_report_id and q.answered_at is null and q.withdrawn_at is null;
  insert into public.report_questions (id, report_id, block_id, author_role, body)
  values (p_id, p_report_id, v_report.block_id, (select min(role) from unnest(v_roles) role where role <> 'reporter'),
    private.trimmed(p_body));
  insert into public.report_question_times (question_id, position, starts_at, ends_at)
  select p_id, row_number() over (order by t.starts_at, t.ends_at), t.starts_at, t.ends_at
  from (select distinct * from unnest(p_starts_at, p_ends_at) t (starts_at, ends_at)) t;
  perform private.notify_report(v_report, 'report_question', p_id::text, false);
  perform private.log_act(v_report.block_id, 'ask', 'report', p_report_id);
  return 'asked';
end
$$;

-- Answers a question: with one of the proposed future times, or words, or both; null for the time means that none suits. Once; by the
-- reporter, or by the consultant when nobody with an account reported it.
-- Definer: writes tables that no role may write.
-- API: authenticated
create function private.answer_report_question(p_question_id uuid, p_chosen_position smallint default null, p_answer text default null)
returns public.report_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_question public.report_questions;
  v_roles public.report_actor[];
begin
  select * into v_question from public.report_questions q where q.id = p_question_id for update;
  v_roles := private.my_report_roles(v_question.report_id);
  if v_roles = '{}' then
    return 'not_found';
  elsif not 'reporter' = any (v_roles) then
    return 'not_allowed';
  elsif v_question.answered_at is not null or v_question.withdrawn_at is not null then
    return 'closed';
  elsif (p_chosen_position is not null and not exists (
    select from public.report_question_times t
    where t.question_id = p_question_id and t.position = p_chosen_position and t.starts_at > now()
  )) or (p_chosen_position is null and nullif(private.trimmed(p_answer), '') is null
    and not exists (select from public.report_question_times t where t.question_id = p_question_id)) then
    return 'wrong_times';
  end if;
  update public.report_questions q
  set answered_at = now(), chosen_position = p_chosen_position, answer = nullif(private.trimmed(p_answer), ''),
    answered_by = case when q.report_id in (select private.my_report_ids()) then 'reporter' else 'consultant' end::public.report_actor
  where q.id = p_question_id;
  update public.report_details d set asked_at = coalesce(d.asked_at, now()) where d.report_id = v_question.report_id;
  return 'answered';
end
$$;
