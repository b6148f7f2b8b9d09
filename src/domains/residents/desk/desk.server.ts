import type { z } from 'astro/zod';
import { rows, rowsIfAllowed, type Db } from '~/lib/supabase.ts';
import type { Role } from '~/domains/residents/residents.ts';
import type {
  accountForm,
  Appointed,
  Flat,
  FlatMember,
  LiveCode,
  Member,
  OpenRequest,
} from './desk.ts';
import { ownLanguage } from '~/i18n/languages.ts';
import { comparing } from '~/lib/intl.ts';

interface MemberRow {
  id: string;
  role: Role;
  started_at: string;
  people: { display_name: string } | null;
}
const toMember = ({ id, role, started_at, people }: MemberRow): Member => ({
  id,
  displayName: people?.display_name ?? '',
  role,
  since: new Date(started_at),
});

interface CodeRow {
  id: string;
  max_uses: number;
  used_count: number;
  expires_at: string;
}
const toCodes = (codes: CodeRow[]): LiveCode[] =>
  codes
    .map(({ id, max_uses, used_count, expires_at }) => ({
      id,
      usesLeft: max_uses - used_count,
      expiresAt: new Date(expires_at),
    }))
    .filter(({ usesLeft }) => usesLeft > 0);

const byName = comparing(ownLanguage);

const flatFields = `id, kind, name, parent_id,
  memberships!memberships_flat_id_block_id_flat_kind_fkey (id, role, started_at, ended_at, people (display_name)),
  join_codes!join_codes_flat_id_block_id_flat_kind_fkey (id, max_uses, used_count, expires_at, revoked_at)` as const;

/** The places that flats stand in, with who lives there now and the codes that work; at most 1000. */
const tree = (db: Db, blockId: string, now: Date) =>
  db
    .from('places')
    .select(flatFields)
    .eq('block_id', blockId)
    .in('kind', ['stair', 'floor', 'flat'])
    .is('memberships.ended_at', null)
    .is('join_codes.revoked_at', null)
    .gt('join_codes.expires_at', now.toISOString())
    .order('position')
    .limit(1000);

/** The flats of a building with stair, people and live codes, in one round trip; for its consultant. */
export async function listFlats(db: Db, blockId: string, now: Date): Promise<Flat[]> {
  const places = rows(await tree(db, blockId, now));
  const byId = new Map(places.map((place) => [place.id, place]));
  const stairOf = (place: (typeof places)[number] | undefined): Flat['stair'] => {
    if (!place) return null;
    const { id, name } = place;
    return place.kind === 'stair' ? { id, name } : stairOf(byId.get(place.parent_id ?? ''));
  };
  return places
    .filter(({ kind }) => kind === 'flat')
    .map((place) => ({
      id: place.id,
      name: place.name,
      stair: stairOf(place),
      members: place.memberships.map(toMember),
      codes: toCodes(place.join_codes),
    }))
    .toSorted((a, b) => byName(a.name, b.name));
}

/** One flat; null when it is not there or not of this building. */
export async function findFlat(db: Db, blockId: string, flatId: string, now: Date) {
  const [found, accounts] = await Promise.all([
    tree(db, blockId, now).eq('id', flatId).eq('kind', 'flat').maybeSingle(),
    db.rpc('desk_accounts', { block_id: blockId }),
  ]);
  const place = rows(found);
  if (!place) return null;
  const byMembership = new Map(rows(accounts).map((one) => [one.membership_id, one]));
  const members: FlatMember[] = place.memberships.map((row) => ({
    ...toMember(row),
    userName: byMembership.get(row.id)?.user_name ?? null,
    mayHelp: byMembership.get(row.id)?.may_help ?? false,
  }));
  return { id: place.id, name: place.name, members, codes: toCodes(place.join_codes) };
}

const memberFields = 'id, role, started_at, people (display_name)';

