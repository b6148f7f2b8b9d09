import { z } from 'astro/zod';
import { daysUntil, osloClock, osloWeekday } from '~/lib/time.ts';
import type { Enums } from '~/lib/database.types.ts';
import { id, optionalText, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';

type OwnerType = Enums<'owner_type'>;
export type ContactKind = Enums<'contact_kind'>;
export type PlaceKind = Enums<'place_kind'>;

export const contactKinds = [
  'consultant',
  'meeting_place',
  'landlord',
  'duty_phone',
] as const satisfies ContactKind[];

export interface OpeningHours {
  weekday: number;
  /** `HH:MM`, wall clock in Oslo. */
  opensAt: string;
  closesAt: string;
}

export interface Contact {
  id: string;
  kind: ContactKind;
  title: string;
  personName: string | null;
  phone: string | null;
  email: string | null;
  whereabouts: string | null;
  note: string | null;
  hours: OpeningHours[];
}

export interface Block {
  id: string;
  slug: string;
  name: string;
  address: string;
  district: string;
  ownerType: OwnerType;
  about: string | null;
  /** Neighbours may comment on proposals. */
  allowsComments: boolean;
  /** Residents are asked once a month how it is to live here. */
  asksPulse: boolean;
  contacts: Contact[];
}

/** The one to talk to in the building: the consultant or the meeting place. */
export const humanContact = (block: Block) =>
  block.contacts.find(({ kind }) => kind === 'consultant' || kind === 'meeting_place') ?? null;

/** A card with no way to reach anybody is not worth showing. */
export const isReachable = ({ phone, email, whereabouts, hours }: Contact) =>
  Boolean(phone ?? email ?? whereabouts) || hours.length > 0;

export type OpenState =
  | { open: true; closesAt: string }
  /** `inDays` 0 is later today. */
  | { open: false; opensAt: string; inDays: number };

/** Open now (and until when), or when it opens next; null when no hours are set. */
export function openState(hours: OpeningHours[], now: Date): OpenState | null {
  const today = osloWeekday(now);
  const clock = osloClock(now);
  const open = hours.find((h) => h.weekday === today && h.opensAt <= clock && clock < h.closesAt);
  if (open) return { open: true, closesAt: open.closesAt };
  const upcoming = hours
    .map(({ weekday, opensAt }) => {
      const days = (weekday - today + 7) % 7;
      return { opensAt, inDays: days === 0 && opensAt <= clock ? 7 : days };
    })
    .sort((a, b) => a.inDays - b.inDays || a.opensAt.localeCompare(b.opensAt));
  const next = upcoming[0];
  return next ? { open: false, ...next } : null;
}

/** The date of an opening `inDays` from now, for printing its weekday. */
export function dayIn(inDays: number, now: Date): Date {
  const day = new Date(now.getTime() + inDays * 86_400_000);
  // Over a change of clocks 24 hours may land on the neighbouring day.
  return new Date(day.getTime() + (inDays - daysUntil(day, now)) * 3_600_000);
}

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
type Weekday = (typeof weekdays)[number];

const clockRange = /^([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)$/;

/** "10:00–15:00, 16:00–18:00" of one weekday as hours; null when a part cannot be read, is empty or overlaps. */
export function parseHours(weekday: Weekday, typed: string): OpeningHours[] | null {
  const hours: OpeningHours[] = [];
  for (const part of typed
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)) {
    const [, h1, m1, h2, m2] = clockRange.exec(part) ?? [];
    if (!h1) return null;
    hours.push({ weekday, opensAt: `${h1}:${m1}`, closesAt: `${h2}:${m2}` });
  }
  hours.sort((a, b) => a.opensAt.localeCompare(b.opensAt));
  const fits = hours.every(
    (h, i) => h.closesAt > h.opensAt && h.opensAt >= (hours[i - 1]?.closesAt ?? ''),
  );
  return fits ? hours : null;
}

/** The opposite of `parseHours`. */
export const printHours = (hours: OpeningHours[], weekday: number) =>
  hours
    .filter((h) => h.weekday === weekday)
    .map((h) => `${h.opensAt}–${h.closesAt}`)
    .join(', ');

const dayHours = (weekday: Weekday) =>
  z
    .string()
    .nullish()
    .transform((typed, context) => {
      const hours = parseHours(weekday, typed ?? '');
      if (!hours) context.addIssue({ code: 'custom', message: 'blocks.settings.hours_invalid' });
      return hours ?? [];
    });

export const aboutForm = z.object({ about: optionalText(lengths.blocks.about) });

export const commentsForm = z.object({ allows: z.stringbool() });
export const pulseSwitchForm = z.object({ asks: z.stringbool() });

/** A contact card; empty lines are not shown. `id` is null for a new card. */
export const contactForm = z.object({
  id: id().nullish(),
  kind: z.enum(contactKinds, { error: 'form.required' }),
  title: text(lengths.contacts.title),
  personName: optionalText(lengths.contacts.person_name),
  phone: optionalText(20).refine((phone) => !phone || /^\+?[0-9 ]{3,20}$/.test(phone), {
    error: 'blocks.settings.phone_invalid',
  }),
  email: optionalText(lengths.contacts.email).refine(
    (email) => !email || z.email().safeParse(email).success,
    {
      error: 'residents.email_invalid',
    },
  ),
  whereabouts: optionalText(lengths.contacts.whereabouts),
  note: optionalText(lengths.contacts.note),
  day1: dayHours(1),
  day2: dayHours(2),
  day3: dayHours(3),
  day4: dayHours(4),
  day5: dayHours(5),
  day6: dayHours(6),
  day7: dayHours(7),
});
export type ContactInput = z.output<typeof contactForm>;

const amount = (most: number) =>
  z.coerce
    .number({ error: 'admin.number_invalid' })
    .int('admin.number_invalid')
    .min(1, 'admin.number_invalid')
    .max(most, 'admin.number_invalid');

/** A new building and its stairs, floors and flats. */
export const blockForm = z.object({
  name: text(lengths.blocks.name),
  slug: text(lengths.blocks.slug).regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'admin.slug_invalid'),
  address: text(lengths.blocks.address),
  district: text(lengths.blocks.district),
  ownerType: z.enum(['heleid', 'borettslag_sameie'], { error: 'form.required' }),
  stairs: text(300)
    .transform((typed) =>
      typed
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .refine(
      (names) =>
        names.length >= 1 &&
        names.length <= 20 &&
        new Set(names).size === names.length &&
        names.every((name) => name.length <= 80),
      {
        error: 'form.invalid',
      },
    ),
  floors: amount(40),
  flatsPerFloor: amount(20),
});
export type BlockInput = z.output<typeof blockForm>;

export const contactIdForm = z.object({ id: id() });
