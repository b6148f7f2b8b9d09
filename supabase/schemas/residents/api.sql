-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- deletion.sql
create function public.delete_account(word text default null) returns public.delete_account_outcome
language sql set search_path = '' as $$ select private.delete_account(word) $$;
grant execute on function private.delete_account, public.delete_account to authenticated;

-- forgetting.sql
create function public.due_photo_moves() returns table (path_from text, path_to text)
language sql stable set search_path = '' as $$ select * from private.due_photo_moves() $$;
grant execute on function private.due_photo_moves, public.due_photo_moves to service_role;

-- forgetting.sql
create function public.finish_photo_moves() returns integer
language sql set search_path = '' as $$ select private.finish_photo_moves() $$;
grant execute on function private.finish_photo_moves, public.finish_photo_moves to service_role;

-- join-codes.sql
create function public.revoke_join_code(code_id uuid) returns boolean
language sql set search_path = '' as $$ select private.revoke_join_code(code_id) $$;
grant execute on function private.revoke_join_code, public.revoke_join_code to authenticated;

-- join-codes.sql
create function public.peek_join_code(code text) returns table (block_name text, block_slug text, role public.member_role)
language sql stable set search_path = '' as $$ select * from private.peek_join_code(code) $$;
grant execute on function private.peek_join_code, public.peek_join_code to service_role;

-- join-codes.sql
create function public.join_block(code text, display_name text, locale public.locale default 'nb') returns public.join_outcome
language sql set search_path = '' as $$ select private.join_block(code, display_name, locale) $$;
grant execute on function private.join_block, public.join_block to authenticated;

-- join-requests.sql
create function public.ask_to_join(id uuid, block_id uuid, display_name text, flat_text text, locale public.locale default 'nb')
returns public.join_ask_outcome
language sql set search_path = '' as $$ select private.ask_to_join(id, block_id, display_name, flat_text, locale) $$;
grant execute on function private.ask_to_join, public.ask_to_join to authenticated;

-- join-requests.sql
create function public.decide_join_request(request_id uuid, flat_id uuid default null, reason text default null)
returns public.join_decide_outcome
language sql set search_path = '' as $$ select private.decide_join_request(request_id, flat_id, reason) $$;
grant execute on function private.decide_join_request, public.decide_join_request to authenticated;

-- letters.sql
create function public.make_letters(
  id uuid, block_id uuid, place_id uuid default null, only_empty boolean default false, max_uses integer default 4,
  valid_days integer default 60
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language sql set search_path = '' as $$ select * from private.make_letters(id, block_id, place_id, only_empty, max_uses, valid_days) $$;
grant execute on function private.make_letters, public.make_letters to authenticated;

-- letters.sql
create function public.save_letter_text(block_id uuid, language text, body text default null) returns public.letter_text_outcome
language sql set search_path = '' as $$ select private.save_letter_text(block_id, language, body) $$;
grant execute on function private.save_letter_text, public.save_letter_text to authenticated;

-- own-data.sql
create function public.account_state() returns public.account_state
language sql stable set search_path = '' as $$ select private.account_state() $$;
grant execute on function private.account_state, public.account_state to authenticated;

-- own-data.sql
create function public.my_data() returns jsonb
language sql stable set search_path = '' as $$ select private.my_data() $$;
grant execute on function private.my_data, public.my_data to authenticated;

-- passwords.sql
create function public.asks_password() returns boolean
language sql stable set search_path = '' as $$ select private.asks_password() $$;
grant execute on function private.asks_password, public.asks_password to authenticated;

-- passwords.sql
create function public.check_password(word text default null) returns public.password_check
language sql set search_path = '' as $$ select private.check_password(word) $$;
grant execute on function private.check_password, public.check_password to authenticated;

-- people.sql
create function public.lift_lock_out(membership_id uuid) returns boolean
language sql set search_path = '' as $$ select private.lift_lock_out(membership_id) $$;
grant execute on function private.lift_lock_out, public.lift_lock_out to authenticated;

-- retention.sql
create function public.run_retention_jobs() returns jsonb
language sql set search_path = '' as $$ select private.run_retention_jobs() $$;
grant execute on function private.run_retention_jobs, public.run_retention_jobs to service_role;

-- retention.sql
create function public.kept_for() returns table (what text, years integer, months integer, days integer, hours integer)
language sql stable set search_path = '' as $$ select * from private.kept_for() $$;
grant execute on function private.kept_for, public.kept_for to anon, authenticated;

-- second-factor.sql
create function public.staff_needs_second_factor() returns boolean
language sql stable set search_path = '' as $$ select private.staff_needs_second_factor() $$;
grant execute on function private.staff_needs_second_factor, public.staff_needs_second_factor to authenticated;

-- second-factor.sql
create function public.staff_with_second_factor() returns setof uuid
language sql stable set search_path = '' as $$ select * from private.staff_with_second_factor() $$;
grant execute on function private.staff_with_second_factor, public.staff_with_second_factor to authenticated;

-- second-factor.sql
create function public.remove_second_factor(membership_id uuid) returns boolean
language sql set search_path = '' as $$ select private.remove_second_factor(membership_id) $$;
grant execute on function private.remove_second_factor, public.remove_second_factor to authenticated;

-- sign-in.sql
create function public.make_account(id uuid, flat_id uuid, user_name text, new_word text, display_name text) returns public.account_outcome
language sql set search_path = '' as $$ select private.make_account(id, flat_id, user_name, new_word, display_name) $$;
grant execute on function private.make_account, public.make_account to authenticated;

-- sign-in.sql
create function public.set_desk_password(membership_id uuid, new_word text) returns public.password_outcome
language sql set search_path = '' as $$ select private.set_desk_password(membership_id, new_word) $$;
grant execute on function private.set_desk_password, public.set_desk_password to authenticated;

-- sign-in.sql
create function public.make_slip(id uuid, membership_id uuid) returns text
language sql set search_path = '' as $$ select private.make_slip(id, membership_id) $$;
grant execute on function private.make_slip, public.make_slip to authenticated;

-- sign-in.sql
create function public.use_slip(slip text) returns text
language sql set search_path = '' as $$ select private.use_slip(slip) $$;
grant execute on function private.use_slip, public.use_slip to service_role;

-- sign-in.sql
create function public.desk_accounts(block_id uuid) returns table (membership_id uuid, user_name text, may_help boolean)
language sql stable set search_path = '' as $$ select * from private.desk_accounts(block_id) $$;
grant execute on function private.desk_accounts, public.desk_accounts to authenticated;

-- tenants.sql
create function public.change_tenant(flat_id uuid) returns public.tenant_outcome
language sql set search_path = '' as $$ select private.change_tenant(flat_id) $$;
grant execute on function private.change_tenant, public.change_tenant to authenticated;
