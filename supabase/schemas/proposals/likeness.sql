-- Similar proposals, by place and words: shown while one is written, and to the consultant who may merge two.

-- The words of a proposal without their endings. Immutable, so that an index can hold them; declared expensive, which it is, so that the
-- planner uses the index instead of parsing every text.
create function private.proposal_words(p_title text, p_body text) returns tsvector
language sql immutable cost 10000 set search_path = '' as $$
  select to_tsvector('pg_catalog.norwegian'::regconfig, p_title || ' ' || p_body)
$$;

-- Any of these words, as a query. Null when only stop words are left.
create function private.any_word(p_text text) returns tsquery
language sql immutable set search_path = '' as $$
  select string_agg('''' || replace(replace(l, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery
  from unnest(tsvector_to_array(to_tsvector('pg_catalog.norwegian'::regconfig, p_text))) l
$$;

-- Approved, visible proposals of this building that are similar to this title at this place, most similar first, at most five. The score:
-- how many of the words are in its title (half as much in its text), how alike the titles are letter by letter, and a little
-- for the same place. Words of place names do not count, unless there are no others.
-- Checks no right: granted to nobody.
create function private.find_like_proposals(p_block_id uuid, p_title text, p_place_id uuid, p_except uuid)
returns setof uuid
language plpgsql stable set search_path = '' as $$
declare
  v_title text := left(p_title, 120);
  v_all text[] := tsvector_to_array(to_tsvector('pg_catalog.norwegian'::regconfig, left(p_title, 120)));
  v_words text[] := array(
    select unnest(v_all) except
    select unnest(tsvector_to_array(to_tsvector('pg_catalog.norwegian'::regconfig, pl.name)))
    from public.places pl where pl.block_id = p_block_id and pl.kind not in ('flat', 'floor'));
  v_query tsquery := private.any_word(left(p_title, 120));
begin
  if v_words = '{}' then
    v_words := v_all;
  end if;
  return query
  select l.id
  from (
    select p.id, p.support_count, w.share + 0.7 * extensions.similarity(p.title, v_title)
      + case when w.share > 0 and p.place_id = p_place_id then 0.2 else 0 end as score
    from public.proposals p, lateral (
      select coalesce(sum(
        case when one = any (tsvector_to_array(private.proposal_words(p.title, ''))) then 1
          when one = any (tsvector_to_array(private.proposal_words(p.title, p.body))) then 0.5 else 0 end
      ), 0)::real / greatest(cardinality(v_words), 1) as share
      from unnest(v_words) one
    ) w
    where p.block_id = p_block_id and p.status = 'approved' and p.hidden_at is null and p.id is distinct from p_except
      and (
        private.proposal_words(p.title, p.body) @@ v_query
        or p.title operator(extensions.%) v_title
        or v_title operator(extensions.<%) p.title
      )
  ) l
  where l.score >= 0.5
  order by l.score desc, l.support_count desc, l.id
  limit 5;
end
$$;

-- While a proposal is written, for all members of the building. Definer: reads approved, visible proposals only, past their policy,
-- under which the indexes of words and titles (proposals/proposals.sql) could not be used.
-- API: authenticated
create function private.like_proposals(p_block_id uuid, p_title text, p_place_id uuid default null) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select l from private.find_like_proposals(p_block_id, p_title, p_place_id, null) l
  where private.has_role(p_block_id, '{resident,partner,consultant,landlord}')
$$;

-- For each waiting proposal of a building (the hundred oldest) the similar approved ones, for its consultant.
-- Definer for the same reason as like_proposals.
-- API: authenticated
create function private.suggest_merges(p_block_id uuid) returns table (proposal_id uuid, like_id uuid)
language sql stable security definer set search_path = '' as $$
  select w.id, l.id
  from (
    select p.id, p.title, p.place_id from public.proposals p
    where p.block_id = p_block_id and p.status = 'pending' and private.has_role(p_block_id, '{consultant}')
    order by p.created_at limit 100
  ) w, lateral (select private.find_like_proposals(p_block_id, w.title, w.place_id, w.id) as id) l
$$;
