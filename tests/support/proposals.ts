import { randomUUID } from 'node:crypto';
import { CAST, type Email } from './cast.ts';
import type { TestDb } from './database.ts';
import { demoId } from './demo.ts';

/** Everybody except the residents of Drøbakgata 1, its consultant and the landlord. */
export const OUTSIDERS = [...Object.values(CAST.stovner), CAST.admin] as Email[];
export const BLOCK = demoId('drobakgata-1');

/** A proposal of a resident of Drøbakgata 1, made by the function; waiting unless it is approved at once. */
export async function propose(
  at: TestDb,
  { who = CAST.drobak.resident as Email, approve = false, ...more } = {} as {
    who?: Email;
    approve?: boolean;
    title?: string;
    body?: string;
    kind?: 'social' | 'physical';
    place_id?: string;
    photo_path?: string;
    photo_text?: string;
  },
): Promise<string> {
  const id = randomUUID();
  const [title, body] = ['Flere krakker', 'To krakker til i vaskeriet.'];
  const sent = { id, block_id: BLOCK, title, body, kind: 'physical' as const, ...more };
  const { data, error } = await (await at.as(who)).rpc('propose', sent);
  if (data !== 'proposed') throw new Error(`propose: ${data} ${error?.message}`);
  if (approve) await decide(at, id, true);
  return id;
}

export const decide = async (at: TestDb, id: string, isYes: boolean) =>
  (await at.as(CAST.drobak.consultant)).rpc('decide_proposal', {
    proposal_id: id,
    approve: isYes,
    answer: 'Svar',
  });

export const hide = async (at: TestDb, id: string) =>
  (await at.as(CAST.drobak.consultant)).rpc('moderate', {
    kind: 'proposal',
    id,
    act: 'hide',
    reason: 'Navngir en nabo',
  });

export const rowOf = async (at: TestDb, id: string) =>
  (await at.sql('select * from public.proposals where id = $1', [id]))[0];

export const personOf = async (at: TestDb, email: Email) =>
  (await at.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;

/** What the person was notified of about a proposal, by kind. */
export const toldOf = async (at: TestDb, email: Email, proposalId: string) =>
  (
    await at.sql<{ kind: string }>(
      `select kind from public.notifications where proposal_id = $1 and person_id = $2 order by created_at, kind`,
      [proposalId, await personOf(at, email)],
    )
  ).map(({ kind }) => kind);
