-- How long things are kept: the one place for all periods. Whatever deletes calls private.keep; docs/privacy.md shows the same
-- table, and a test compares the two. To change a period, change its number here.

-- `what` is kept for `keep`, counted from `since`. Not reachable over the API.
create table private.retention_rules (
  what text primary key check (what ~ '^[a-z_]{1,40}$'),
  keep interval not null check (keep > interval '0'),
  since text not null
);
alter table private.retention_rules enable row level security;

insert into private.retention_rules (what, keep, since) values
  ('api_calls', '1 hour', 'the call'),
  ('sign_in_slips', '1 day', 'it ran out'),
  ('report_drafts', '1 day', 'the last change'),
  ('unsent_photos', '1 day', 'it was stored or chosen again'),
  ('unconfirmed_phones', '1 day', 'the number was given'),
  ('database_copies', '30 days', 'the upgrade before which it was made'),
  ('signup_names', '30 days', 'the last date of the activity'),
  ('notice_readers', '30 days', 'the notice was published'),
  ('sent_messages', '90 days', 'it was sent or given up'),
  ('join_requests', '90 days', 'it was decided, or asked when nobody decided'),
  ('never_joined_accounts', '90 days', 'it was made and last used'),
  ('notifications', '12 months', 'it was written'),
  ('flaggers', '12 months', 'the flag was decided'),
  ('electors', '12 months', 'the vote closed'),
  ('flat_cases', '12 months', 'the case was closed'),
  ('memberships', '12 months', 'it ended'),
  ('left_accounts', '12 months', 'it was last used, and no membership is left'),
  ('audit_entries', '5 years', 'the act');

-- How long this is kept. An unknown name is an error, and stops the job. Granted to nobody.
create function private.keep(p_what text) returns interval
language plpgsql stable set search_path = '' as $$
declare
  v_keep interval := (select r.keep from private.retention_rules r where r.what = p_what);
begin
  if v_keep is null then
    raise exception 'no retention rule for %', p_what;
  end if;
  return v_keep;
end
$$;
