import { sql } from './demo-portal.ts';
import { othersVote } from './polls.ts';

/** The polls of the portal that the browser tests run against. */

/** Lets the time of a poll run out; bypasses the trigger that forbids exactly this. */
export const letRunOut = (pollId: string) =>
  sql(
    `begin; alter table public.polls disable trigger polls_freeze;
     update public.polls set closes_at = now() - interval '1 second' where id = '${pollId}';
     alter table public.polls enable trigger polls_freeze; commit`,
  );

/** That many votes from other flats, for the option at this position: with fewer than five no page shows numbers. */
export async function letOthersVote(pollId: string, position: number, count: number) {
  const [option] = await sql<{ id: string }>(
    'select id from public.poll_options where poll_id = $1 and position = $2',
    [pollId, position],
  );
  await othersVote({ sql }, pollId, option!.id, count);
}

export interface DemoVote {
  kind: 'yes_no' | 'single' | 'multiple' | 'budget';
  title: string;
  /** Title and cost; those of a yes/no poll are fixed. */
  options?: readonly (readonly [string, number?])[];
  budget?: number;
  /** How many may be ticked, and how many win, for the kinds that have this. */
  max?: number;
  winners?: number;
}

/** An open poll of a building, one vote per flat, as the consultant's form would make it. Answers its id. */
export async function openDemoVote(slug: string, vote: DemoVote): Promise<string> {
  const stances: [string, string][] = [
    ['Ja', 'yes'],
    ['Nei', 'no'],
    ['Avstår', 'abstain'],
  ];
  const options =
    vote.kind === 'yes_no'
      ? stances.map(([title, stance]) => ({ title, stance }))
      : (vote.options ?? []).map(([title, cost]) => ({ title, cost }));
  const [row] = await sql<{ id: string }>(
    `with poll as (
      insert into public.polls (id, block_id, title, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, closes_at)
      select gen_random_uuid(), b.id, $2, 'Dere velger.', 'Vi bestiller neste dag.', $3::public.poll_kind, $4, $5, $6, 'per_flat',
        now() + interval '7 days'
      from public.blocks b where b.slug = $1 returning id, block_id
    ), options as (
      insert into public.poll_options (poll_id, block_id, position, title, cost_nok, stance)
      select poll.id, poll.block_id, n, o ->> 'title', (o ->> 'cost')::integer, (o ->> 'stance')::public.poll_stance
      from poll, jsonb_array_elements($7::jsonb) with ordinality e (o, n) returning poll_id
    )
    select distinct poll_id as id from options`,
    [
      slug,
      vote.title,
      vote.kind,
      vote.kind === 'multiple' ? vote.max : null,
      vote.kind === 'single' ? 1 : vote.kind === 'multiple' ? vote.winners : null,
      vote.budget ?? null,
      JSON.stringify(options),
    ],
  );
  await sql('select private.start_voting($1)', [row!.id]);
  return row!.id;
}
