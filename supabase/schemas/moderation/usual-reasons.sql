-- The usual reasons that the consultant chooses from, and how they are stored in a text: by name on a first line of its own, `template:person`,
-- with own words below it (docs/decisions/019-moderation.md). The log keeps the two apart.

create type public.usual_reason as enum ('person', 'rude', 'private', 'off_topic', 'misleading');

-- The usual reason that a stored one names, or null. Granted to nobody.
create function private.usual_reason_in(p_stored text) returns public.usual_reason
language sql stable set search_path = '' as $$
  select u from unnest(enum_range(null::public.usual_reason)) u where split_part(p_stored, E'\n', 1) = 'template:' || u
$$;

-- The own words of a stored reason; null when there are none. Granted to nobody.
create function private.own_words_in(p_stored text) returns text
language sql stable set search_path = '' as $$
  select nullif(case when private.usual_reason_in(p_stored) is null then p_stored
    else substr(p_stored, strpos(p_stored || E'\n', E'\n') + 1) end, '')
$$;

-- A reason as it is stored: the usual one, own words, or both. Granted to nobody.
create function private.stored_reason(p_usual public.usual_reason, p_words text) returns text
language sql stable set search_path = '' as $$
  select nullif(concat_ws(E'\n', 'template:' || p_usual, p_words), '')
$$;
