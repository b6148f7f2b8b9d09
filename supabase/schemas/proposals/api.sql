-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- checks.sql
create function public.check_proposal(proposal_id uuid, is_possible boolean, cost_nok integer default null, reason text default null)
returns public.check_outcome
language sql set search_path = '' as $$ select private.check_proposal(proposal_id, is_possible, cost_nok, reason) $$;
grant execute on function private.check_proposal, public.check_proposal to authenticated;

-- comments.sql
create function public.comment_proposal(id uuid, proposal_id uuid, body text, alias text default null) returns public.comment_outcome
language sql set search_path = '' as $$ select private.comment_proposal(id, proposal_id, body, alias) $$;
grant execute on function private.comment_proposal, public.comment_proposal to authenticated;

-- comments.sql
create function public.take_back_comment(comment_id uuid) returns boolean
language sql set search_path = '' as $$ select private.take_back_comment(comment_id) $$;
grant execute on function private.take_back_comment, public.take_back_comment to authenticated;

-- likeness.sql
create function public.like_proposals(block_id uuid, title text, place_id uuid default null) returns setof uuid
language sql stable set search_path = '' as $$ select * from private.like_proposals(block_id, title, place_id) $$;
grant execute on function private.like_proposals, public.like_proposals to authenticated;

-- likeness.sql
create function public.suggest_merges(block_id uuid) returns table (proposal_id uuid, like_id uuid)
language sql stable set search_path = '' as $$ select * from private.suggest_merges(block_id) $$;
grant execute on function private.suggest_merges, public.suggest_merges to authenticated;

-- merging.sql
create function public.merge_proposal(proposal_id uuid, into_id uuid) returns public.merge_outcome
language sql set search_path = '' as $$ select private.merge_proposal(proposal_id, into_id) $$;
grant execute on function private.merge_proposal, public.merge_proposal to authenticated;

-- photos.sql
create function public.mark_abandoned_space_photos() returns setof text
language sql set search_path = '' as $$ select * from private.mark_abandoned_space_photos() $$;
grant execute on function private.mark_abandoned_space_photos, public.mark_abandoned_space_photos to service_role;

-- propose.sql
create function public.propose(
  id uuid, block_id uuid, title text, body text, kind public.proposal_kind, place_id uuid default null, alias text default null,
  rough_cost_nok integer default null, photo_path text default null, photo_text text default null
) returns public.propose_outcome
language sql set search_path = ''
as $$ select private.propose(id, block_id, title, body, kind, place_id, alias, rough_cost_nok, photo_path, photo_text) $$;
grant execute on function private.propose, public.propose to authenticated;

-- propose.sql
create function public.withdraw_proposal(proposal_id uuid) returns boolean
language sql set search_path = '' as $$ select private.withdraw_proposal(proposal_id) $$;
grant execute on function private.withdraw_proposal, public.withdraw_proposal to authenticated;

-- queue.sql
create function public.write_about_proposal(id uuid, proposal_id uuid, body text) returns public.proposal_message_outcome
language sql set search_path = '' as $$ select private.write_about_proposal(id, proposal_id, body) $$;
grant execute on function private.write_about_proposal, public.write_about_proposal to authenticated;

-- queue.sql
create function public.decide_proposal(proposal_id uuid, approve boolean, answer text default null, kind public.proposal_kind default null)
returns public.decide_outcome
language sql set search_path = '' as $$ select private.decide_proposal(proposal_id, approve, answer, kind) $$;
grant execute on function private.decide_proposal, public.decide_proposal to authenticated;
