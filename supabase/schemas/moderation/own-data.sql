-- What the portal keeps about me in moderation and its log, for the page of my own data (residents/own-data.sql).

-- Edits and statements about what I wrote, what I flagged, my pauses, and my own acts as staff. Granted to nobody.
create function private.my_moderation_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'texts_changed', (
      select coalesce(jsonb_agg(jsonb_build_object('edited_at', e.edited_at, 'title', x.old_title,
        'body', concat_ws(E'\n\n', x.old_body, (
          select string_agg(regexp_replace(w.part, '^[^\n]*\n', ''), E'\n\n' order by w.nr) from unnest(x.old_parts) with ordinality w (part, nr))),
        'reason', e.reason)
        order by e.edited_at), '[]')
      from public.edit_texts x join public.edits e on e.id = x.edit_id where x.thing_id in (select private.things_by(p_me))),
    'flags', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', f.created_at, 'reason', f.reason, 'verdict', f.verdict) order by f.created_at), '[]')
      from public.flags f where f.flagged_by = p_me),
    'appeals', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', y.appealed_at, 'body', y.body, 'answer', y.answer) order by y.appealed_at), '[]')
      from public.appeals y where y.thing_id in (select private.things_by(p_me))),
    'pauses', (
      select coalesce(jsonb_agg(jsonb_build_object('building', b.name, 'started_at', s.started_at, 'ended_at', coalesce(s.lifted_at, s.ends_at),
        'reason', s.reason) order by s.started_at), '[]')
      from private.paused_people w join public.pauses s on s.id = w.pause_id join public.blocks b on b.id = s.block_id
      where w.person_id = p_me),
    'staff_acts', (
      select coalesce(jsonb_agg(jsonb_build_object('acted_at', a.acted_at, 'role', a.actor_role, 'act', a.act, 'subject', a.subject,
        'shape', a.shape, 'details', a.details, 'usual_reason', a.usual_reason, 'reason', a.reason) order by a.acted_at), '[]')
      from public.audit_entries a where a.actor_id = p_me)
  )
$$;
