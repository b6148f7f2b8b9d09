-- Proposals: ideas for the building. The consultant looks at them first; then the neighbours see them and may support them.

create type public.proposal_kind as enum ('social', 'physical');
create type public.proposal_status as enum ('pending', 'approved', 'declined', 'withdrawn', 'merged');

-- One idea, without its author: neighbours see approved rows, and may never learn whose they are. `alias` is the name the author
-- chose, if any. `rough_cost_nok` is the author's guess; `cost_nok` is the checked cost.
-- `answer` is the consultant's answer (required to decline). Hidden (by flags or the consultant): only the author and the
-- consultant still see it, with the reason. Merged: its supporters now support another one. `support_count` is kept by set_support:
-- no role may read the rows it counts. The check (is it possible, what does it cost) is in proposals/checks.sql.
create table public.proposals (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  kind public.proposal_kind not null,
  place_id uuid,
  place_kind public.place_kind,
  alias text check (length(btrim(alias)) >= 1 and length(alias) <= 40 and alias !~ '[[:cntrl:]\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  rough_cost_nok integer check (rough_cost_nok between 0 and 100000000),
  status public.proposal_status not null default 'pending',
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 1000),
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  support_count integer not null default 0 check (support_count >= 0),
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  merged_into uuid,
  merged_at timestamptz,
  is_possible boolean,
  cost_nok integer check (cost_nok between 0 and 100000000),
  check_reason text check (length(btrim(check_reason)) >= 1 and length(check_reason) <= 1000),
  checked_at timestamptz,
  checked_by_role public.member_role check (checked_by_role in ('consultant', 'landlord')),
  unique (id, block_id),
  foreign key (merged_into, block_id) references public.proposals (id, block_id) on delete cascade,
  -- Never a flat: it would reveal the author.
  constraint place_is_common check (place_kind not in ('flat', 'floor') and (place_id is null) = (place_kind is null)),
  foreign key (place_id, block_id, place_kind) references public.places (id, block_id, kind)
    on delete set null (place_id, place_kind),
  constraint decline_has_reason check (status <> 'declined' or answer is not null),
  -- A proposal merged before it was approved has no such time: neighbours never saw it.
  constraint decided_has_time check (status = 'merged' or (status in ('approved', 'declined')) = (decided_at is not null)),
  constraint merged_has_target check ((status = 'merged') = (merged_into is not null)),
  constraint merged_has_time check ((merged_into is null) = (merged_at is null)),
  constraint merged_into_another check (merged_into <> id),
  constraint checked_has_time check ((is_possible is null) = (checked_at is null) and (checked_at is null) = (checked_by_role is null)),
  constraint no_has_reason check (is_possible is null or is_possible or check_reason is not null),
  constraint only_possible_has_cost check (cost_nok is null or is_possible is true),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null))
);
create index proposals_block_id_status_idx on public.proposals (block_id, status, created_at);
create index proposals_place_id_idx on public.proposals (place_id, block_id, place_kind);
create index proposals_merged_into_idx on public.proposals (merged_into, block_id);
-- What Boligbygg has to check, in all buildings.
create index proposals_to_check_idx on public.proposals (decided_at)
  where status = 'approved' and kind = 'physical' and hidden_at is null and is_possible is null;
-- Similar proposals, by words and by title: proposals/likeness.sql.
create index proposals_words_idx on public.proposals using gin (private.proposal_words(title, body))
  where status = 'approved' and hidden_at is null;
create index proposals_title_idx on public.proposals using gin (title extensions.gin_trgm_ops)
  where status = 'approved' and hidden_at is null;
alter table public.proposals enable row level security;

create policy select_visible on public.proposals for select to authenticated
  using (
    (status in ('approved', 'merged') and decided_at is not null and hidden_at is null
      and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    or (status <> 'withdrawn' and block_id in (select private.my_block_ids('{consultant}')))
    or id in (select a.proposal_id from public.proposal_authors a where a.person_id = (select auth.uid()))
  );
-- No insert, update or delete: functions (propose.sql, queue.sql, checks.sql, merging.sql, support.sql) count, lock and log.
grant select on public.proposals to authenticated;

-- The authors of proposals. Everybody sees only their own rows, staff included.
create table public.proposal_authors (
  proposal_id uuid primary key references public.proposals on delete cascade,
  person_id uuid not null references public.people on delete cascade
);
create index proposal_authors_person_id_idx on public.proposal_authors (person_id);
alter table public.proposal_authors enable row level security;

create policy select_self on public.proposal_authors for select to authenticated using (person_id = (select auth.uid()));
grant select on public.proposal_authors to authenticated;
