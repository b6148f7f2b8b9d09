import { z } from 'astro/zod';
import { id, optionalText, osloMoment, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { spacePhotoPath } from '~/lib/space-photo-name.ts';
import { osloDay, osloInstant } from '~/lib/time.ts';
import {
  noticeClasses,
  type NoticeAudience,
  type NoticePhotoKind,
} from '~/domains/notices/notices.ts';

export const audiences = [
  'everybody',
  'members',
  'stairs',
  'flats',
  'families',
] as const satisfies NoticeAudience[];
export const photoKinds = ['situation', 'portrait', 'drawing'] as const satisfies NoticePhotoKind[];

/** When a notice is shown that is to come on a day, without a time. */
const morning = '08:00';

/** The form of a notice; `id` makes a second press the same notice. The file itself is read by the action. */
const fields = z.object({
  id: id(),
  title: text(lengths.notices.title),
  body: text(lengths.notices.body),
  class: z.enum(noticeClasses, { error: 'form.required' }),
  audience: z.enum(audiences, { error: 'form.required' }),
  stairs: z.array(id()),
  /** Numbers of flats, as the consultant types them. */
  flats: optionalText(400),
  publishOn: z.iso.date({ error: 'form.invalid' }).nullish(),
  publishAt: z.iso.time({ error: 'form.invalid' }).nullish(),
  endsOn: osloMoment('23:59'),
  photo: z
    .string()
    .nullish()
    .transform((name) => (name && spacePhotoPath.test(name) ? name : null)),
  photoText: optionalText(lengths.notice_photos.alternative_text),
  photoKind: z.enum(photoKinds, { error: 'form.required' }).nullish(),
  photoConsent: z.literal('ja').nullish(),
  then: z.enum(['publish', 'look', 'save']).catch('look'),
});
export const noticeForm = fields;

const withRules = fields
  .refine((notice) => notice.class !== 'urgent' || notice.endsOn, {
    path: ['endsOn'],
    error: 'notices.urgent_needs_end',
  })
  .refine((notice) => !notice.endsOn || notice.endsOn > new Date(), {
    path: ['endsOn'],
    error: 'notices.end_has_passed',
  })
  .refine((notice) => !notice.publishOn || notice.publishOn >= osloDay(new Date()), {
    path: ['publishOn'],
    error: 'notices.end_has_passed',
  })
  .refine((notice) => !notice.publishAt || notice.publishOn, {
    path: ['publishOn'],
    error: 'form.required',
  })
  .refine((notice) => notice.audience !== 'stairs' || notice.stairs.length > 0, {
    path: ['stairs'],
    error: 'notices.stairs_missing',
  })
  .refine((notice) => notice.audience !== 'flats' || notice.flats, {
    path: ['flats'],
    error: 'form.required',
  })
  .transform(({ publishOn, publishAt, ...notice }) => ({
    ...notice,
    publishesAt: publishOn ? osloInstant(publishOn, publishAt ?? morning) : null,
  }));
export type NoticeInput = z.output<typeof withRules>;

/** The text fields of a sent form; an empty one was not filled in. */
export function readNotice(sent: FormData) {
  const typed = [...sent].filter(([, value]) => typeof value === 'string' && value !== '');
  return withRules.safeParse({ ...Object.fromEntries(typed), stairs: sent.getAll('stairs') });
}

/** What is missing with a picture: what it shows in words, its kind, and the consent for a portrait. */
export function photoErrors({ photoText, photoKind, photoConsent }: NoticeInput) {
  return {
    ...(!photoText && { photoText: 'notices.photo.text_missing' as const }),
    ...(!photoKind && { photoKind: 'form.required' as const }),
    ...(photoKind === 'portrait' &&
      !photoConsent && { photoConsent: 'notices.photo.consent_missing' as const }),
  };
}

/** "A201, a202 A203" as the numbers of flats; however many spaces, commas and line breaks. */
export const flatNames = (typed: string): string[] => [
  ...new Set(
    typed
      .toUpperCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  ),
];
