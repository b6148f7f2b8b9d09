-- Ballots: one table per vote, without person, flat, time or number. Making it, reading and changing ballots, the
-- hash of a receipt, and shuffling them when a vote closes.

-- The parent of all ballot tables, itself without rows: each vote has a table of its own, so that no vote waits for another (a backup that
-- reads, a vote that closes), and closing can replace it by a fresh one. The chosen options (ordered by id; none: a blank paper
-- ballot) and the hash of the receipt. No person, no flat, no time, no serial number, and no foreign key.
-- What is protected: who has voted (private.electors) and what was voted (private.ballots) share no key, time or number; no role can
-- reach either over the API, including the server's own key; and poll_results is the only function that returns numbers.
-- While a vote is open, somebody with the database files could pair the two by the hidden order and transaction of the rows;
-- closing rewrites all ballots in random order into a fresh table and drops the old one. See docs/privacy.md, "Votes".
create table private.ballots (
  id uuid primary key default gen_random_uuid(),
  choices uuid[] not null check (cardinality(choices) <= 20),
  receipt_hash bytea not null unique
);
alter table private.ballots enable row level security;

-- The salt for the receipts of a vote.
create table private.poll_salts (
  poll_id uuid primary key references public.polls on delete cascade,
  salt bytea not null default extensions.gen_random_bytes(32)
);
alter table private.poll_salts enable row level security;

-- The name of the ballot table of a vote.
create function private.ballots_of(p_poll_id uuid) returns text
language sql immutable set search_path = '' as $$ select 'ballots_' || replace(p_poll_id::text, '-', '') $$;

-- Makes an empty table of ballots. Granted to nobody.
create function private.make_ballots(p_name text) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('create table private.%I (like private.ballots including all)', p_name);
  execute format('alter table private.%I enable row level security', p_name);
end
$$;

-- The ballots of a vote; none before it opens and after it was stopped. Granted to nobody.
create function private.ballots_in(p_poll_id uuid) returns setof private.ballots
language plpgsql stable set search_path = '' as $$
begin
  if to_regclass('private.' || private.ballots_of(p_poll_id)) is not null then
    return query execute format('select * from private.%I', private.ballots_of(p_poll_id));
  end if;
end
$$;

-- The stored form of a receipt: SHA-256 of the vote's salt and the 16 characters (80 bits). Its first 12 hex digits are the control number.
create function private.receipt_hash(p_poll_id uuid, p_receipt text) returns bytea
language sql stable set search_path = '' as $$
  select sha256(s.salt || convert_to(private.plain_code(p_receipt), 'UTF8')) from private.poll_salts s where s.poll_id = p_poll_id
$$;

-- Changes the choices on the ballot of this receipt. Returns false when there is none. Granted to nobody.
create function private.change_ballot(p_poll_id uuid, p_receipt_hash bytea, p_choices uuid[]) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  execute format('update private.%I set choices = $1 where receipt_hash = $2', private.ballots_of(p_poll_id)) using p_choices, p_receipt_hash;
  get diagnostics v_count = row_count;
  return v_count > 0;
end
$$;

-- Rewrites all ballots of a vote, and those from the box (`p_paper`), in random order and with new ids into a fresh table, and drops the old
-- one with its row order, transaction numbers and dead rows. Granted to nobody.
create function private.shuffle_ballots(p_poll_id uuid, p_paper jsonb default '[]') returns void
language plpgsql set search_path = '' as $$
declare
  v_old constant text := private.ballots_of(p_poll_id);
  v_fresh constant text := v_old || '_fresh';
begin
  perform private.make_ballots(v_fresh);
  execute format(
    'insert into private.%I (choices, receipt_hash)
    select b.choices, b.receipt_hash from (
      select choices, receipt_hash from private.%I
      union all
      select array(select c::uuid from jsonb_array_elements_text(p) c order by 1), extensions.gen_random_bytes(32) from jsonb_array_elements($1) p
    ) b
    order by gen_random_uuid()', v_fresh, v_old) using p_paper;
  execute format('drop table private.%I', v_old);
  execute format('alter table private.%I rename to %I', v_fresh, v_old);
end
$$;

-- Drops the ballot table of a deleted vote. Definer: drops a table, which no role may do.
create function private.tg_polls__drop_ballots() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  execute format('drop table if exists private.%I', private.ballots_of(old.id));
  return null;
end
$$;
create trigger polls_drop_ballots after delete on public.polls for each row
  when (old.opened_at is not null) execute function private.tg_polls__drop_ballots();
