-- The demo cast as accounts: one password, `bomiljo-demo`, for all. Only the embedded backend loads this folder.
-- Written to be valid on hosted Supabase too: hosted wants the empty strings, and computes
-- confirmed_at and identities.email itself. bcrypt cost 6 instead of 10: signing in stays quick in demo and tests.
with cast_of (id, email) as (values
  ('00000000-0000-4000-8000-0000000000d1'::uuid, 'beboer1@drobakgata-1.example'),
  ('00000000-0000-4000-8000-0000000000d2', 'beboer2@drobakgata-1.example'),
  ('00000000-0000-4000-8000-0000000000d3', 'beboer3@drobakgata-1.example'),
  ('00000000-0000-4000-8000-0000000000d9', 'konsulent@drobakgata-1.example'),
  ('00000000-0000-4000-8000-0000000000e1', 'beboer1@stovner-senter.example'),
  ('00000000-0000-4000-8000-0000000000e2', 'beboer2@stovner-senter.example'),
  ('00000000-0000-4000-8000-0000000000e3', 'beboer3@stovner-senter.example'),
  ('00000000-0000-4000-8000-0000000000e9', 'konsulent@stovner-senter.example'),
  ('00000000-0000-4000-8000-0000000000e8', 'frivillig@stovner-senter.example'),
  ('00000000-0000-4000-8000-0000000000b1', 'mottak@boligbygg.example'),
  ('00000000-0000-4000-8000-0000000000a1', 'admin@bomiljo.example')
), users as (
  insert into auth.users (
    instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
    raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
    confirmation_token, recovery_token, email_change, email_change_token_new
  )
  select
    '00000000-0000-0000-0000-000000000000', id, 'authenticated', 'authenticated', email,
    '$2a$06$84hGaDGvX8cDKr2VGc4FD.N5HI2JOES/noXqJGfLAynZVoizC.NYi', now(),
    '{"provider": "email", "providers": ["email"]}', '{}', now(), now(),
    '', '', '', ''
  from cast_of
  returning id, email
)
insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
select
  id, 'email', id::text, id,
  jsonb_build_object('sub', id, 'email', email, 'email_verified', true, 'phone_verified', false),
  now(), now(), now()
from users;
