-- Calendar links: a person's own dates for the calendar app of a phone. Anybody who has the link can read it, so it is secret;
-- the person can replace or end it. Stored as a hash.

-- How far back the personal calendar goes.
insert into private.periods (what, lasts) values ('calendar_back', '30 days');

-- One link per person; no row: no link.
create table public.calendar_links (
  person_id uuid primary key references public.people on delete cascade,
  link_hash text not null unique,
  created_at timestamptz not null default now()
);
alter table public.calendar_links enable row level security;
create policy select_own on public.calendar_links for select to authenticated using (person_id = (select auth.uid()));
create policy delete_own on public.calendar_links for delete to authenticated using (person_id = (select auth.uid()));
-- No insert or update: make_calendar_link draws the secret. No role may read the hash.
grant select (person_id, created_at) on public.calendar_links to authenticated;
grant delete on public.calendar_links to authenticated;

-- Makes my link, or replaces it: the old one stops working. Returns the secret, which is not shown again.
-- Definer: writes the hash, which no role may write directly.
-- API: authenticated
create function private.make_calendar_link() returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret text := encode(extensions.gen_random_bytes(24), 'hex');
begin
  insert into public.calendar_links (person_id, link_hash)
  values ((select auth.uid()), encode(sha256(convert_to(v_secret, 'UTF8')), 'hex'))
  on conflict (person_id) do update set link_hash = excluded.link_hash, created_at = now();
  return v_secret;
end
$$;

-- The dates that the owner of this link is signed up for or hosts, from `calendar_back` on, at most 1000. Includes cancelled dates,
-- so that calendars update them, but no sign-ups that the owner gave up. A wrong link gives no row, a link without dates a row of nulls.
-- Definer: the caller is a calendar app without an account; the secret says whose sign-ups to read.
-- API: anon, authenticated
create function private.calendar_of(p_secret text)
returns table (
  session_id uuid, starts_at timestamptz, ends_at timestamptz, is_cancelled boolean, note text, sequence integer, title text,
  body text, place_name text, whereabouts text, activity_id uuid, block_name text, block_slug text
)
language sql stable security definer set search_path = '' as $$
  select d.*
  from public.calendar_links l
  left join lateral (
    select s.id, s.starts_at, s.ends_at, s.cancelled_at is not null or a.status = 'cancelled',
      coalesce(a.cancel_reason, s.note), s.sequence + a.version, a.title, a.body, p.name, a.whereabouts, a.id, b.name, b.slug
    from (
      select g.activity_id from public.signups g
      where g.person_id = l.person_id and (g.status = 'signed_up' or g.status = 'cancelled' and exists (
        select from public.signup_events e where e.signup_id = g.id and e.reason = 'activity_cancelled'))
      union
      -- As long as they belong to the building, like my_hosted_ids.
      select h.activity_id from public.activity_hosts h
      join public.memberships m on m.person_id = h.person_id and m.block_id = h.block_id
      where h.person_id = l.person_id and m.ended_at is null and m.role in ('resident', 'partner')
    ) mine
    join public.activities a on a.id = mine.activity_id and a.status in ('published', 'cancelled') and a.hidden_at is null
    join public.activity_sessions s on s.activity_id = a.id and s.starts_at > now() - (select private.period('calendar_back'))
    join public.blocks b on b.id = a.block_id
    left join public.places p on p.id = a.place_id
    order by s.starts_at
    limit 1000
  ) d on true
  where l.link_hash = encode(sha256(convert_to(coalesce(p_secret, ''), 'UTF8')), 'hex')
  order by d.starts_at
$$;
