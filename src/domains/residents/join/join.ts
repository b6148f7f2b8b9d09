import { z } from 'astro/zod';
import { id, line } from '~/lib/forms.ts';
import { email, password, printedCode as code } from '~/domains/residents/sign-in/sign-in.ts';
import type { Enums } from '~/lib/database.types.ts';
import { lengths } from '~/lib/numbers.ts';

/** Where the code from a letter waits between the two steps; never in an address. */
export const joinCookie = { name: 'join', maxAge: 1800 }; // seconds

const displayName = line(lengths.join_requests.display_name);

export const codeForm = z.object({ code });
export const joinForm = z.object({ code, displayName, email, password });
export const joinAsMemberForm = z.object({ code });
export const askForm = z.object({
  id: id(),
  blockId: id(),
  displayName,
  flat: line(lengths.join_requests.flat_text),
});

/** What I asked for, and what became of it. */
export interface JoinRequest {
  id: string;
  blockName: string;
  status: Enums<'join_request_status'>;
  askedAt: Date;
}
