import { isId } from '~/lib/forms.ts';

/** The answer to a receipt that was found, carried once to the page that prints it. */
export interface Checked {
  pollId: string;
  control: string | null;
  /** As they are stored; null before the count, and when the list is not published. */
  choices: string[] | null;
}

export const packChecked = ({ pollId, control, choices }: Checked) =>
  [pollId, control ?? '', choices ? choices.join(' ') : '-'].join('.');

/** Null for anything but an answer about this vote. */
export function unpackChecked(packed: string | null, pollId: string): Checked | null {
  const [of, control, choices] = packed?.split('.') ?? [];
  if (of !== pollId) return null;
  return {
    pollId,
    control: control || null,
    choices: choices === undefined || choices === '-' ? null : choices.split(' ').filter(isId),
  };
}
