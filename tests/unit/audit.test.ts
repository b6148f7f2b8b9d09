import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { actWords, acts, subjects } from '~/domains/moderation/audit.ts';
import { reasonWords } from '~/domains/moderation/audit-reason.ts';
import { translator } from '~/i18n/index.ts';

/** Every act that SQL writes to the trail, with what it is about. A name that is made there is written out here. */
function logged(): { acts: Set<string>; kinds: Set<string> } {
  const sql = globSync('supabase/schemas/*/*.sql').map((file) => readFileSync(file, 'utf8')).join('\n'); // prettier-ignore
  const found = { acts: new Set<string>(), kinds: new Set<string>() };
  const calls = sql.matchAll(
    /log_act\(\s*[^,]+,\s*(case.*?end|[^,]+),\s*(case.*?end|'\w+'|[^,]+),/gs,
  );
  const results = (text: string) => [...text.matchAll(/(?:^|then |else )'(\w+)'/g)].map(([, name]) => name!); // prettier-ignore
  for (const [, act, kind] of calls) {
    if (/'_?\w+_'? *\|\|/.test(act!) || act!.includes('||')) continue;
    for (const name of results(act!)) found.acts.add(name);
    for (const name of results(kind!)) found.kinds.add(name);
  }
  for (const [, act] of sql.matchAll(/tell_of_help\([^,]+, '(\w+)', '\w+'\)/g))
    found.acts.add(act!);
  for (const [, kind] of sql.matchAll(/tg_staff_change__log\('(\w+)'\)/g)) found.kinds.add(kind!);
  return found;
}

test('each act that the database logs has words, and what it is about too', () => {
  const found = logged();
  expect(found.acts.size).toBeGreaterThan(25);
  expect([...found.acts].filter((act) => !(acts as readonly string[]).includes(act))).toEqual([]);
  expect([...found.kinds].filter((kind) => !(subjects as readonly string[]).includes(kind))).toEqual([]); // prettier-ignore
});

test.each([
  ['make_code_for_observer', 'join_code', 'Laget kode for rollen Observatør'],
  ['become_admin', 'membership', 'Fått rollen Administrator'],
  ['change', 'block', 'Endret: gården'],
  ['something_new', 'some_thing', 'something new: some thing'],
])('%s of %s reads "%s"', (act, kind, words) => {
  expect(actWords(act, kind, translator('nb'))).toBe(words);
});

test.each([
  [
    'move',
    'session',
    '2026-11-23T17:00Z 2026-11-24T18:00Z +2',
    'mandag 23. november, 18:00 → tirsdag 24. november, 19:00 og 2 datoer til',
  ],
  ['cancel', 'session', '2026-07-06T17:00Z', 'mandag 6. juli, 19:00'],
  ['tick', 'attendance', '2026-07-06T17:00Z', 'mandag 6. juli, 19:00'],
  [
    'take_back',
    'comment',
    'flags:3 appeal waiting',
    '3 hadde sagt fra. Den som skrev det, hadde bedt om en ny vurdering. Ikke alt hadde fått svar.',
  ],
  ['hide', 'comment', '2026-07-06T17:00Z', '2026-07-06T17:00Z'],
  ['change', 'notice', 'title, ends_at', 'overskrift, hvor lenge det gjelder'],
  ['report_status', 'report', 'forwarded', 'Videresendt til Boligbygg'],
])('why, or which date: %s of %s', (act, subjectKind, reason, words) => {
  expect(reasonWords({ act, subjectKind, reason }, translator('nb'), 'nb')).toBe(words);
});
