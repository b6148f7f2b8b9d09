set check_function_bodies = off;

insert into private.retention_rules (what, keep, since) values ('database_copies', '30 days', 'the upgrade before which it was made') on conflict do nothing;
