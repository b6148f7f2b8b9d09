import { pollPhases, type PhaseOwner } from '~/domains/polls/polls.ts';

export const phaseOwners = ['residents', 'consultant', 'landlord'] as const satisfies PhaseOwner[];

/** The phases with a row in the form: voting ends when voting ends, so it has none. */
export const phaseRows = pollPhases.filter((phase) => phase !== 'vote');

/** The default owner of a phase. */
export const usualOwner = {
  ideas: 'residents',
  check: 'landlord',
  questions: 'consultant',
  decision: 'consultant',
  work: 'consultant',
  done: 'consultant',
} as const;
