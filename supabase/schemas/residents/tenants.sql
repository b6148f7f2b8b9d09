-- A flat gets new tenants: the memberships and the codes of the old ones end.

create type public.tenant_outcome as enum ('changed', 'nothing_to_do', 'not_found');

-- Everything of the old tenants ends at once: memberships, the codes of letters, and with the memberships their slips.
-- Locks the flat, so that pressing twice is one change, and nobody joins with an old code in between.
-- Definer: no role may write memberships.
-- API: authenticated
create function private.change_tenant(p_flat_id uuid) returns public.tenant_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid;
  v_ended integer;
  v_revoked integer;
begin
  select f.block_id into v_block_id from public.places f where f.id = p_flat_id and f.kind = 'flat' for no key update;
  if private.has_role(v_block_id, '{consultant}') is not true then
    return 'not_found';
  end if;
  update public.join_codes c set revoked_at = now()
  where c.flat_id = p_flat_id and c.revoked_at is null and c.expires_at > now() and c.used_count < c.max_uses;
  get diagnostics v_revoked = row_count;
  update public.memberships m set ended_at = now() where m.flat_id = p_flat_id and m.ended_at is null;
  get diagnostics v_ended = row_count;
  if v_ended + v_revoked = 0 then
    return 'nothing_to_do';
  end if;
  perform private.log_act(v_block_id, 'change_tenant', 'flat', p_flat_id);
  return 'changed';
end
$$;
