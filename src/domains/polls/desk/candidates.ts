/** An approved proposal that can be an option of a vote, with what its check said. */
export interface Candidate {
  id: string;
  title: string;
  kind: 'social' | 'physical';
  supportCount: number;
  /** Null when nobody has checked it. */
  isPossible: boolean | null;
  checkReason: string | null;
  costNok: number | null;
}

/** What the check means for the vote: a physical one that nobody has checked may be chosen, but the vote cannot open. */
export function checkOf({ kind, isPossible }: Pick<Candidate, 'kind' | 'isPossible'>) {
  if (isPossible === null) return kind === 'physical' ? 'waiting' : 'unchecked';
  return isPossible ? 'possible' : 'impossible';
}
