-- Trails beside the log: the steps of sign-ups, who of the staff acted in a case, what the words were before an edit. Only ever added to.

-- A row goes with what it belongs to (the sign-up, the account, the thing), and never before it. Words from before an edit lose a name in a
-- transaction that forgets (000901). Holds even for the owner of the tables.
create function private.tg_trails__append_only() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_old constant jsonb := to_jsonb(old);
  -- The thing of an edit is made of other columns, which stay, and is not made yet here.
  v_forgotten constant text[] := case tg_table_name when 'edits' then '{reason,thing_id}' else '{old_title,old_body,old_parts}' end;
begin
  if tg_op = 'DELETE' and not (case tg_table_name
    when 'signup_events' then exists (select from public.signups s where s.id = (v_old ->> 'signup_id')::uuid)
    when 'report_event_actors' then exists (select from public.people p where p.id = (v_old ->> 'person_id')::uuid)
    when 'edit_texts' then exists (select from public.edits e where e.id = (v_old ->> 'edit_id')::uuid)
    else exists (select from public.proposals x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.proposal_comments x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.poll_questions x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.activities x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.activity_messages x where x.id = (v_old ->> 'thing_id')::uuid) end) then
    return old;
  elsif tg_op = 'UPDATE' and tg_table_name in ('edits', 'edit_texts') and (
    -- That a host wrote anew, and that the consultant has looked at it.
    to_jsonb(new) - 'changed_again_at' = v_old - 'changed_again_at'
    or private.may_forget() and to_jsonb(new) - v_forgotten = v_old - v_forgotten
  ) then
    return new;
  end if;
  raise exception using errcode = '42501', message = format('%s are only ever added to', tg_table_name);
end
$$;
create trigger append_only before update or delete on public.edits
  for each row execute function private.tg_trails__append_only();
create trigger append_only before update or delete on public.edit_texts
  for each row execute function private.tg_trails__append_only();
create trigger no_truncate before truncate on public.edits
  for each statement execute function private.tg_trails__append_only();
create trigger no_truncate before truncate on public.edit_texts
  for each statement execute function private.tg_trails__append_only();
