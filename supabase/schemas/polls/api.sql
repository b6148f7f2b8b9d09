-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- closing.sql
create function public.extend_poll(poll_id uuid, closes_at timestamptz, reason text) returns public.extend_outcome
language sql set search_path = '' as $$ select private.extend_poll(poll_id, closes_at, reason) $$;
grant execute on function private.extend_poll, public.extend_poll to authenticated;

-- closing.sql
create function public.stop_poll(poll_id uuid, reason text) returns public.stop_outcome
language sql set search_path = '' as $$ select private.stop_poll(poll_id, reason) $$;
grant execute on function private.stop_poll, public.stop_poll to authenticated;

-- electorate.sql
create function public.has_few_voters(poll_id uuid) returns boolean
language sql stable set search_path = '' as $$ select private.has_few_voters(poll_id) $$;
grant execute on function private.has_few_voters, public.has_few_voters to authenticated;

-- follow-up-photos.sql
create function public.add_follow_up_photo(id uuid, poll_id uuid, moment public.follow_up_moment, path text, alternative_text text)
returns public.follow_up_photo_outcome
language sql set search_path = '' as $$ select private.add_follow_up_photo(id, poll_id, moment, path, alternative_text) $$;
grant execute on function private.add_follow_up_photo, public.add_follow_up_photo to authenticated;

-- follow-up-photos.sql
create function public.remove_follow_up_photo(photo_id uuid) returns public.follow_up_photo_outcome
language sql set search_path = '' as $$ select private.remove_follow_up_photo(photo_id) $$;
grant execute on function private.remove_follow_up_photo, public.remove_follow_up_photo to authenticated;

-- follow-up-work.sql
create function public.update_follow_up(
  id uuid, poll_id uuid, status public.follow_up_status, body text, next_on date default null, delayed_because text default null,
  cost_nok integer default null, owner public.phase_owner default null, is_reopened boolean default false, seen_version integer default null
) returns public.update_follow_up_outcome
language sql set search_path = ''
as $$ select private.update_follow_up(id, poll_id, status, body, next_on, delayed_because, cost_nok, owner, is_reopened, seen_version) $$;
grant execute on function private.update_follow_up, public.update_follow_up to authenticated;

-- jobs.sql
create function public.run_poll_jobs() returns integer
language sql set search_path = '' as $$ select private.run_poll_jobs() $$;
grant execute on function private.run_poll_jobs, public.run_poll_jobs to service_role;

-- milestones.sql
create function public.add_milestone(id uuid, poll_id uuid, title text, due_on date default null) returns public.milestone_outcome
language sql set search_path = '' as $$ select private.add_milestone(id, poll_id, title, due_on) $$;
grant execute on function private.add_milestone, public.add_milestone to authenticated;

-- milestones.sql
create function public.change_milestone(milestone_id uuid, act public.milestone_act) returns public.milestone_outcome
language sql set search_path = '' as $$ select private.change_milestone(milestone_id, act) $$;
grant execute on function private.change_milestone, public.change_milestone to authenticated;

-- opening.sql
create function public.open_poll(poll_id uuid) returns public.open_poll_outcome
language sql set search_path = '' as $$ select private.open_poll(poll_id) $$;
grant execute on function private.open_poll, public.open_poll to authenticated;

-- paper.sql
create function public.paper_electors(poll_id uuid) returns table (elector_id uuid, name text, stair text, is_on_paper boolean)
language sql stable set search_path = '' as $$ select * from private.paper_electors(poll_id) $$;
grant execute on function private.paper_electors, public.paper_electors to authenticated;

-- paper.sql
create function public.count_paper_votes(poll_id uuid, ballots jsonb) returns public.count_outcome
language sql set search_path = '' as $$ select private.count_paper_votes(poll_id, ballots) $$;
grant execute on function private.count_paper_votes, public.count_paper_votes to authenticated;

-- questions.sql
create function public.ask_poll_question(id uuid, poll_id uuid, body text) returns public.ask_poll_question_outcome
language sql set search_path = '' as $$ select private.ask_poll_question(id, poll_id, body) $$;
grant execute on function private.ask_poll_question, public.ask_poll_question to authenticated;

-- questions.sql
create function public.answer_poll_question(question_id uuid, answer text, answered_at timestamptz default null)
returns public.answer_poll_question_outcome
language sql set search_path = '' as $$ select private.answer_poll_question(question_id, answer, answered_at) $$;
grant execute on function private.answer_poll_question, public.answer_poll_question to authenticated;

-- receipts.sql
create function public.change_vote(poll_id uuid, receipt text, choices uuid[]) returns public.change_outcome
language sql set search_path = '' as $$ select private.change_vote(poll_id, receipt, choices) $$;
grant execute on function private.change_vote, public.change_vote to authenticated;

-- receipts.sql
create function public.check_receipt(poll_id uuid, receipt text)
returns table (outcome public.receipt_outcome, control_number text, choices uuid[])
language sql set search_path = '' as $$ select * from private.check_receipt(poll_id, receipt) $$;
grant execute on function private.check_receipt, public.check_receipt to authenticated;

-- results.sql
create function public.poll_results(poll_ids uuid[]) returns table (
  poll_id uuid, is_counted boolean, turnout public.turnout_band, entitled integer, voted integer, on_web integer, on_paper integer,
  moves integer, option_id uuid, votes integer, is_winner boolean
)
language sql set search_path = '' as $$ select * from private.poll_results(poll_ids) $$;
grant execute on function private.poll_results, public.poll_results to authenticated;

-- results.sql
create function public.poll_ballots(poll_id uuid) returns table (control_number text, choices uuid[])
language sql stable set search_path = '' as $$ select * from private.poll_ballots(poll_id) $$;
grant execute on function private.poll_ballots, public.poll_ballots to authenticated;

-- setup.sql
create function public.plan_poll(poll_id uuid) returns public.plan_poll_outcome
language sql set search_path = '' as $$ select private.plan_poll(poll_id) $$;
grant execute on function private.plan_poll, public.plan_poll to authenticated;

-- voting.sql
create function public.cast_vote(poll_id uuid, choices uuid[], receipt text) returns public.vote_outcome
language sql set search_path = '' as $$ select private.cast_vote(poll_id, choices, receipt) $$;
grant execute on function private.cast_vote, public.cast_vote to authenticated;

-- voting.sql
create function public.my_votes(poll_ids uuid[]) returns table (poll_id uuid, state public.vote_state)
language sql stable set search_path = '' as $$ select * from private.my_votes(poll_ids) $$;
grant execute on function private.my_votes, public.my_votes to authenticated;
