import {
  pollPhases,
  type PhaseOwner,
  type PollPhase,
  type PollState,
} from '~/domains/polls/polls.ts';

/** The owner of a phase, and its last day. */
export interface PhaseStep {
  phase: PollPhase;
  owner: PhaseOwner;
  /** Last day, `YYYY-MM-DD`. */
  endsOn: string;
}

export const inPhaseOrder = (steps: PhaseStep[]) =>
  steps.toSorted((a, b) => pollPhases.indexOf(a.phase) - pollPhases.indexOf(b.phase));

/**
 * The phases as promised, and the one the follow-up is in when it was not promised: otherwise everything would look finished while work goes on.
 */
export function withFollowUp(
  steps: PhaseStep[],
  followUp: { status: string; owner: PhaseOwner; nextOn: string | null } | null,
): PhaseStep[] {
  const phase = pollPhases.find((one) => one === followUp?.status);
  if (!followUp?.nextOn || !phase || steps.some((step) => step.phase === phase)) return steps;
  return [...steps, { phase, owner: followUp.owner, endsOn: followUp.nextOn }];
}

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
