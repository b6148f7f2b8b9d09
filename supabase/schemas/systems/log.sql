-- What the log holds of other systems: the acts. They have no names there.

insert into private.audit_acts (act, subject, shape) values
  ('change', 'landlord_settings', 'none'), ('add', 'webhook', 'none'), ('change', 'webhook', 'none'), ('try', 'webhook', 'none'),
  ('resend', 'webhook', 'none'), ('add', 'api_key', 'none'), ('remove', 'api_key', 'none');
