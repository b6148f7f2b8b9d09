/** An approved proposal that can be an option of a vote; `check` is what came of looking into it. */
export interface Candidate {
  id: string;
  title: string;
  kind: 'social' | 'physical';
  supportCount: number;
  check?: { isPossible: boolean; costNok: number | null; reason: string | null } | null | undefined;
}

/** What the check means for the vote: a physical one that nobody has checked may be chosen, but the vote cannot open. */
export function checkOf({ kind, check }: Pick<Candidate, 'kind' | 'check'>) {
  if (!check) return kind === 'physical' ? 'waiting' : 'unchecked';
  return check.isPossible ? 'possible' : 'impossible';
}
