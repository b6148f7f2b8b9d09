import { randomUUID } from 'node:crypto';
import { EVERYBODY, cases } from './cases.ts';
import { demoId } from './demo.ts';
import { BLOCK } from './reports.ts';

export { EVERYBODY, type Who } from './cases.ts';

/** Days from today in Oslo, as the database counts them. */
const day = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });

/** A copy of the database with helpers to make counted polls, to write follow-ups, and to read the result. */
export async function followUps() {
  const t = await cases();
  const { sql, call } = t;

  /** A counted poll of Drøbakgata, made without the functions; its follow-up is due in `days`. */
  const counted = async ({
    owner = 'consultant',
    status = 'decision',
    days = 7,
    isCounted = true,
  } = {}) => {
    const id = randomUUID();
    await sql(
      `insert into public.polls select (jsonb_populate_record(p, jsonb_build_object('id', $1::uuid, 'counted_at', null))).*
       from public.polls p where p.id = $2`,
      [id, demoId('drobakgata-1/poll/yard')],
    );
    if (isCounted) await sql('update public.polls set counted_at = now() where id = $1', [id]);
    await sql('select private.start_follow_up($1)', [id]);
    const isOpen = status === 'decision' || status === 'work';
    await sql(
      `update public.follow_ups set owner = $2, status = $3, next_on = $4, closed_at = $5, body = 'Før.' where poll_id = $1`,
      [id, owner, status, isOpen ? day(days) : null, isOpen ? null : new Date()],
    );
    return id;
  };
  const say = (who: (typeof EVERYBODY)[number], poll_id: string, more: object = {}) =>
    call(who, 'update_follow_up', {
      id: randomUUID(),
      poll_id,
      status: 'work',
      body: 'Vi har bestilt.',
      next_on: day(30),
      ...more,
    });
  const row = async (id: string) =>
    (await sql('select * from public.follow_ups where poll_id = $1', [id]))[0]!;
  const said = (id: string) =>
    sql<{ body: string; author_role: string; status: string }>(
      'select * from public.follow_up_updates where poll_id = $1 order by created_at, body',
      [id],
    );
  const milestones = (id: string) =>
    sql<{ id: string; title: string; done_on: Date | null }>(
      'select * from public.follow_up_milestones where poll_id = $1 order by created_at',
      [id],
    );
  const acts = async (id: string) =>
    (
      await sql<{ act: string }>(
        'select act from public.audit_entries where subject_id = $1 order by acted_at, id',
        [id],
      )
    ).map(({ act }) => act);
  /** Who was notified of this poll, as "kind who", sorted. */
  const told = async (id: string) => {
    const names = new Map<string, string>();
    for (const who of EVERYBODY) if (who !== 'anonymous') names.set(await t.idOf(who), who);
    const rows = await sql<{ kind: string; person_id: string }>(
      'select kind, person_id from public.notifications where poll_id = $1',
      [id],
    );
    return rows
      .flatMap(({ kind, person_id }) => `${kind} ${names.get(person_id) ?? 'somebody'}`)
      .toSorted();
  };
  return { ...t, block: BLOCK, day, counted, say, row, said, milestones, acts, told };
}
