import { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { id, osloMoment, text } from '~/lib/forms.ts';

export type NoticeClass = Enums<'notice_class'>;
export const noticeClasses = ['ordinary', 'important', 'urgent'] as const satisfies NoticeClass[];

export interface Notice {
  id: string;
  class: NoticeClass;
  title: string;
  body: string;
  isPublic: boolean;
  publishedAt: Date;
  endsAt: Date | null;
}

/** The form of a notice; `id` makes a second press of "publish" the same notice. */
export const noticeForm = z
  .object({
    id: id(),
    class: z.enum(noticeClasses, { error: 'form.required' }),
    title: text(120),
    body: text(2000),
    isPublic: z.stringbool({ error: 'form.required' }),
    endsOn: osloMoment('23:59'),
  })
  .refine((notice) => notice.class !== 'urgent' || notice.endsOn, {
    path: ['endsOn'],
    error: 'notices.urgent_needs_end',
  })
  .refine((notice) => !notice.endsOn || notice.endsOn > new Date(), {
    path: ['endsOn'],
    error: 'notices.end_has_passed',
  });
export type NoticeInput = z.output<typeof noticeForm>;

/** Whether residents see it now. */
export const isCurrent = (notice: Notice, now: Date) =>
  notice.publishedAt <= now && (!notice.endsAt || notice.endsAt > now);
