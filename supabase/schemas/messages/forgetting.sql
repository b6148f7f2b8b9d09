-- What happens to numbers for SMS: in remaining words when somebody leaves, and when nobody confirms them.

-- The phone number of this person. Granted to nobody.
create function private.words_in_messages(p_person_id uuid) returns setof text
language sql stable set search_path = '' as $$
  select m.phone from public.message_phones m where m.person_id = p_person_id
$$;

-- Deletes numbers that were never confirmed. Returns how many. Granted to nobody.
create function private.forget_old_in_messages() returns jsonb
language sql set search_path = '' as $$
  with forgotten as (
    delete from public.message_phones m where m.confirmed_at is null and m.asked_at < now() - (select private.keep('unconfirmed_phones'))
    returning m.person_id
  )
  select jsonb_build_object('forgotten_unconfirmed_phones', count(*)) from forgotten
$$;
