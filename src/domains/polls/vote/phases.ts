import {
  pollPhases,
  type PhaseOwner,
  type PollPhase,
  type PollState,
} from '~/domains/polls/polls.ts';

/** Who has the ball in a phase, and until when. */
export interface PhaseStep {
  phase: PollPhase;
  owner: PhaseOwner;
  /** Last day, `YYYY-MM-DD`. */
  endsOn: string;
}

export const inPhaseOrder = (steps: PhaseStep[]) =>
  steps.toSorted((a, b) => pollPhases.indexOf(a.phase) - pollPhases.indexOf(b.phase));

/**
 * Where a vote is now. Before it opens the dates say so; then its state does, and after the count what has been followed
 * up (`after`). Null when it is in none of its phases, as a stopped one.
 */
export function phaseNow(
  steps: PhaseStep[],
  state: PollState,
  today: string,
  after: 'decision' | 'work' | 'done' | 'declined' = 'decision',
): PollPhase | null {
  if (state === 'stopped') return null;
  if (state === 'open') return 'vote';
  if (state === 'closed') return after === 'declined' ? 'done' : after;
  const before = inPhaseOrder(steps).filter(({ phase }) => pollPhases.indexOf(phase) < 3);
  return before.find(({ endsOn }) => endsOn >= today)?.phase ?? null;
}
