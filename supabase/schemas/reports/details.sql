-- The reporter's part of a case: words, contact, access to the flat, and the person. Visible to the reporter and the staff alone.

create type public.report_access as enum ('call_first', 'may_enter');

-- The reporter's part. block_id is a copy (held by the foreign key), so that the policies need no join.
create table public.report_details (
  report_id uuid primary key,
  block_id uuid not null,
  -- Empty when the case was made for somebody without an account, and when the account was deleted: the case
  -- stays, the person does not. The consultant can then do what the reporter could.
  reporter_id uuid references public.people on delete set null,
  -- Other systems may write as much as Open311 allows (4000 characters); people have the form's limit.
  description text not null,
  constraint report_details_description_check check (
    length(btrim(description)) >= 1 and length(description) <= case when reporter_id is null then 4000 else 1000 end),
  -- Only for a flat.
  access public.report_access,
  contact text check (length(contact) <= 80),
  -- When the reporter last wrote without an answer since.
  asked_at timestamptz,
  -- When "closed without action" was appealed; possible once.
  appealed_at timestamptz,
  -- When the words, contact and pictures of a flat's case were deleted: with the account, or a year after it was closed.
  forgotten_at timestamptz,
  unique (report_id, block_id),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_details_reporter_id_idx on public.report_details (reporter_id);
-- Cases that wait for an answer of the staff.
create index report_details_asked_idx on public.report_details (asked_at) include (report_id) where asked_at is not null;
alter table public.report_details enable row level security;

create policy select_reporter_or_staff on public.report_details for select to authenticated
  using (
    reporter_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete: written with the case by make_report (reports/sending.sql).
grant select on public.report_details to authenticated;

-- A deleted account removes the contact too; the fault and its history stay with the landlord.
create function private.tg_report_details__forget_contact() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.contact := null;
  return new;
end
$$;
create trigger forget_contact before update of reporter_id on public.report_details
  for each row when (new.reporter_id is null) execute function private.tg_report_details__forget_contact();
