import { daysUntil, osloClock, osloWeekday } from '~/lib/time.ts';
import type { Enums } from '~/lib/database.types.ts';

export type OwnerType = Enums<'owner_type'>;
export type PlaceKind = Enums<'place_kind'>;

export interface OpeningHours {
  weekday: number;
  /** `HH:MM`, wall clock in Oslo. */
  opensAt: string;
  closesAt: string;
}

export interface Contact {
  id: string;
  kind: Enums<'contact_kind'>;
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
  contacts: Contact[];
}

/** The one to talk to in the building: the consultant or the meeting place. */
export const humanContact = (block: Block) =>
  block.contacts.find(({ kind }) => kind === 'consultant' || kind === 'meeting_place') ?? null;

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