/** Partners and observers of a building. */
export async function listOthers(db: Db, blockId: string): Promise<Member[]> {
  const query = db.from('memberships').select(memberFields).eq('block_id', blockId);
  const live = query.in('role', ['partner', 'observer']).is('ended_at', null);
  return rows(await live.order('started_at').limit(200)).map(toMember);
}

/** Who is locked out of a building. */
export async function listLockedOut(db: Db, blockId: string): Promise<Member[]> {
  const query = db.from('memberships').select(memberFields).eq('block_id', blockId);
  const locked = query.not('blocked_at', 'is', null).order('blocked_at');
  return rows(await locked.limit(200)).map(toMember);
}

/** Who asks to join, oldest first. */
export async function listRequests(db: Db, blockId: string): Promise<OpenRequest[]> {
  const query = db.from('join_requests').select('id, display_name, flat_text, asked_at');
  const open = query.eq('block_id', blockId).eq('status', 'open').order('asked_at');
  return rows(await open.limit(100)).map((row) => ({
    id: row.id,
    displayName: row.display_name ?? '',
    flat: row.flat_text ?? '',
    askedAt: new Date(row.asked_at),
  }));
}

/** Accepts somebody as a resident of this flat, or (null) declines, with an optional reason. */
export const decideRequest = async (
  db: Db,
  requestId: string,
  flatId: string | null,
  reason: string | null = null,
) =>
  rows(
    await db.rpc('decide_join_request', {
      request_id: requestId,
      ...(flatId && { flat_id: flatId }),
      ...(reason && { reason }),
    }),
  ) ?? 'not_found';

/** The old tenants' memberships and codes end. */
export const changeTenant = async (db: Db, flatId: string) =>
  rows(await db.rpc('change_tenant', { flat_id: flatId })) ?? 'not_found';

/** False when there is no such membership that I may end. */
export const endMembership = async (db: Db, id: string) =>
  rows(await db.rpc('end_membership', { membership_id: id })) ?? false;

/** Ends it for good; false as above. */
export const lockOut = async (db: Db, id: string, reason: string) =>
  rows(await db.rpc('end_membership', { membership_id: id, lock_out: true, reason })) ?? false;

export const liftLockOut = async (db: Db, id: string) =>
  rows(await db.rpc('lift_lock_out', { membership_id: id })) ?? false;

/** A new code for a role other than resident; null when I may not make one. Shown only now. */
export const makeRoleCode = async (db: Db, role: Role, blockId: string | null) =>
  rowsIfAllowed(await db.rpc('make_join_code', { ...(blockId && { block_id: blockId }), role }));

/** False when there is no such code that I may revoke. */
export const revokeJoinCode = async (db: Db, id: string) =>
  rows(await db.rpc('revoke_join_code', { code_id: id })) ?? false;

/** An account without e-mail for somebody who sits at the desk. */
export const makeAccount = async (db: Db, input: z.infer<typeof accountForm>) =>
  rows(
    await db.rpc('make_account', {
      id: input.id,
      flat_id: input.flatId,
      user_name: input.userName,
      new_word: input.password,
      display_name: input.displayName,
    }),
  ) ?? 'not_found';

export const setDeskPassword = async (db: Db, membershipId: string, password: string) =>
  rows(await db.rpc('set_desk_password', { membership_id: membershipId, new_word: password })) ??
  'not_found';

/** The code of a new slip, once; null when it was shown already or I may not. */
export const makeSlip = async (db: Db, id: string, membershipId: string) =>
  rows(await db.rpc('make_slip', { id, membership_id: membershipId }));

/** Who has a role in all buildings or runs one: since when, without names; for the admin. At most 500. */
export async function listAppointed(db: Db): Promise<Appointed[]> {
  const found = db.from('memberships').select('id, role, block_id, started_at');
  const staff = found.in('role', ['consultant', 'observer', 'landlord', 'admin']);
  const list = rows(await staff.is('ended_at', null).order('started_at').limit(500));
  return list.map((one) => ({
    id: one.id,
    role: one.role,
    blockId: one.block_id,
    since: new Date(one.started_at),
  }));
}
