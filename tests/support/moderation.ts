import { randomUUID } from 'node:crypto';
import { moveIn } from './crowd.ts';
import type { Db, TestDb } from './database.ts';
import { CAST, type Email } from './cast.ts';
import { demoId } from './demo.ts';
import { BLOCK, personOf, propose } from './proposals.ts';
import { savedVote } from './polls.ts';

export const KINDS = ['proposal', 'comment', 'question', 'activity', 'message'] as const;
export type Kind = (typeof KINDS)[number];
const TABLES: Record<Kind, string> = {
  proposal: 'proposals',
  comment: 'proposal_comments',
  question: 'poll_questions',
  activity: 'activities',
  message: 'activity_messages',
};

type Act = 'dismiss' | 'hide' | 'restore' | 'edit' | 'warn' | 'pause' | 'lift_pause';

/** People in flats of their own in Drøbakgata 1, and how to make, flag and moderate things as them and the cast. */
export async function moderated(at: TestDb, flatCount = 6) {
  const flats = await at.sql<{ id: string }>(
    `select id from public.places where block_id = $1 and kind = 'flat' and name not in ('A201', 'B302') order by name limit $2`,
    [BLOCK, flatCount],
  );
  const people = await moveIn(
    at,
    BLOCK,
    flats.map(({ id }) => id),
  );
  const author = CAST.drobak.resident;

  /** A visible thing of this kind by the resident; all six people and the neighbour can read it. */
  const make: Record<Kind, () => Promise<string>> = {
    proposal: () => propose(at, { approve: true, kind: 'social' }),
    comment: async () => {
      const id = randomUUID();
      const proposal = demoId('drobakgata-1/proposal/flowers');
      const sent = { id, proposal_id: proposal, body: 'Naboen min er dum.' };
      await at.sql("delete from private.attempts where kind like 'comment%'");
      const { data } = await (await at.as(author)).rpc('comment_proposal', sent);
      if (data !== 'commented') throw new Error(`comment_proposal: ${data}`);
      return id;
    },
    question: async () => {
      const vote = await savedVote(at);
      const desk = await at.as(CAST.drobak.consultant);
      await desk.rpc('plan_poll', { poll_id: vote.id });
      const id = randomUUID();
      await at.sql("delete from private.attempts where kind = 'poll_question'");
      const sent = { id, poll_id: vote.id, body: 'Hvem betaler?' };
      const { data } = await (await at.as(author)).rpc('ask_poll_question', sent);
      if (data !== 'asked') throw new Error(`ask_poll_question: ${data}`);
      await desk.rpc('answer_poll_question', { question_id: id, answer: 'Vi.' });
      return id;
    },
    activity: () => hosted(),
    message: async () => {
      const [activity, id] = [await hosted(), randomUUID()];
      for (const one of people) await signUp(activity, one.id);
      await signUp(activity, await personOf(at, CAST.drobak.neighbour));
      const sent = { activity_id: activity, message_id: id, body: 'Kom i tide.' };
      const { data } = await (await at.as(author)).rpc('send_activity_message', sent);
      if (data !== 'sent') throw new Error(`send_activity_message: ${data}`);
      return id;
    },
  };
  /** Published, hosted by the resident. */
  async function hosted() {
    const [row] = await at.sql<{ id: string }>(
      `with a as (insert into public.activities (block_id, kind, title, body, status, capacity)
          values ($1, 'event', 'Fotball', 'Vi spiller.', 'published', 30) returning id),
        s as (insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
          select id, $1, now() + interval '2 days', now() + interval '49 hours' from a)
      insert into public.activity_hosts (activity_id, block_id, person_id) select id, $1, $2 from a returning activity_id as id`,
      [BLOCK, await personOf(at, author)],
    );
    return row!.id;
  }
  const signUp = (activity: string, person: string) =>
    at.sql(
      `insert into public.signups (activity_id, block_id, person_id, party_size, status, signed_up_at)
      values ($1, $2, $3, 1, 'signed_up', now())`,
      [activity, BLOCK, person],
    );
  const clientOf = async (who: Email | Db) => (typeof who === 'string' ? at.as(who) : who);

  return {
    author,
    people,
    make,
    flag: async (who: Email | Db, kind: Kind, id: string, reason = 'Ufint') => {
      const { data, error } = await (await clientOf(who)).rpc('flag_thing', { kind, id, reason });
      return error?.code ?? data;
    },
    judge: async (
      who: Email | Db,
      kind: Kind,
      id: string,
      act: Act,
      more: { reason?: string; title?: string; body?: string; days?: number } = {},
    ) => {
      const sent = { kind, id, act, reason: 'Fordi', ...more };
      const { data, error } = await (await clientOf(who)).rpc('moderate', sent);
      return error?.code ?? data;
    },
    appeal: async (who: Email | Db, kind: Kind, id: string, body = 'Det var ikke ment slik.') =>
      (await (await clientOf(who)).rpc('appeal', { kind, id, body })).data,
    rowOf: async (kind: Kind, id: string) =>
      (await at.sql(`select * from public.${TABLES[kind]} where id = $1`, [id]))[0]!,
    sees: async (who: Email | Db | null, kind: Kind, id: string) => {
      const db = who ? await clientOf(who) : at.anonymous();
      const table = TABLES[kind] as 'proposals';
      return ((await db.from(table).select('id').eq('id', id)).data ?? []).length === 1;
    },
    /** Flags are counted per day: this starts another day. */
    tomorrow: () => at.sql("delete from private.attempts where kind = 'flag'"),
  };
}

/** What a person was notified of by this kind, with the reason they read. */
export async function toldReasons(db: Db, kind: 'account_moderated' | 'account_paused') {
  const query = db.from('notifications').select('moderation_reason, created_at').eq('kind', kind);
  const { data } = await query.order('created_at').order('id');
  return (data ?? []).map((row) => row.moderation_reason);
}
