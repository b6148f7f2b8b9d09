-- What the portal keeps about me in the monthly question, for the page of my own data (residents/own-data.sql).

-- That I have answered the pulse, found by the hash of the month; never my answer. Granted to nobody.
create function private.my_figures_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'pulse_answers', (
      select coalesce(jsonb_agg(jsonb_build_object('building', b.name, 'month', k.month) order by k.month), '[]')
      from private.pulse_months h join private.pulse_marks k on k.block_id = h.block_id and k.month = h.month
        and k.mark = sha256(h.salt || convert_to(p_me::text, 'UTF8'))
      join public.blocks b on b.id = h.block_id)
  )
$$;
