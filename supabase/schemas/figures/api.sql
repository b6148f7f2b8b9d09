-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- figures.sql
create function public.figures(block_id uuid, month date default null)
returns table (month date, metric public.figure_metric, thing public.report_thing, value numeric, is_hidden boolean)
language sql stable set search_path = '' as $$ select * from private.figures(block_id, month) $$;
grant execute on function private.figures, public.figures to authenticated;

-- pulse.sql
create function public.pulse_state(block_id uuid) returns public.pulse_state
language sql stable set search_path = '' as $$ select private.pulse_state(block_id) $$;
grant execute on function private.pulse_state, public.pulse_state to authenticated;

-- pulse.sql
create function public.answer_pulse(block_id uuid, answer public.pulse_answer) returns public.pulse_outcome
language sql set search_path = '' as $$ select private.answer_pulse(block_id, answer) $$;
grant execute on function private.answer_pulse, public.answer_pulse to authenticated;
