import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { TestDb } from './database.ts';
import { clientOf, seedId } from './rights.ts';

/** What save_notice takes; every value has a plain default. */
export interface NoticeArgs {
  id: string;
  block_id: string;
  class: string;
  title: string;
  body: string;
  audience: string;
  place_ids: string[];
  publish: boolean;
  publishes_at: string | null;
  ends_at: string | null;
  photo: object | null;
}

/** Writes notices of Drøbakgata 1 as its consultant, over the API. */
export async function noticeDesk(db: TestDb) {
  const block = await seedId(db, 'drobakgata-1');
  const consultant = await clientOf(db, 'consultant here');
  const args = (wish: Partial<NoticeArgs> = {}): NoticeArgs => ({
    id: randomUUID(),
    block_id: block,
    class: 'ordinary',
    title: 'Prøve',
    body: 'Tekst',
    audience: 'everybody',
    place_ids: [],
    publish: true,
    publishes_at: null,
    ends_at: null,
    photo: null,
    ...wish,
  });
  const save = async (wish: Partial<NoticeArgs> = {}, by: SupabaseClient = consultant) => {
    const sent = args(wish);
    const { data, error } = await by.rpc('save_notice', sent);
    return { id: sent.id, outcome: (data ?? error?.code) as string };
  };
  return {
    block,
    consultant,
    args,
    save,
    /** A published notice, by its id. */
    publish: async (wish: Partial<NoticeArgs> = {}) => (await save(wish)).id,
    act: async (id: string, act: string, by: SupabaseClient = consultant) => {
      const { data, error } = await by.rpc('act_on_notice', { notice_id: id, act });
      return (data ?? error?.code) as string;
    },
    place: (name: string) => seedId(db, `drobakgata-1/${name}`),
    /** The acts about a notice in the audit log, in order. */
    acts: async (id: string) =>
      (
        await db.sql<{ act: string }>(
          'select act from public.audit_entries where subject_id = $1 order by acted_at, ctid',
          [id],
        )
      ).map(({ act }) => act),
  };
}

export const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
