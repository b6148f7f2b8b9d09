-- What a voter can do with a receipt: change the vote until closing, and check that it is counted.

-- Wrong receipts of a person in one vote.
insert into private.limits (what, most, per) values ('receipt', 20, '1 hour');

-- Whether I may try a receipt: not after too many wrong ones.
create function private.may_try_receipt(p_poll_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.has_attempts_left('receipt', (select auth.uid())::text || p_poll_id)
$$;

-- Counts a wrong receipt. A right one leaves no row: it would reveal who voted, and when. Returns false when it was one too many.
create function private.count_wrong_receipt(p_poll_id uuid) returns boolean
language sql volatile set search_path = '' as $$
  select private.attempt('receipt', (select auth.uid())::text || p_poll_id)
$$;

create type public.change_outcome as enum (
  'changed', 'wrong_receipt', 'too_many_attempts', 'not_yet_open', 'closed', 'stopped', 'not_entitled',
  'wrong_choices', 'too_many_choices', 'over_budget'
);

-- Changes the vote that this receipt belongs to, until closing. The caller must live in the building; nobody knows whose vote it is.
-- Definer: writes a private table.
-- API: authenticated
create function private.change_vote(p_poll_id uuid, p_receipt text, p_choices uuid[]) returns public.change_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_refusal text;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  v_refusal := coalesce(private.voting_refusal(v_poll), private.choices_refusal(v_poll, p_choices));
  if v_refusal is not null then
    return v_refusal;
  elsif not private.may_try_receipt(p_poll_id) then
    return 'too_many_attempts';
  elsif private.change_ballot(p_poll_id, private.receipt_hash(p_poll_id, p_receipt), private.sorted(p_choices)) then
    return 'changed';
  end if;
  return case when private.count_wrong_receipt(p_poll_id) then 'wrong_receipt' else 'too_many_attempts' end;
end
$$;

create type public.receipt_outcome as enum ('counted', 'not_found', 'too_many_attempts', 'not_entitled');

-- Whether the vote of this receipt is in the box, with its control number; after the count also the choices, if the list is published.
-- The share lock waits for a vote that is just closing. Definer: reads a private table.
-- API: authenticated
create function private.check_receipt(p_poll_id uuid, p_receipt text)
returns table (outcome public.receipt_outcome, control_number text, choices uuid[])
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  if not found or v_poll.status = 'draft' or not private.has_role(v_poll.block_id, '{resident,partner,consultant,landlord}') then
    outcome := 'not_entitled';
  elsif not private.may_try_receipt(p_poll_id) then
    outcome := 'too_many_attempts';
  else
    select left(encode(b.receipt_hash, 'hex'), 12), case when v_poll.counted_at is not null and v_poll.is_list_published then b.choices end
    into control_number, choices
    from private.ballots_in(p_poll_id) b where b.receipt_hash = private.receipt_hash(p_poll_id, p_receipt);
    outcome := case when found then 'counted' when private.count_wrong_receipt(p_poll_id) then 'not_found' else 'too_many_attempts' end;
  end if;
  return next;
end
$$;
