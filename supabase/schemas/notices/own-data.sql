-- What the portal keeps about me in notices, for the page of my own data (residents/own-data.sql).

-- What I read, and whether I read for a family. Granted to nobody.
create function private.my_notices_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'family_notices', (
      select coalesce(jsonb_agg(jsonb_build_object('joined_at', f.joined_at)), '[]') from public.family_readers f where f.person_id = p_me),
    -- Found again by the hash, as long as it is kept.
    'read_notices', (
      select coalesce(jsonb_agg(jsonb_build_object('title', n.title) order by n.published_at), '[]')
      from private.notice_salts s join public.notices n on n.id = s.notice_id
      join private.notice_readers r on r.notice_id = s.notice_id
        and r.reader_hash = sha256(s.salt || convert_to(p_me::text, 'UTF8')))
  )
$$;
