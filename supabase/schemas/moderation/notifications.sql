-- Notifications of moderation; the functions that write them are in moderate.sql and pauses.sql.

-- The kinds. Both can be about several kinds of things. A pause for something written is a notification about that thing.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('account_moderated', 'activity', 'account', 'whenever', 'activity', false, false, true),
  ('account_moderated', 'proposal', 'account', 'whenever', 'proposal', false, false, true),
  ('account_moderated', 'poll', 'account', 'whenever', 'poll_questions', false, false, true),
  ('account_paused', 'activity', 'account', 'whenever', 'my_pause', false, false, true),
  ('account_paused', 'proposal', 'account', 'whenever', 'proposal', false, false, true),
  ('account_paused', 'poll', 'account', 'whenever', 'poll', false, false, true),
  ('account_paused', 'account', 'account', 'whenever', 'my_pause', false, false, true);
