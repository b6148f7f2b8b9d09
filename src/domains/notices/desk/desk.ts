import { z } from 'astro/zod';
import type { Tone } from '~/components/tones.ts';
import type { Notice, NoticeAct, NoticeStanding } from '~/domains/notices/notices.ts';
import { id } from '~/lib/forms.ts';

/** What one press of a button does to a notice. */
const noticeActs = [
  'publish',
  'withdraw',
  'remove',
  'keep_photo',
  'remove_photo',
] as const satisfies NoticeAct[];
export const actForm = z.object({ id: id(), act: z.enum(noticeActs) });

/** A notice with what only the desk knows of it. */
export interface DeskNotice extends Notice {
  /** Accounts that have read it; null when they are fewer than five. */
  readers: number | null;
  /** The stairs or flats it is for, by name. */
  places: { id: string; name: string }[];
  /** Who wants the picture removed says why, or nothing. */
  photoRequests: { id: string; reason: string | null; createdAt: Date }[];
}

export const standingTones = {
  draft: 'neutral',
  planned: 'waiting',
  current: 'good',
  ended: 'neutral',
  withdrawn: 'neutral',
} as const satisfies Record<NoticeStanding, Tone>;
