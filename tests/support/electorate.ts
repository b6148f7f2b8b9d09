import { randomUUID } from 'node:crypto';
import { CAST } from './cast.ts';
import { signedIn } from './crowd.ts';
import type { TestDb } from './database.ts';

export type Voter = { id: string; flatId: string };
export type Ballot = { person: string; choices: (string | null)[]; receipt: string };

/** A building of its own with that many flats and residents, run by the consultant of Drøbakgata 1. */
export async function building(at: TestDb, flats: number, perFlat = 1) {
  const [block, stair] = [randomUUID(), randomUUID()];
  const voters: Voter[] = Array.from({ length: flats }, () => randomUUID()).flatMap((flatId) =>
    Array.from({ length: perFlat }, () => ({ id: randomUUID(), flatId })),
  );
  await at.sql(
    `with block as (
      insert into public.blocks (id, slug, name, address, district)
      values ($1::uuid, 'b' || left($1::text, 8), 'Prøvegården', 'Prøveveien 1', 'Bydel Sagene') returning id
    ), stair as (
      insert into public.places (id, block_id, kind, name) select $2::uuid, id, 'stair', 'Oppgang' from block returning id
    ), flat as (
      insert into public.places (id, block_id, parent_id, kind, name, position)
      select f, $1::uuid, $2::uuid, 'flat', 'H' || n, n from (select distinct on (f) f, n
        from unnest($4::uuid[]) with ordinality u (f, n) order by f, n) f order by n returning id
    ), account as (
      insert into auth.users (id, aud, role, email)
      select p, 'authenticated', 'authenticated', p || '@voter.example' from unnest($3::uuid[]) p returning id
    ), person as (
      insert into public.people (id, display_name) select id, 'Velger' from account returning id
    )
    insert into public.memberships (person_id, role, block_id, flat_id)
    select p, 'resident'::public.member_role, $1::uuid, f from unnest($3::uuid[], $4::uuid[]) u (p, f)
    where (select count(*) from flat) + (select count(*) from person) > 0
    union all select id, 'consultant', $1::uuid, null from auth.users where email = $5`,
    [
      block,
      stair,
      voters.map(({ id }) => id),
      voters.map(({ flatId }) => flatId),
      CAST.drobak.consultant,
    ],
  );
  return { id: block, voters, client: (one: Voter) => signedIn(at, one.id) };
}

/**
 * Casts (or changes) these votes in this order, each in a transaction of its own as over the API, and answers the outcomes. Plain
 * SQL: two hundred requests one after the other would take seconds.
 */
export async function castInTurn(
  at: TestDb,
  pollId: string,
  ballots: Ballot[],
  call: 'cast' | 'change' = 'cast',
): Promise<string[]> {
  await at.sql(HARNESS);
  const run = randomUUID();
  await at.sql('call test.cast_in_turn($1, $2, $3, $4)', [
    run,
    pollId,
    call,
    JSON.stringify(ballots),
  ]);
  const rows = await at.sql<{ outcome: string }>(
    'delete from test.outcomes where run = $1 returning n, outcome',
    [run],
  );
  return (rows as { n: number; outcome: string }[])
    .toSorted((a, b) => a.n - b.n)
    .map(({ outcome }) => outcome);
}

const HARNESS = `do $do$ begin
  if to_regclass('test.outcomes') is null then
    create schema if not exists test;
    create table test.outcomes (run uuid, n integer, outcome text);
    create procedure test.cast_in_turn(p_run uuid, p_poll uuid, p_call text, p_ballots jsonb) language plpgsql as $$
    declare
      v_one record;
      v_outcome text;
    begin
      for v_one in select * from jsonb_array_elements(p_ballots) with ordinality b (ballot, n) loop
        perform set_config('request.jwt.claims',
          jsonb_build_object('sub', v_one.ballot ->> 'person', 'role', 'authenticated')::text, true);
        if p_call = 'cast' then
          v_outcome := public.cast_vote(p_poll,
            array(select c::uuid from jsonb_array_elements_text(v_one.ballot -> 'choices') c), v_one.ballot ->> 'receipt');
        else
          v_outcome := public.change_vote(p_poll, v_one.ballot ->> 'receipt',
            array(select c::uuid from jsonb_array_elements_text(v_one.ballot -> 'choices') c));
        end if;
        commit;
        insert into test.outcomes values (p_run, v_one.n, v_outcome);
      end loop;
    end
    $$;
  end if;
end $do$`;
